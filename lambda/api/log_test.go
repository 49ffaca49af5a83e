package api_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"retoolapi/lambda/api/apitest"
)

func TestEveryRequestIsOneLineInTheLog(t *testing.T) {
	a, _ := newParts(t)
	for name, c := range map[string]struct {
		request apitest.Request
		want    map[string]any
	}{
		"success": {
			apitest.Request{Method: "GET", Path: "/parts/1"},
			map[string]any{"level": "INFO", "operation": "get-part", "status": 200.0},
		},
		"input fault": {
			apitest.Request{Method: "GET", Path: "/parts/1", Query: "secret-name=1"},
			map[string]any{"level": "INFO", "operation": "get-part", "status": 422.0, "error": "faults in the input: 1"},
		},
		"no operation": {
			apitest.Request{Method: "GET", Path: "/secret-path"},
			map[string]any{"level": "INFO", "operation": "", "status": 404.0, "error": "There is nothing at this address: check the method and the path of the query."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			a.Send(c.request)
			got := a.LogLine()
			if milliseconds, ok := got["milliseconds"].(float64); !ok || milliseconds < 0 {
				t.Errorf("milliseconds: %v", got["milliseconds"])
			}
			delete(got, "milliseconds")
			delete(got, "time")
			c.want["msg"], c.want["requestId"], c.want["user"] = "request", "request-1", "ana"
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheLogHoldsNoTokenHeaderOrBody(t *testing.T) {
	a, parts := newParts(t)
	for _, body := range []string{
		`{"name":"secret-name","quantity":1,"note":"secret-note"}`,
		`{"name":"secret-name","quantity":1,"secret-property":1}`,
		`{"name":"secret-name"`,
		`{"secret-property":1,"secret-property":2}`,
		`secret-text`,
	} {
		a.Send(apitest.Request{Method: "POST", Path: "/parts", Query: "secret-query=1", Body: body})
		a.Send(apitest.Request{Method: "POST", Path: "/parts", Body: body, Headers: map[string]string{"idempotency-key": "secret-key", "x-other": "secret-header"}})
		a.Send(apitest.Request{Method: "POST", Path: "/parts", Body: body, Headers: map[string]string{"content-type": "secret/type"}})
	}
	parts.before = func(context.Context) error { panic("the store is broken") }
	a.Send(apitest.Request{Method: "POST", Path: "/parts", Body: `{"name":"secret-name","quantity":1}`})
	if log := a.Log.String(); strings.Contains(log, "secret") || !strings.Contains(log, "the store is broken") || strings.Count(log, "\n") != 16 {
		t.Errorf("the log:\n%s", log)
	}
}
