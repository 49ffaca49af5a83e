package api

import (
	"context"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// caller is the user whose access token the gateway's authorizer accepted.
type caller struct {
	Username  string
	Sub       string    // The id in the user pool.
	ExpiresAt time.Time // Of the token, in UTC; zero if it cannot be told.
}

type callerKey struct{}

// callerOf returns the user of the request that ctx belongs to.
func callerOf(ctx context.Context) caller { return ctx.Value(callerKey{}).(caller) }

// callerFrom reads the token's claims from an event. Without a user the event
// did not pass the authorizer, so nothing may be done for it.
func callerFrom(event events.APIGatewayV2HTTPRequest) (user caller, ok bool) {
	authorizer := event.RequestContext.Authorizer
	if authorizer == nil || authorizer.JWT == nil {
		return caller{}, false
	}
	claims := authorizer.JWT.Claims
	user = caller{Username: claims["username"], Sub: claims["sub"]}
	// The gateway passes every claim as text, numbers too.
	if seconds, err := strconv.ParseInt(claims["exp"], 10, 64); err == nil && seconds > 0 && seconds < lastSecond {
		user.ExpiresAt = time.Unix(seconds, 0).UTC()
	}
	return user, user.Username != "" && user.Sub != ""
}

// lastSecond is the end of the year 9999, after which RFC 3339 has no times.
const lastSecond = 253402300800
