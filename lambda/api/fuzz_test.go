package api_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"retoolapi/lambda/api"
)

// FuzzEvent sends any payload at all through the whole path.
func FuzzEvent(f *testing.F) {
	a := newAPI(f)
	for _, op := range api.Operations() {
		r := a.example(op)
		r.headers = map[string]string{}
		for name, values := range oddHeaders {
			r.headers[name] = values[0] // Each of the others has its turn in FuzzRequest.
		}
		for _, event := range []events.APIGatewayV2HTTPRequest{a.example(op).event(), r.event()} {
			payload, err := json.Marshal(event)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(payload)
		}
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		a := a.fresh(t)
		if got := a.sendPayload(t.Context(), payload); got.Status < 200 || got.Status >= 500 {
			t.Errorf("%d %s", got.Status, got.Body)
		}
	})
}

// FuzzRequest sends any request that a client could send. The headers are lines.
func FuzzRequest(f *testing.F) {
	a := newAPI(f)
	for _, op := range api.Operations() {
		r := a.example(op)
		f.Add(r.method, r.path, "limit=2&cursor=", "content-type: application/json\nidempotency-key: key", r.body, false)
		f.Add(r.method, r.path, "version=3", "content-type: \nidempotency-key: key", r.body, true)
		for name, values := range oddHeaders {
			for _, value := range values {
				f.Add(r.method, r.path, "", name+": "+value, r.body, false)
			}
		}
	}
	f.Fuzz(func(t *testing.T, method, path, query, headers, body string, base64 bool) {
		a := a.fresh(t)
		r := request{method: method, path: path, query: query, headers: map[string]string{}, body: body, base64: base64}
		for line := range strings.SplitSeq(headers, "\n") {
			name, value, _ := strings.Cut(line, ": ")
			r.headers[name] = value
		}
		if got := a.send(r); got.Status < 200 || got.Status >= 500 {
			t.Errorf("%+v: %d %s", r, got.Status, got.Body)
		}
	})
}
