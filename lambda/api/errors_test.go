package api_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"

	"retoolapi/lambda/api"
	"retoolapi/lambda/api/apitest"
)

// jsonHeaders are the headers of most answers.
var jsonHeaders = map[string]string{"Content-Type": "application/json"}

func TestAPathOrMethodNobodyDeclaredIsNotFound(t *testing.T) {
	a, _ := newParts(t)
	want := apitest.Answer{Status: 404, Headers: jsonHeaders, Body: `{"message":"There is nothing at this address: check the method and the path of the query."}`}
	for _, r := range []apitest.Request{
		{Method: "GET", Path: "/"},
		{Method: "GET", Path: ""},
		{Method: "GET", Path: "parts"},
		{Method: "GET", Path: "*"},
		{Method: "GET", Path: "//parts"},
		{Method: "GET", Path: "/parts/"},
		{Method: "GET", Path: "/parts/../parts"},
		{Method: "GET", Path: "/./parts"},
		{Method: "GET", Path: "/parts/a/b"},
		{Method: "GET", Path: "/openapi.json"},
		{Method: "GET", Path: "/docs"},
		{Method: "GET", Path: "/schemas/Part.json"},
		{Method: "PUT", Path: "/parts"},
		{Method: "OPTIONS", Path: "/parts"},
		{Method: "CONNECT", Path: "/parts"},
		{Method: "CONNECT", Path: "//parts"},
		{Method: "CONNECT", Path: ""},
		{Method: "TRACE", Path: "/parts"},
		{Method: "PRI", Path: "*"},
		{Method: " GET", Path: "/parts"},
		{Method: "GET\n", Path: "/parts"},
		{Method: "\xff", Path: "/parts"},
		{Method: strings.Repeat("GET", 10_000), Path: "/parts"},
		{Method: "GET /parts", Path: "/parts"},
		{Method: "", Path: "/parts"},
		{Method: "get", Path: "/parts"},
	} {
		if diff := cmp.Diff(want, a.Send(r)); diff != "" {
			t.Errorf("%s %q (-want +got):\n%s", r.Method, r.Path, diff)
		}
	}
}

func TestAPayloadThatIsNotAnEventIsAnswered(t *testing.T) {
	a, _ := newParts(t)
	for _, payload := range []string{"", "null", "1", "[]", "{}", `{"headers":1}`, "{", `{"requestContext":{"authorizer":{"jwt":{"claims":{"sub":1}}}}}`} {
		if got := a.SendPayload(t.Context(), []byte(payload)); got.Status != 400 {
			t.Errorf("%q: %d %s", payload, got.Status, got.Body)
		}
	}
}

func TestAnOperationSaysItsErrorsInItsOwnWords(t *testing.T) {
	detail := &huma.ErrorDetail{Location: "body.name", Message: "is taken", Value: "secret"}
	for _, c := range []struct {
		err  error
		want string
	}{
		{api.NotFound("Nobody here has this name."), `{"message":"Nobody here has this name."}`},
		{api.Conflict("Somebody greeted already."), `{"message":"Somebody greeted already."}`},
		{api.Conflict(""), `{"message":"Somebody else was faster: reload, and try again if it is still needed."}`},
		{api.Invalid(api.Fault{Location: "body.name", Message: "is taken"}),
			`{"message":"Correct the request: body.name is taken.","errors":[{"location":"body.name","message":"is taken"}]}`},
		{api.BadRequest(api.Fault{Location: "query.cursor", Message: "is not from this list"}),
			`{"message":"The request cannot be read: query.cursor is not from this list.","errors":[{"location":"query.cursor","message":"is not from this list"}]}`},
		{api.Unavailable(errors.New("internal")),
			`{"message":"The data is busy or out of reach for the moment. Wait a few seconds, reload, and try again if your change is not there."}`},
		{huma.Error404NotFound("Nobody here has this name."), `{"message":"Nobody here has this name."}`},
		{huma.Error409Conflict("Somebody greeted already."), `{"message":"Somebody greeted already."}`},
		{huma.Error422UnprocessableEntity("Choose another name.", detail),
			`{"message":"Choose another name.","errors":[{"location":"body.name","message":"is taken"}]}`},
		{huma.Error400BadRequest("This cannot be.", errors.New("internal")), `{"message":"This cannot be."}`},
		{huma.Error500InternalServerError("internal"),
			`{"message":"The API failed. Try again; if it fails again, tell the people who run the API the time of this message."}`},
	} {
		body, err := json.Marshal(c.err)
		if err != nil || string(body) != c.want {
			t.Errorf("%s (%v), want %s", body, err, c.want)
		}
		if strings.Contains(c.err.Error(), "secret") {
			t.Errorf("the log would quote the input: %v", c.err)
		}
	}
}
