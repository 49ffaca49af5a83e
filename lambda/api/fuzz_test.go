package api_test

import (
	"encoding/json"
	"testing"

	"retoolapi/lambda/api"
)

// FuzzEvent sends any payload at all through the whole path.
func FuzzEvent(f *testing.F) {
	a := newAPI(f)
	for _, op := range api.Operations() {
		payload, err := json.Marshal(a.example(op).event())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(payload)
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		a := a.fresh(t)
		if got := a.sendPayload(t.Context(), payload); got.Status < 200 || got.Status >= 500 {
			t.Errorf("%d %s", got.Status, got.Body)
		}
	})
}

// FuzzRequest sends any request that a client could send.
func FuzzRequest(f *testing.F) {
	a := newAPI(f)
	for _, op := range api.Operations() {
		r := a.example(op)
		f.Add(r.method, r.path, "limit=2&cursor=", "application/json", "key", r.body, false)
		f.Add(r.method, r.path, "version=3", "", "key", r.body, true)
	}
	f.Fuzz(func(t *testing.T, method, path, query, contentType, key, body string, base64 bool) {
		a := a.fresh(t)
		r := request{method: method, path: path, query: query, body: body, base64: base64,
			headers: map[string]string{"content-type": contentType, "idempotency-key": key}}
		if got := a.send(r); got.Status < 200 || got.Status >= 500 {
			t.Errorf("%+v: %d %s", r, got.Status, got.Body)
		}
	})
}
