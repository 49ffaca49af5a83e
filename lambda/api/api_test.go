package api_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"

	"retoolapi/lambda/api"
	"retoolapi/lambda/api/apitest"
)

func TestTheOperationsAreListedByPathAndMethod(t *testing.T) {
	want := []api.Operation{
		{Method: "GET", Path: "/parts", ID: "list-parts"},
		{Method: "POST", Path: "/parts", ID: "create-part"},
		{Method: "DELETE", Path: "/parts/{id}", ID: "delete-part"},
		{Method: "GET", Path: "/parts/{id}", ID: "get-part"},
		{Method: "PATCH", Path: "/parts/{id}", ID: "update-part"},
	}
	if diff := cmp.Diff(want, api.Operations(new(parts).register)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTheRulesOfAllOperations(t *testing.T) {
	apitest.TestOperations(t, new(parts).register)
}

func FuzzEvent(f *testing.F) { apitest.FuzzEvent(f, new(parts).register) }

func FuzzRequest(f *testing.F) { apitest.FuzzRequest(f, new(parts).register) }

// The gateway writes these answers, so their messages are the gateway's.
func TestTheGatewaysAnswersAreDescribed(t *testing.T) {
	a, _ := newParts(t)
	for name, message := range map[string]string{"Unauthorized": "Unauthorized", "Forbidden": "Forbidden", "TooManyRequests": "Too Many Requests"} {
		if diff := cmp.Diff(any(map[string]any{"message": message}), a.Document.Components.Responses[name].Value.Content["application/json"].Example); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestOnlyTheErrorsThatAnOperationHasAreDescribed(t *testing.T) {
	with := func(statuses ...int) []string {
		a := apitest.New(t, func(a huma.API) {
			huma.Register(a, huma.Operation{OperationID: "get-part", Method: http.MethodGet, Path: "/parts/{id}", Errors: statuses}, new(parts).get)
		})
		var names []string
		for name := range a.Document.Components.Responses {
			names = append(names, name)
		}
		slices.Sort(names)
		return names
	}
	always := []string{"BadRequest", "Forbidden", "InternalServerError", "TooManyRequests", "Unauthorized", "UnprocessableEntity"}
	if diff := cmp.Diff(always, with()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(append([]string{"BadRequest", "Conflict"}, always[1:]...), with(http.StatusConflict)); diff != "" {
		t.Errorf("with a conflict (-want +got):\n%s", diff)
	}
}
