package apitest

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/danielgtaylor/huma/v2"
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"retoolapi/lambda/api"
)

// TestOperations tests what is true of every operation. It sends the examples of the
// description many times. So the stores must always hold what the examples name,
// even after a request has changed or deleted it.
func TestOperations(t *testing.T, register func(huma.API)) {
	a := New(t, register)
	if len(a.operations) == 0 {
		t.Fatal("no operation is declared")
	}
	t.Run("the description is valid", a.testDocument)
	t.Run("the first queries fit their operations", func(t *testing.T) { a.testQueries(t, api.Queries(register)) })
	for _, op := range a.operations {
		t.Run(op.ID, func(t *testing.T) {
			t.Run("is described completely", func(t *testing.T) { a.testDescription(t, op) })
			t.Run("answers every fault of a request with its status", func(t *testing.T) { a.testFaults(t, op) })
			t.Run("answers no value in a body with a 5xx", func(t *testing.T) { a.testValues(t, op) })
			t.Run("is not changed by a header that it does not declare", func(t *testing.T) { a.testHeaders(t, op) })
		})
	}
}

func (a *API) testDocument(t *testing.T) {
	err := a.Document.Validate(t.Context(), openapi3.EnableExamplesValidation(), openapi3.EnableSchemaFormatValidation(), openapi3.EnableSchemaPatternValidation())
	if err != nil || a.Document.OpenAPI != "3.0.3" {
		t.Errorf("version %s: %v", a.Document.OpenAPI, err)
	}
	scheme := a.Document.Components.SecuritySchemes["accessToken"]
	if scheme == nil || scheme.Value.Type != "http" || scheme.Value.Scheme != "bearer" || scheme.Value.BearerFormat != "JWT" {
		t.Errorf("accessToken is not a bearer JWT: %+v", scheme)
	}
	if diff := cmp.Diff(openapi3.SecurityRequirements{{"accessToken": {}}}, a.Document.Security); diff != "" {
		t.Errorf("security (-want +got):\n%s", diff)
	}
}

func (a *API) testDescription(t *testing.T, declared api.Operation) {
	op := a.described(declared)
	if op.Summary == "" || op.Description == "" {
		t.Error("it has no Summary or no Description")
	}
	if op.Security != nil {
		t.Error("it has its own Security: the gateway asks every operation's caller for an access token")
	}
	for _, p := range op.Parameters {
		if p.Value.Description == "" || p.Value.Schema.Value.Example == nil {
			t.Errorf("the parameter %s lacks the tag doc or example", p.Value.Name)
		}
	}
	if op.RequestBody != nil && op.RequestBody.Value.Content["application/json"].Example == nil {
		t.Error("its body has no example: give every property the tag example")
	}
	success := false
	for status, response := range op.Responses.Map() {
		success = success || strings.HasPrefix(status, "2")
		for _, content := range response.Value.Content {
			if content.Example == nil {
				t.Errorf("its answer %s has no example: give every property the tag example", status)
			}
		}
	}
	if !success {
		t.Error("it has no answer for success")
	}
	for _, status := range []string{"400", "401", "403", "422", "429", "500"} {
		if op.Responses.Value(status) == nil {
			t.Errorf("its answer %s is missing", status)
		}
	}
}

func (a *API) described(op api.Operation) *openapi3.Operation {
	return a.Document.Paths.Find(op.Path).GetOperation(op.Method)
}

// needsObject tells whether an operation's body must be an object with the declared
// properties and no others.
func (a *API) needsObject(op api.Operation) bool {
	body := a.described(op).RequestBody
	if body == nil || !body.Value.Required {
		return false
	}
	schema := body.Value.Content["application/json"].Schema.Value
	others := schema.AdditionalProperties.Has
	return schema.Type.Is("object") && len(schema.Properties) > 0 && others != nil && !*others
}

// requestFault is a fault of a request and the status that answers it.
type requestFault struct {
	name   string
	status int
	apply  func(*events.APIGatewayV2HTTPRequest)
}

// requestFaults are faults that every request can have.
var requestFaults = []requestFault{
	{"no authorizer", 400, func(e *events.APIGatewayV2HTTPRequest) { e.RequestContext.Authorizer = nil }},
	{"no claims", 400, func(e *events.APIGatewayV2HTTPRequest) { e.RequestContext.Authorizer.JWT.Claims = nil }},
	{"no user name", 400, func(e *events.APIGatewayV2HTTPRequest) {
		delete(e.RequestContext.Authorizer.JWT.Claims, "username")
	}},
	{"no sub", 400, func(e *events.APIGatewayV2HTTPRequest) { delete(e.RequestContext.Authorizer.JWT.Claims, "sub") }},
	{"malformed query", 400, func(e *events.APIGatewayV2HTTPRequest) { e.RawQueryString = "version=%zz" }},
	{"query with a semicolon", 400, func(e *events.APIGatewayV2HTTPRequest) { e.RawQueryString = "version=1;limit=2" }},
	{"unknown query parameter", 422, func(e *events.APIGatewayV2HTTPRequest) { e.RawQueryString = "versions=3" }},
	{"body that is not base64", 400, func(e *events.APIGatewayV2HTTPRequest) { e.Body, e.IsBase64Encoded = "%", true }},
}

// objectFaults are faults of a request for an operation that needs an object.
var objectFaults = []requestFault{
	{"no body", 400, func(e *events.APIGatewayV2HTTPRequest) { e.Body = "" }},
	{"body that is cut off", 400, func(e *events.APIGatewayV2HTTPRequest) { e.Body = e.Body[:len(e.Body)-1] }},
	{"two bodies", 400, func(e *events.APIGatewayV2HTTPRequest) { e.Body += e.Body }},
	{"body that is not UTF-8", 400, func(e *events.APIGatewayV2HTTPRequest) {
		e.Body, e.IsBase64Encoded = "eyJuYW1lIjoi/yJ9", true // {"name":"\xff"}
	}},
	{"half of a surrogate pair", 400, func(e *events.APIGatewayV2HTTPRequest) { e.Body = `{"name":"\ud83d"}` }},
	{"two equal names", 400, func(e *events.APIGatewayV2HTTPRequest) { e.Body = `{"name":"a","name":"b"}` }},
	{"number out of range", 400, func(e *events.APIGatewayV2HTTPRequest) { e.Body = `{"quantity":1e999}` }},
	{"deep nesting", 400, func(e *events.APIGatewayV2HTTPRequest) { e.Body = strings.Repeat("[", 500_000) }},
	{"null", 422, func(e *events.APIGatewayV2HTTPRequest) { e.Body = "null" }},
	{"list", 422, func(e *events.APIGatewayV2HTTPRequest) { e.Body = "[]" }},
	{"text", 422, func(e *events.APIGatewayV2HTTPRequest) { e.Body = `"name"` }},
	{"unknown property", 422, func(e *events.APIGatewayV2HTTPRequest) { e.Body = `{"unknown":1,` + e.Body[1:] }},
	{"name in another case", 422, func(e *events.APIGatewayV2HTTPRequest) { e.Body = inAnotherCase(e.Body) }},
	{"many unknown properties", 422, func(e *events.APIGatewayV2HTTPRequest) { e.Body = manyProperties() }},
	{"body of more than 1 MB", 413, func(e *events.APIGatewayV2HTTPRequest) { e.Body += strings.Repeat(" ", 1<<20+1-len(e.Body)) }},
	{"another content type", 415, func(e *events.APIGatewayV2HTTPRequest) { e.Headers["content-type"] = "text/plain" }},
	{"content type of a form", 415, func(e *events.APIGatewayV2HTTPRequest) {
		e.Headers["content-type"] = "application/x-www-form-urlencoded"
	}},
	{"broken content type", 415, func(e *events.APIGatewayV2HTTPRequest) { e.Headers["content-type"] = ";;+" }},
}

// inAnotherCase changes the case of the first name in an object.
func inAnotherCase(object string) string {
	name := strings.Split(object, `"`)[1]
	other := strings.ToUpper(name)
	if other == name {
		other = strings.ToLower(name)
	}
	return strings.Replace(object, name, other, 1)
}

// manyProperties returns a body of nearly 1 MB whose properties are all unknown.
func manyProperties() string {
	properties := map[string]int{strings.Repeat("long", 10_000): 1}
	for i := range 60_000 {
		properties["p"+string(rune('一'+i%20_000))+string(rune('a'+i/20_000))] = 1
	}
	body, _ := json.Marshal(properties)
	return string(body)
}

// testFaults need not check the rules of all answers, such as that none is 401 or
// 403: SendPayload does.
func (a *API) testFaults(t *testing.T, op api.Operation) {
	r := a.Example(op)
	faults := requestFaults
	if a.needsObject(op) && strings.HasPrefix(r.Body, `{"`) {
		faults = slices.Concat(requestFaults, objectFaults)
	}
	for _, fault := range faults {
		t.Run(fault.name, func(t *testing.T) {
			event := r.Event()
			fault.apply(&event)
			got := a.On(t).SendEvent(event)
			if got.Status != fault.status {
				t.Errorf("got %d, want %d: %s", got.Status, fault.status, got.Body)
			}
			if len(got.Body) > 16_000 {
				t.Errorf("the answer has %d bytes", len(got.Body))
			}
		})
	}
}

// anyValues are JSON values of every kind, and texts that are not JSON.
var anyValues = []string{
	"null", "true", `""`, `"x"`, "0", "-0", "1.5", "1e400", "-1e400", "1e-400", "9223372036854775808", "NaN", "Infinity",
	"[]", "[null]", "[[]]", "[{}]", "[1,1]", `["x",["x"]]`, "{}", `{"":null}`, `{"a":{"a":[{}]}}`, `"\ud800"`, `"\u0000"`,
	strings.Repeat("[", 9_990) + strings.Repeat("]", 9_990), strings.Repeat("[", 200_000), strings.Repeat(`{"a":`, 100_000), strings.Repeat("9", 500_000),
}

// testValues sends bodies with unexpected values. They are faults of the request, not
// of the API.
func (a *API) testValues(t *testing.T, op api.Operation) {
	r := a.Example(op)
	var example map[string]json.RawMessage
	if json.Unmarshal([]byte(r.Body), &example) != nil {
		return // The body is not an object.
	}
	for _, value := range anyValues {
		for _, body := range append(withValue(t, example, value), value) {
			r.Body = body
			if got := a.On(t).Send(r); got.Status >= 500 {
				t.Errorf("%.60s: %d %s", body, got.Status, got.Body)
			}
		}
	}
}

// withValue returns a copy of the object for each of its members, in which the value
// replaces that of the member. The value need not be JSON.
func withValue(t *testing.T, object map[string]json.RawMessage, value string) (objects []string) {
	t.Helper()
	const placeholder = `"here is the value"`
	for name := range object {
		changed := maps.Clone(object)
		changed[name] = json.RawMessage(placeholder)
		text, err := json.Marshal(changed)
		if err != nil {
			t.Fatal(err)
		}
		objects = append(objects, strings.Replace(string(text), placeholder, value, 1))
	}
	return objects
}

func (a *API) testHeaders(t *testing.T, op api.Operation) {
	r := a.Example(op)
	without := a.On(t).Send(r)
	if without.Status >= 300 {
		t.Fatalf("the example is refused: %d %s", without.Status, without.Body)
	}
	all := map[string]string{}
	for name, values := range oddHeaders {
		all[name] = values[0]
		for _, value := range values {
			a.testHeader(t, r, without, map[string]string{name: value})
		}
	}
	a.testHeader(t, r, without, all)
}

func (a *API) testHeader(t *testing.T, r Request, without Answer, headers map[string]string) {
	t.Helper()
	r.Headers = headers
	with := a.On(t).Send(r)
	if diff := cmp.Diff(without.Headers, with.Headers); with.Status != without.Status || diff != "" {
		t.Errorf("%.500q: got %d, want %d: %s (-without +with):\n%s", headers, with.Status, without.Status, with.Body, diff)
	}
}
