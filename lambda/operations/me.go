package operations

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"retoolapi/lambda/api"
)

const getMeID = "get-me"

// WhoAmI returns the operation that the commands call to prove a token. It needs no
// data.
func WhoAmI() api.Operation {
	all := All()
	return all[slices.IndexFunc(all, func(o api.Operation) bool { return o.ID == getMeID })]
}

// FirstQueries lists the operations that a person should call first from Retool:
// [WhoAmI], then the others in the order in which [Stores.Register] declares them.
func FirstQueries() []api.QueriedOperation {
	queries := api.Queries(Stores{}.Register)
	slices.SortStableFunc(queries, func(x, y api.QueriedOperation) int {
		switch getMeID {
		case x.ID:
			return -1
		case y.ID:
			return 1
		}
		return 0
	})
	return queries
}

func registerMe(a huma.API) {
	huma.Register(a, huma.Operation{
		OperationID: getMeID,
		Method:      http.MethodGet,
		Path:        "/me",
		Summary:     "Who am I?",
		Description: "Tells who the access token says you are. A good first query: it needs no data.",
		Metadata:    api.FirstQuery(api.Query{Caller: "username"}),
	}, getMe)
}

// Me is the signed-in user, from the access token.
type Me struct {
	Username  string    `json:"username" example:"retool"`
	Sub       string    `json:"sub" doc:"The user's id in the user pool. It never changes." example:"6f1c0a52-9d0e-4f43-8c5b-1f0d2f6a7b3c"`
	ExpiresAt time.Time `json:"expiresAt,omitzero" doc:"When the access token expires, in UTC." example:"2026-01-15T10:30:00Z"`
}

type meOutput struct{ Body Me }

func getMe(ctx context.Context, _ *struct{}) (*meOutput, error) {
	caller := api.CallerOf(ctx)
	return &meOutput{Me{Username: caller.Username, Sub: caller.Sub, ExpiresAt: caller.ExpiresAt}}, nil
}
