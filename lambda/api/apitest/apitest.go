// Package apitest tests operations as the gateway calls them: with an event. It
// compares every answer with the OpenAPI description.
//
// Change it together with package api. To test an operation, call [New] and
// [API.Send].
package apitest

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"path"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/danielgtaylor/huma/v2"
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"retoolapi/lambda/api"
)

// API is an API under test.
type API struct {
	Document *openapi3.T   // Its description.
	Log      *bytes.Buffer // What it has logged, a line per request.

	t          testing.TB
	handler    *api.Handler
	operations []api.Operation
	routes     *http.ServeMux // To find the operation of a request.
}

// New returns an API with the operations that register declares. Every answer that
// breaks a rule of all answers fails the test.
func New(t testing.TB, register func(huma.API)) *API {
	t.Helper()
	text, err := api.OpenAPI(register, "")
	if err != nil {
		t.Fatal(err)
	}
	document, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		t.Fatal(err)
	}
	a := &API{Document: document, Log: &bytes.Buffer{}, t: t, operations: api.Operations(register), routes: http.NewServeMux()}
	a.handler = api.New(slog.New(slog.NewJSONHandler(a.Log, nil)), register)
	for _, op := range a.operations {
		a.routes.Handle(op.Method+" "+op.Path, http.NotFoundHandler())
	}
	return a
}

// On returns the API for another test, such as a subtest, with an empty log.
func (a *API) On(t testing.TB) *API {
	other := *a
	other.t = t
	other.Log.Reset()
	return &other
}

// Operations lists the declared operations.
func (a *API) Operations() []api.Operation { return a.operations }

// Request is what a client sends through the gateway.
type Request struct {
	Method, Path, Query, Body string

	Headers map[string]string
	User    string // ana if empty.
	Base64  bool   // As the gateway encodes a body that it does not take for text.
}

// Event returns the request as the gateway passes it to the function.
func (r Request) Event() events.APIGatewayV2HTTPRequest {
	user := r.User
	if user == "" {
		user = "ana"
	}
	event := events.APIGatewayV2HTTPRequest{
		Version: "2.0", RawPath: r.Path, RawQueryString: r.Query, Body: r.Body,
		Headers: map[string]string{"authorization": "Bearer secret-token"},
		RequestContext: events.APIGatewayV2HTTPRequestContext{
			RequestID: "request-1",
			HTTP:      events.APIGatewayV2HTTPRequestContextHTTPDescription{Method: r.Method, Path: r.Path},
			Authorizer: &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
				JWT: &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{
					Claims: map[string]string{"username": user, "sub": "sub-of-" + user, "exp": "1800000000"},
				},
			},
		},
	}
	if r.Body != "" {
		event.Headers["content-type"] = "application/json"
	}
	maps.Copy(event.Headers, r.Headers)
	if r.Base64 {
		event.Body, event.IsBase64Encoded = base64.StdEncoding.EncodeToString([]byte(r.Body)), true
	}
	return event
}

// Example returns a request for an operation with the values of its examples.
func (a *API) Example(op api.Operation) Request {
	a.t.Helper()
	described := a.described(op)
	r := Request{Method: op.Method, Path: op.Path}
	for _, p := range described.Parameters {
		if p.Value.In == "path" {
			r.Path = strings.ReplaceAll(r.Path, "{"+p.Value.Name+"}", fmt.Sprint(p.Value.Schema.Value.Example))
		}
	}
	if described.RequestBody != nil {
		body, err := json.Marshal(described.RequestBody.Value.Content["application/json"].Example)
		if err != nil {
			a.t.Fatal(err)
		}
		r.Body = string(body)
	}
	return r
}

// Answer is what a client gets.
type Answer struct {
	Status  int
	Headers map[string]string
	Body    string
}

// Send sends a request and returns its answer.
func (a *API) Send(r Request) Answer {
	a.t.Helper()
	return a.SendEvent(r.Event())
}

// SendEvent sends an event of the gateway and returns its answer.
func (a *API) SendEvent(event events.APIGatewayV2HTTPRequest) Answer {
	a.t.Helper()
	payload, err := json.Marshal(event)
	if err != nil {
		a.t.Fatal(err)
	}
	return a.SendPayload(a.t.Context(), payload)
}

// SendPayload invokes the function with a payload, which need not be an event.
func (a *API) SendPayload(ctx context.Context, payload []byte) Answer {
	a.t.Helper()
	out, err := a.handler.Invoke(ctx, payload)
	if err != nil {
		a.t.Fatalf("the invocation failed: %v", err)
	}
	var response events.APIGatewayV2HTTPResponse
	if err := json.Unmarshal(out, &response); err != nil {
		a.t.Fatalf("not an answer: %v\n%s", err, out)
	}
	got := Answer{response.StatusCode, response.Headers, response.Body}
	a.checkError(got)
	a.checkDescribed(payload, got)
	return got
}

// checkError checks an answer against the rules for errors.
func (a *API) checkError(got Answer) {
	a.t.Helper()
	if got.Status == http.StatusUnauthorized || got.Status == http.StatusForbidden {
		a.t.Errorf("the function answered %d, which Retool takes for an expired token", got.Status)
	}
	if got.Status < http.StatusBadRequest {
		return
	}
	var body struct{ Message string }
	if err := json.Unmarshal([]byte(got.Body), &body); err != nil || body.Message == "" {
		a.t.Errorf("%d without a message: %s", got.Status, got.Body)
	}
	if got.Headers["Content-Type"] != "application/json" {
		a.t.Errorf("%d with the content type %q", got.Status, got.Headers["Content-Type"])
	}
}

// checkDescribed checks the answer of an operation against its description.
func (a *API) checkDescribed(payload []byte, got Answer) {
	a.t.Helper()
	var event events.APIGatewayV2HTTPRequest
	if json.Unmarshal(payload, &event) != nil {
		return
	}
	r := &http.Request{Method: event.RequestContext.HTTP.Method, URL: &url.URL{Path: event.RawPath}, Header: http.Header{}}
	_, pattern := a.routes.Handler(r)
	method, template, _ := strings.Cut(pattern, " ")
	if pattern == "" || method != r.Method || path.Clean("/"+event.RawPath) != event.RawPath {
		return
	}
	item := a.Document.Paths.Find(template)
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{
			Request: r,
			Route:   &routers.Route{Spec: a.Document, Path: template, PathItem: item, Method: method, Operation: item.GetOperation(method)},
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
		a.t.Errorf("%s does not match the OpenAPI description of %s: %v", got.Body, pattern, err)
	}
}

// LogLine returns the one line in the log, and empties the log.
func (a *API) LogLine() map[string]any {
	a.t.Helper()
	text := a.Log.String()
	a.Log.Reset()
	var line map[string]any
	if err := json.Unmarshal([]byte(text), &line); err != nil {
		a.t.Fatalf("the log is not one line of JSON: %v:\n%s", err, text)
	}
	return line
}

// Decode returns the body of an answer as a value.
func Decode[T any](t testing.TB, got Answer) (value T) {
	t.Helper()
	if err := json.Unmarshal([]byte(got.Body), &value); err != nil {
		t.Fatalf("%v: %s", err, got.Body)
	}
	return value
}
