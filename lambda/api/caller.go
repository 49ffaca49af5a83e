package api

import (
	"context"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// Caller is the user whose access token the gateway's authorizer accepted.
type Caller struct {
	Username  string
	Sub       string    // The id in the user pool.
	ExpiresAt time.Time // When the token expires, in UTC; zero if that is not known.
}

type callerKey struct{}

// CallerOf returns the user of the request that ctx belongs to. Every request has
// one, because the gateway refuses requests without an access token.
func CallerOf(ctx context.Context) Caller { return ctx.Value(callerKey{}).(Caller) }

// callerFrom reads the token's claims from an event. If there is no user, the event
// did not pass the authorizer, and ok is false.
func callerFrom(event events.APIGatewayV2HTTPRequest) (caller Caller, ok bool) {
	authorizer := event.RequestContext.Authorizer
	if authorizer == nil || authorizer.JWT == nil {
		return Caller{}, false
	}
	claims := authorizer.JWT.Claims
	caller = Caller{Username: claims["username"], Sub: claims["sub"]}
	// The gateway passes every claim as text, numbers too.
	if seconds, err := strconv.ParseInt(claims["exp"], 10, 64); err == nil && seconds > 0 && seconds < year10000 {
		caller.ExpiresAt = time.Unix(seconds, 0).UTC()
	}
	return caller, caller.Username != "" && caller.Sub != ""
}

// year10000 is the start of the year 10000 in seconds since 1970. The years of
// RFC 3339 have four digits.
const year10000 = 253402300800
