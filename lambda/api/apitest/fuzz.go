package apitest

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
)

// FuzzEvent invokes the function with any payload. The stores must be as in
// [TestOperations].
func FuzzEvent(f *testing.F, register func(huma.API)) {
	a := New(f, register)
	for _, op := range a.operations {
		r := a.Example(op)
		f.Add(payloadOf(f, r))
		r.Headers = map[string]string{}
		for name, values := range oddHeaders {
			r.Headers[name] = values[0] // FuzzRequest sends the other values.
		}
		f.Add(payloadOf(f, r))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		if got := a.On(t).SendPayload(t.Context(), payload); got.Status < 200 || got.Status >= 500 {
			t.Errorf("%d %s", got.Status, got.Body)
		}
	})
}

func payloadOf(f *testing.F, r Request) []byte {
	payload, err := json.Marshal(r.Event())
	if err != nil {
		f.Fatal(err)
	}
	return payload
}

// FuzzRequest sends any request that a client could send. The argument headers has
// one header per line. The stores must be as in [TestOperations].
func FuzzRequest(f *testing.F, register func(huma.API)) {
	a := New(f, register)
	for _, op := range a.operations {
		r := a.Example(op)
		f.Add(r.Method, r.Path, "limit=2&cursor=", "content-type: application/json\nidempotency-key: key", r.Body, false)
		f.Add(r.Method, r.Path, "version=3", "content-type: \nidempotency-key: key", r.Body, true)
		for name, values := range oddHeaders {
			for _, value := range values {
				f.Add(r.Method, r.Path, "", name+": "+value, r.Body, false)
			}
		}
	}
	f.Fuzz(func(t *testing.T, method, path, query, headers, body string, base64 bool) {
		r := Request{Method: method, Path: path, Query: query, Headers: map[string]string{}, Body: body, Base64: base64}
		for line := range strings.SplitSeq(headers, "\n") {
			name, value, _ := strings.Cut(line, ": ")
			r.Headers[name] = value
		}
		if got := a.On(t).Send(r); got.Status < 200 || got.Status >= 500 {
			t.Errorf("%+v: %d %s", r, got.Status, got.Body)
		}
	})
}
