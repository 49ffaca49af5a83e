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
	ExpiresAt time.Time // Of the token, in UTC; zero if it cannot be told.
}

type callerKey struct{}

// CallerOf returns the user of the request that ctx belongs to. Every operation
// has one, because the gateway lets nobody else through.
func CallerOf(ctx context.Context) Caller { return ctx.Value(callerKey{}).(Caller) }

// callerFrom reads the token's claims from an event. Without a user the event
// did not pass the authorizer, so nothing may be done for it.
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

// year10000 begins this many seconds after 1970. RFC 3339 cannot write it: its
// years have four digits.
const year10000 = 253402300800
