package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// whoAmI is the id of the operation that WhoAmI returns.
const whoAmI = "get-me"

func registerMe(a huma.API) {
	huma.Register(a, huma.Operation{
		OperationID: whoAmI,
		Method:      http.MethodGet,
		Path:        "/me",
		Summary:     "Who am I?",
		Description: "Tells who the access token says you are. A good first query: it needs no data.",
	}, getMe)
}

// Me is the signed-in user, as the access token tells.
type Me struct {
	Username  string    `json:"username" example:"retool"`
	Sub       string    `json:"sub" doc:"The user's id in the user pool. It never changes." example:"6f1c0a52-9d0e-4f43-8c5b-1f0d2f6a7b3c"`
	ExpiresAt time.Time `json:"expiresAt,omitzero" doc:"When the access token ends, in UTC." example:"2026-01-15T10:30:00Z"`
}

type meOutput struct{ Body Me }

func getMe(ctx context.Context, _ *struct{}) (*meOutput, error) {
	user := callerOf(ctx)
	return &meOutput{Me{Username: user.Username, Sub: user.Sub, ExpiresAt: user.ExpiresAt}}, nil
}
