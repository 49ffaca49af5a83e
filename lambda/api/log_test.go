package api_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// logLine returns the one line that was logged since the log was reset.
func (a *testAPI) logLine() map[string]any {
	a.t.Helper()
	text := a.log.String()
	if strings.Count(text, "\n") != 1 {
		a.t.Fatalf("not one line:\n%s", text)
	}
	var line map[string]any
	if err := json.Unmarshal([]byte(text), &line); err != nil {
		a.t.Fatalf("%v: %s", err, text)
	}
	return line
}

func TestEveryRequestIsOneLineInTheLog(t *testing.T) {
	a := newAPI(t)
	for name, c := range map[string]struct {
		request request
		want    map[string]any
	}{
		"success": {
			request{method: "GET", path: "/me"},
			map[string]any{"level": "INFO", "operation": "get-me", "status": 200.0},
		},
		"input fault": {
			request{method: "GET", path: "/me", query: "secret-name=1"},
			map[string]any{"level": "INFO", "operation": "get-me", "status": 422.0, "error": "faults in the input: 1"},
		},
		"no operation": {
			request{method: "GET", path: "/secret-path"},
			map[string]any{"level": "INFO", "operation": "", "status": 404.0, "error": "There is nothing at this address: check the method and the path of the query."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			a.t = t
			a.log.Reset()
			a.send(c.request)
			got := a.logLine()
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
