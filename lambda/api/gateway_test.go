package api

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"
)

// handled returns the gateway's view of what an operation writes, and the log.
func handled(t *testing.T, operation http.HandlerFunc) (events.APIGatewayV2HTTPResponse, string) {
	t.Helper()
	var log bytes.Buffer
	mux := http.NewServeMux()
	mux.Handle("GET /", operation)
	h := &Handler{mux: mux, log: slog.New(slog.NewJSONHandler(&log, nil))}
	payload := `{"rawPath":"/x","requestContext":{"http":{"method":"GET"},"authorizer":{"jwt":{"claims":{"username":"ana","sub":"1"}}}}}`
	out, err := h.Invoke(t.Context(), []byte(payload))
	if err != nil {
		t.Fatal(err)
	}
	var answer events.APIGatewayV2HTTPResponse
	if err := json.Unmarshal(out, &answer); err != nil {
		t.Fatal(err)
	}
	return answer, log.String()
}

func TestAnOperationCannotAnswerForTheGateway(t *testing.T) {
	for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden} {
		answer, log := handled(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		if answer.StatusCode != 500 || !strings.Contains(log, "is the gateway's to answer: use 404 or 422") {
			t.Errorf("%d became %d, and the log says %s", status, answer.StatusCode, log)
		}
	}
}

func TestAPanicLeavesNoHalfAnswer(t *testing.T) {
	answer, log := handled(t, func(w http.ResponseWriter, _ *http.Request) {
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

func TestBytesThatAreNoTextReachTheGatewayInBase64(t *testing.T) {
	answer, _ := handled(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Add("Vary", "a")
		w.Header().Add("Vary", "b")
		_, _ = w.Write([]byte{0xff})
	})
	want := events.APIGatewayV2HTTPResponse{StatusCode: 200, Headers: map[string]string{"Vary": "a, b"}, Body: "/w==", IsBase64Encoded: true}
	if diff := cmp.Diff(want, answer); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
