package operations_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"retoolapi/lambda/api"
	"retoolapi/lambda/api/apitest"
	"retoolapi/lambda/operations"
)

func TestMeTellsTheUserOfTheToken(t *testing.T) {
	a := apitest.New(t, operations.Stores{}.Register)
	got := a.Send(apitest.Request{Method: "GET", Path: "/me"})
	want := apitest.Answer{
		Status:  200,
		Headers: map[string]string{"Content-Type": "application/json"},
		Body:    `{"username":"ana","sub":"sub-of-ana","expiresAt":"2027-01-15T08:00:00Z"}` + "\n",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMeLeavesOutAnUnknownExpiry(t *testing.T) {
	a := apitest.New(t, operations.Stores{}.Register)
	for _, exp := range []string{"", "soon", "-1", "1e400", "999999999999999"} {
		event := apitest.Request{Method: "GET", Path: "/me"}.Event()
		event.RequestContext.Authorizer.JWT.Claims["exp"] = exp
		got := a.SendEvent(event)
		if got.Status != 200 || strings.Contains(got.Body, "expiresAt") {
			t.Errorf("exp %q: %d %s", exp, got.Status, got.Body)
		}
	}
}

func TestWhoAmIIsDeclared(t *testing.T) {
	want := api.Operation{Method: "GET", Path: "/me", ID: "get-me"}
	if diff := cmp.Diff(want, operations.WhoAmI()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The first query that a person tries needs no data.
func TestWhoAmIIsTheFirstQuery(t *testing.T) {
	want := api.QueriedOperation{Operation: operations.WhoAmI(), Query: api.Query{Caller: "username"}, Status: 200}
	if diff := cmp.Diff(want, operations.FirstQueries()[0]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
