package api_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/google/go-cmp/cmp"

	"retoolapi/lambda/api"
)

func TestTheOperationsAreListedByPathAndMethod(t *testing.T) {
	list := api.Operations()
	var got []string
	for _, op := range list {
		got = append(got, op.Path+" "+op.Method)
		if op.ID == "" {
			t.Errorf("%s %s has no id", op.Method, op.Path)
		}
	}
	if !slices.Contains(got, "/me GET") {
		t.Errorf("GET /me is not among the operations: %q", got)
	}
	for i := range got[1:] {
		if got[i] >= got[i+1] {
			t.Errorf("%q comes before %q", got[i], got[i+1])
		}
	}
	if diff := cmp.Diff(list, api.Operations()); diff != "" {
		t.Errorf("another list the second time (-first +second):\n%s", diff)
	}
}

func TestMeTellsWhoTheTokenSays(t *testing.T) {
	a := newAPI(t)
	got := a.send(request{method: "GET", path: "/me"})
	want := answer{200, jsonHeaders,
		`{"username":"ana","sub":"sub-of-ana","expiresAt":"2027-01-15T08:00:00Z"}` + "\n"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMeLeavesOutAnEndItCannotTell(t *testing.T) {
	a := newAPI(t)
	for _, exp := range []string{"", "soon", "-1", "1e400", "999999999999999"} {
		r := request{method: "GET", path: "/me"}
		event := r.event()
		event.RequestContext.Authorizer.JWT.Claims["exp"] = exp
		got := a.sendEvent(event)
		if got.Status != 200 || strings.Contains(got.Body, "expiresAt") {
			t.Errorf("exp %q: %d %s", exp, got.Status, got.Body)
		}
	}
}

// testAPI is the API on stores in memory, with its log.
type testAPI struct {
	t        testing.TB
	handler  *api.Handler
	log      *bytes.Buffer
	document *openapi3.T
	routes   *http.ServeMux // Which operation a request is for.
	memory   *memory
}

func newAPI(t testing.TB) *testAPI {
	t.Helper()
	a := &testAPI{t: t, log: &bytes.Buffer{}, routes: http.NewServeMux()}
	a.memory = newMemory()
	a.handler = api.New(slog.New(slog.NewJSONHandler(a.log, nil)), api.Stores{Items: a.memory})
	a.document = loadDocument(t)
	for _, op := range api.Operations() {
		a.routes.Handle(op.Method+" "+op.Path, http.NotFoundHandler())
	}
	return a
}

// loadDocument returns the description of the operations as they are now.
func loadDocument(t testing.TB) *openapi3.T {
	t.Helper()
	text, err := api.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	document, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// request is what a client sends through the gateway.
type request struct {
	method, path, query, body string
	headers                   map[string]string
	user                      string // ana if empty
	base64                    bool   // As the gateway sends what it does not take for text.
}

// jsonHeaders are those of most answers.
var jsonHeaders = map[string]string{"Content-Type": "application/json"}

// answer is what a client gets.
type answer struct {
	Status  int
	Headers map[string]string
	Body    string
}

func (r request) event() events.APIGatewayV2HTTPRequest {
	user := r.user
	if user == "" {
		user = "ana"
	}
	event := events.APIGatewayV2HTTPRequest{
		Version: "2.0", RawPath: r.path, RawQueryString: r.query, Body: r.body,
		Headers: map[string]string{"authorization": "Bearer secret-token"},
		RequestContext: events.APIGatewayV2HTTPRequestContext{
			RequestID: "request-1",
			HTTP:      events.APIGatewayV2HTTPRequestContextHTTPDescription{Method: r.method, Path: r.path},
			Authorizer: &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
				JWT: &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{
					Claims: map[string]string{"username": user, "sub": "sub-of-" + user, "exp": "1800000000"},
				},
			},
		},
	}
	if r.body != "" {
		event.Headers["content-type"] = "application/json"
	}
	for name, value := range r.headers {
		event.Headers[name] = value
	}
	if r.base64 {
		event.Body, event.IsBase64Encoded = base64.StdEncoding.EncodeToString([]byte(r.body)), true
	}
	return event
}

func (a *testAPI) send(r request) answer {
	a.t.Helper()
	return a.sendEvent(r.event())
}

func (a *testAPI) sendEvent(event events.APIGatewayV2HTTPRequest) answer {
	a.t.Helper()
	payload, err := json.Marshal(event)
	if err != nil {
		a.t.Fatal(err)
	}
	return a.sendPayload(a.t.Context(), payload)
}

// sendPayload sends an event and checks what is true of every answer.
func (a *testAPI) sendPayload(ctx context.Context, payload []byte) answer {
	a.t.Helper()
	out, err := a.handler.Invoke(ctx, payload)
	if err != nil {
		a.t.Fatalf("the invocation failed: %v", err)
	}
	var response events.APIGatewayV2HTTPResponse
	if err := json.Unmarshal(out, &response); err != nil {
		a.t.Fatalf("not an answer: %v\n%s", err, out)
	}
	got := answer{response.StatusCode, response.Headers, response.Body}
	a.check(payload, got)
	return got
}

// check holds an answer against the rules for all answers and, if its request
// was for an operation, against the OpenAPI document.
func (a *testAPI) check(payload []byte, got answer) {
	a.t.Helper()
	if got.Status == http.StatusUnauthorized || got.Status == http.StatusForbidden {
		a.t.Errorf("the function answered %d, which Retool takes for an expired token", got.Status)
	}
	if got.Status >= 400 {
		var body struct{ Message string }
		if err := json.Unmarshal([]byte(got.Body), &body); err != nil || body.Message == "" {
			a.t.Errorf("%d without a message: %s", got.Status, got.Body)
		}
		if got.Headers["Content-Type"] != "application/json" {
			a.t.Errorf("%d with the content type %q", got.Status, got.Headers["Content-Type"])
		}
	}
	var event events.APIGatewayV2HTTPRequest
	if json.Unmarshal(payload, &event) != nil {
		return
	}
	address := &url.URL{Path: event.RawPath}
	r := &http.Request{Method: event.RequestContext.HTTP.Method, URL: address, Header: http.Header{}}
	_, pattern := a.routes.Handler(r)
	method, template, _ := strings.Cut(pattern, " ")
	if pattern == "" || method != r.Method || path.Clean("/"+event.RawPath) != event.RawPath {
		return
	}
	item := a.document.Paths.Find(template)
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{
			Request: r,
			Route:   &routers.Route{Spec: a.document, Path: template, PathItem: item, Method: method, Operation: item.GetOperation(method)},
		},
		Status:  got.Status,
		Header:  http.Header{},
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	}
	for name, value := range got.Headers {
		input.Header.Set(name, value)
	}
	input.SetBodyBytes([]byte(got.Body))
	if err := openapi3filter.ValidateResponse(context.Background(), input); err != nil {
		a.t.Errorf("%s is not what the OpenAPI document says of %s: %v", got.Body, pattern, err)
	}
}

func decode[T any](t testing.TB, got answer) (value T) {
	t.Helper()
	if err := json.Unmarshal([]byte(got.Body), &value); err != nil {
		t.Fatalf("%v: %s", err, got.Body)
	}
	return value
}

// fresh returns the API with an empty log and only what the
// examples in the OpenAPI document are about, reporting to t.
func (a *testAPI) fresh(t *testing.T) *testAPI {
	a.log.Reset()
	a.memory.reset(exampleItem)
	fresh := *a
	fresh.t = t
	return &fresh
}
