package api

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"
)

// invoke sends a request of the user ana to a handler, and returns the answer.
func invoke(t *testing.T, h *Handler, event events.APIGatewayV2HTTPRequest) (answer events.APIGatewayV2HTTPResponse) {
	t.Helper()
	event.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
		JWT: &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{Claims: map[string]string{"username": "ana", "sub": "1"}},
	}
	payload, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	out, err := h.Invoke(t.Context(), payload)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out, &answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

// invokeWith returns the answer and the log of a request to an operation.
func invokeWith(t *testing.T, operation http.HandlerFunc) (events.APIGatewayV2HTTPResponse, string) {
	t.Helper()
	var log bytes.Buffer
	mux := http.NewServeMux()
	mux.Handle("GET /", operation)
	event := events.APIGatewayV2HTTPRequest{RawPath: "/x"}
	event.RequestContext.HTTP.Method = http.MethodGet
	answer := invoke(t, &Handler{mux: mux, log: slog.New(slog.NewJSONHandler(&log, nil))}, event)
	return answer, log.String()
}

// newEcho returns a function that sends requests to an API with one operation, which
// answers with its input.
func newEcho[Input any](t *testing.T, method, path string) func(events.APIGatewayV2HTTPRequest) events.APIGatewayV2HTTPResponse {
	t.Helper()
	mux := http.NewServeMux()
	a := newAPI(mux)
	type output struct{ Body Input }
	huma.Register(a, huma.Operation{OperationID: "test", Method: method, Path: path},
		func(_ context.Context, in *Input) (*output, error) { return &output{*in}, nil })
	h := &Handler{mux: mux, headers: declaredHeaders(a), log: slog.New(slog.DiscardHandler)}
	return func(event events.APIGatewayV2HTTPRequest) events.APIGatewayV2HTTPResponse {
		t.Helper()
		event.RequestContext.HTTP.Method = method
		return invoke(t, h, event)
	}
}

type headersInput struct {
	Declared string `header:"x-declared"`
	Match    string `header:"If-Match"`
	Accept   string `header:"Accept"`
}

// An operation does not get Accept even if it declares it: huma would read it too.
func TestAnOperationGetsTheHeadersThatItDeclares(t *testing.T) {
	send := newEcho[headersInput](t, http.MethodGet, "/test")
	got := send(events.APIGatewayV2HTTPRequest{RawPath: "/test", Headers: map[string]string{
		"x-declared": "a", "if-match": "b", "accept": "a;,b", "x-other": "c", "authorization": "Bearer secret",
	}})
	if want := `{"Declared":"a","Match":"b","Accept":""}` + "\n"; got.StatusCode != 200 || got.Body != want {
		t.Errorf("%d %s, want %s", got.StatusCode, got.Body, want)
	}
}

func TestAnOperationCannotAnswerForTheGateway(t *testing.T) {
	for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden} {
		answer, log := invokeWith(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		if answer.StatusCode != 500 || !strings.Contains(log, "which only the gateway may answer: use 404 or 422") {
			t.Errorf("%d became %d, and the log says %s", status, answer.StatusCode, log)
		}
	}
}

func TestAPanicLeavesNoHalfAnswer(t *testing.T) {
	answer, log := invokeWith(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Half", "an answer")
		_, _ = w.Write([]byte("half an answer"))
		panic("the other half is missing")
	})
	want := events.APIGatewayV2HTTPResponse{
		StatusCode: 500,
		Headers:    map[string]string{"Content-Type": "application/json"},
		Body:       `{"message":"` + errorKinds[500].message + `"}`,
	}
	if diff := cmp.Diff(want, answer); diff != "" || !strings.Contains(log, "the other half is missing") {
		t.Errorf("(-want +got):\n%s\nthe log: %s", diff, log)
	}
}

func TestBytesThatAreNotTextAreAnsweredInBase64(t *testing.T) {
	answer, _ := invokeWith(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Add("Vary", "a")
		w.Header().Add("Vary", "b")
		_, _ = w.Write([]byte{0xff})
	})
	want := events.APIGatewayV2HTTPResponse{StatusCode: 200, Headers: map[string]string{"Vary": "a, b"}, Body: "/w==", IsBase64Encoded: true}
	if diff := cmp.Diff(want, answer); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
