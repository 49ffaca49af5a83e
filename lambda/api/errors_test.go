package api_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"

	"retoolapi/lambda/api"
)

// example is a request for a declared operation, made from its examples.
func (a *testAPI) example(op api.Operation) request {
	a.t.Helper()
	described := a.document.Paths.Find(op.Path).GetOperation(op.Method)
	r := request{method: op.Method, path: op.Path}
	for _, p := range described.Parameters {
		if p.Value.In == "path" {
			r.path = strings.ReplaceAll(r.path, "{"+p.Value.Name+"}", fmt.Sprint(p.Value.Schema.Value.Example))
		}
	}
	if described.RequestBody != nil {
		body, err := json.Marshal(described.RequestBody.Value.Content["application/json"].Example)
		if err != nil {
			a.t.Fatal(err)
		}
		r.body = string(body)
	}
	return r
}

// Every operation, with every kind of fault. What is true of all answers, such
// as that none is 401 or 403, sendPayload checks.
func TestEveryFaultOfARequestIsAnsweredAsSuch(t *testing.T) {
	withBody := func(r *request) bool { return r.body != "" }
	any := func(*request) bool { return true }
	faults := []struct {
		name   string
		status int
		can    func(*request) bool
		do     func(*events.APIGatewayV2HTTPRequest)
	}{
		{"no authorizer", 400, any, func(e *events.APIGatewayV2HTTPRequest) { e.RequestContext.Authorizer = nil }},
		{"no claims", 400, any, func(e *events.APIGatewayV2HTTPRequest) { e.RequestContext.Authorizer.JWT.Claims = nil }},
		{"no user name", 400, any, func(e *events.APIGatewayV2HTTPRequest) {
			delete(e.RequestContext.Authorizer.JWT.Claims, "username")
		}},
		{"no sub", 400, any, func(e *events.APIGatewayV2HTTPRequest) { delete(e.RequestContext.Authorizer.JWT.Claims, "sub") }},
		{"malformed query", 400, any, func(e *events.APIGatewayV2HTTPRequest) { e.RawQueryString = "version=%zz" }},
		{"query with a semicolon", 400, any, func(e *events.APIGatewayV2HTTPRequest) { e.RawQueryString = "version=1;limit=2" }},
		{"unknown query parameter", 422, any, func(e *events.APIGatewayV2HTTPRequest) { e.RawQueryString = "versions=3" }},
		{"body that is not base64", 400, any, func(e *events.APIGatewayV2HTTPRequest) { e.Body, e.IsBase64Encoded = "%", true }},
		{"no body", 400, withBody, func(e *events.APIGatewayV2HTTPRequest) { e.Body = "" }},
		{"body that is cut off", 400, withBody, func(e *events.APIGatewayV2HTTPRequest) { e.Body = e.Body[:len(e.Body)-1] }},
		{"two bodies", 400, withBody, func(e *events.APIGatewayV2HTTPRequest) { e.Body += e.Body }},
		{"body that is not UTF-8", 400, withBody, func(e *events.APIGatewayV2HTTPRequest) {
			e.Body, e.IsBase64Encoded = "eyJuYW1lIjoi/yJ9", true // {"name":"\xff"}
		}},
		{"half of a surrogate pair", 400, withBody, func(e *events.APIGatewayV2HTTPRequest) { e.Body = `{"name":"\ud83d"}` }},
		{"two equal names", 400, withBody, func(e *events.APIGatewayV2HTTPRequest) { e.Body = `{"name":"a","name":"b"}` }},
		{"number out of range", 400, withBody, func(e *events.APIGatewayV2HTTPRequest) { e.Body = `{"quantity":1e999}` }},
		{"deep nesting", 400, withBody, func(e *events.APIGatewayV2HTTPRequest) { e.Body = strings.Repeat("[", 500_000) }},
		{"null", 422, withBody, func(e *events.APIGatewayV2HTTPRequest) { e.Body = "null" }},
		{"list", 422, withBody, func(e *events.APIGatewayV2HTTPRequest) { e.Body = "[]" }},
		{"text", 422, withBody, func(e *events.APIGatewayV2HTTPRequest) { e.Body = `"name"` }},
		{"unknown property", 422, withBody, func(e *events.APIGatewayV2HTTPRequest) { e.Body = `{"unknown":1,` + e.Body[1:] }},
		{"name in another case", 422, withBody, func(e *events.APIGatewayV2HTTPRequest) { e.Body = strings.Replace(e.Body, `"name"`, `"Name"`, 1) }},
		{"many unknown properties", 422, withBody, func(e *events.APIGatewayV2HTTPRequest) { e.Body = manyProperties() }},
		{"body of more than 1 MB", 413, withBody, func(e *events.APIGatewayV2HTTPRequest) { e.Body += strings.Repeat(" ", 1<<20+1-len(e.Body)) }},
		{"another content type", 415, withBody, func(e *events.APIGatewayV2HTTPRequest) { e.Headers["content-type"] = "text/plain" }},
		{"content type of a form", 415, withBody, func(e *events.APIGatewayV2HTTPRequest) {
			e.Headers["content-type"] = "application/x-www-form-urlencoded"
		}},
		{"broken content type", 415, withBody, func(e *events.APIGatewayV2HTTPRequest) { e.Headers["content-type"] = ";;+" }},
	}
	a := newAPI(t)
	for _, op := range api.Operations() {
		r := a.example(op)
		for _, fault := range faults {
			if !fault.can(&r) {
				continue
			}
			t.Run(op.ID+"/"+fault.name, func(t *testing.T) {
				a.t = t
				event := r.event()
				fault.do(&event)
				got := a.sendEvent(event)
				if got.Status != fault.status {
					t.Errorf("got %d, want %d: %s", got.Status, fault.status, got.Body)
				}
				if len(got.Body) > 16_000 {
					t.Errorf("the answer has %d bytes", len(got.Body))
				}
			})
		}
	}
}

// Whatever its kind and whatever it is called, a value where another is expected
// is a fault of the request.
func TestNoValueInABodyIsAFaultOfTheAPI(t *testing.T) {
	values := []string{
		"null", "true", `""`, `"x"`, "0", "-0", "1.5", "1e400", "-1e400", "1e-400", "9223372036854775808", "NaN", "Infinity",
		"[]", "[null]", "[[]]", "[{}]", "[1,1]", `["x",["x"]]`, "{}", `{"":null}`, `{"a":{"a":[{}]}}`, `"\ud800"`, `"\u0000"`,
		strings.Repeat("[", 9_990) + strings.Repeat("]", 9_990), strings.Repeat("[", 200_000), strings.Repeat(`{"a":`, 100_000), strings.Repeat("9", 500_000),
	}
	a := newAPI(t)
	for _, op := range api.Operations() {
		r := a.example(op)
		var example map[string]json.RawMessage
		if json.Unmarshal([]byte(r.body), &example) != nil {
			continue // It takes no object.
		}
		t.Run(op.ID, func(t *testing.T) {
			for _, value := range values {
				for _, body := range append(withValue(t, example, value), value) {
					r.body = body
					if got := a.fresh(t).send(r); got.Status >= 500 {
						t.Errorf("%.60s: %d %s", body, got.Status, got.Body)
					}
				}
			}
		})
	}
}

// withValue returns the object as often as it has members, each time with the
// value, which need not be JSON, in the place of another.
func withValue(t *testing.T, object map[string]json.RawMessage, value string) (objects []string) {
	t.Helper()
	const place = `"here is the value"`
	for name := range object {
		changed := maps.Clone(object)
		changed[name] = json.RawMessage(place)
		text, err := json.Marshal(changed)
		if err != nil {
			t.Fatal(err)
		}
		objects = append(objects, strings.Replace(string(text), place, value, 1))
	}
	return objects
}

// manyProperties is a body of nearly 1 MB whose properties are all unknown.
func manyProperties() string {
	properties := map[string]int{strings.Repeat("long", 10_000): 1}
	for i := range 60_000 {
		properties["p"+string(rune('一'+i%20_000))+string(rune('a'+i/20_000))] = 1
	}
	body, _ := json.Marshal(properties)
	return string(body)
}

func TestAPathOrMethodNobodyDeclaredIsNotFound(t *testing.T) {
	a := newAPI(t)
	want := answer{404, jsonHeaders, `{"message":"There is nothing at this address: check the method and the path of the query."}`}
	for _, r := range []request{
		{method: "GET", path: "/"},
		{method: "GET", path: ""},
		{method: "GET", path: "items"},
		{method: "GET", path: "*"},
		{method: "GET", path: "//items"},
		{method: "GET", path: "/items/"},
		{method: "GET", path: "/items/../me"},
		{method: "GET", path: "/./me"},
		{method: "GET", path: "/items/a/b"},
		{method: "GET", path: "/openapi.json"},
		{method: "GET", path: "/docs"},
		{method: "GET", path: "/schemas/Item.json"},
		{method: "PUT", path: "/items"},
		{method: "OPTIONS", path: "/me"},
		{method: "CONNECT", path: "/me"},
		{method: "CONNECT", path: "//me"},
		{method: "CONNECT", path: ""},
		{method: "TRACE", path: "/me"},
		{method: "PRI", path: "*"},
		{method: " GET", path: "/me"},
		{method: "GET\n", path: "/me"},
		{method: "\xff", path: "/me"},
		{method: strings.Repeat("GET", 10_000), path: "/me"},
		{method: "GET /me", path: "/me"},
		{method: "", path: "/me"},
		{method: "get", path: "/me"},
	} {
		if diff := cmp.Diff(want, a.send(r)); diff != "" {
			t.Errorf("%s %q (-want +got):\n%s", r.method, r.path, diff)
		}
	}
}

func TestAPayloadThatIsNoEventIsAnswered(t *testing.T) {
	a := newAPI(t)
	for _, payload := range []string{"", "null", "1", "[]", "{}", `{"headers":1}`, "{", `{"requestContext":{"authorizer":{"jwt":{"claims":{"sub":1}}}}}`} {
		if got := a.sendPayload(t.Context(), []byte(payload)); got.Status != 400 {
			t.Errorf("%q: %d %s", payload, got.Status, got.Body)
		}
	}
}

// The gateway's own answers are described in its words.
func TestTheGatewaysAnswersAreDescribed(t *testing.T) {
	document := loadDocument(t)
	for name, message := range map[string]string{"Unauthorized": "Unauthorized", "Forbidden": "Forbidden", "TooManyRequests": "Too Many Requests"} {
		if diff := cmp.Diff(any(map[string]any{"message": message}), document.Components.Responses[name].Value.Content["application/json"].Example); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if names := slices.Sorted(maps.Keys(document.Components.Responses)); len(names) != 10 {
		t.Errorf("other error answers than expected: %q", names)
	}
}

func TestAnOperationSaysItsErrorsInItsOwnWords(t *testing.T) {
	detail := &huma.ErrorDetail{Location: "body.name", Message: "is taken", Value: "secret"}
	for _, c := range []struct {
		err  error
		want string
	}{
		{huma.Error404NotFound("Nobody here has this name."), `{"message":"Nobody here has this name."}`},
		{huma.Error409Conflict("Somebody greeted already."), `{"message":"Somebody greeted already."}`},
		{huma.Error422UnprocessableEntity("Choose another name.", detail),
			`{"message":"Choose another name.","errors":[{"location":"body.name","message":"is taken"}]}`},
		{huma.Error400BadRequest("This cannot be.", errors.New("internal")), `{"message":"This cannot be."}`},
		{huma.Error500InternalServerError("internal"),
			`{"message":"Something went wrong in the API. Try again; if it stays, tell whoever runs the API the time of this message."}`},
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
