package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"retoolapi/lambda/api"
	"retoolapi/lambda/api/apitest"
)

// Some of these headers make huma panic after the operation has run.
func TestWithAnyAcceptHeaderAnOperationRunsOnceAndAnswersInJSON(t *testing.T) {
	for _, accept := range []string{"a;,b", ";,", "", "*/*", "text/html", "application/json;q=0", "application/cbor", "\x00"} {
		a, parts := newParts(t)
		got := a.Send(apitest.Request{Method: "POST", Path: "/parts", Body: `{"name":"Blue paint","quantity":12}`, Headers: map[string]string{"accept": accept}})
		if diff := cmp.Diff(jsonHeaders, got.Headers); got.Status != 201 || parts.created != 1 || diff != "" {
			t.Errorf("%q: %d, %d parts, %s (-want +got):\n%s", accept, got.Status, parts.created, got.Body, diff)
		}
	}
}

func TestABodyInBase64IsTheSame(t *testing.T) {
	a, _ := newParts(t)
	r := apitest.Request{Method: "POST", Path: "/parts", Body: `{"name":"青い塗料","quantity":1}`, Base64: true}
	got := a.Send(r)
	if got.Status != 201 || !strings.Contains(got.Body, `"name":"青い塗料"`) {
		t.Errorf("%d %s", got.Status, got.Body)
	}
}

func TestTheContentTypeIsJSONOrMissing(t *testing.T) {
	a, _ := newParts(t)
	for contentType, status := range map[string]int{
		"":                                  201,
		"application/json":                  201,
		"Application/JSON; charset=utf-8":   201,
		"application/json ; charset=\"x\"":  201,
		"application/vnd.api+json":          415,
		"application/x-www-form-urlencoded": 415,
		"json":                              415,
	} {
		event := apitest.Request{Method: "POST", Path: "/parts", Body: `{"name":"a","quantity":1}`}.Event()
		event.Headers["content-type"] = contentType
		if contentType == "" {
			delete(event.Headers, "content-type")
		}
		if got := a.SendEvent(event); got.Status != status {
			t.Errorf("%q: got %d, want %d", contentType, got.Status, status)
		}
	}
}

// The gateway passes on the path decoded, except for %25.
func TestAParameterInThePathMayHaveAnyCharacters(t *testing.T) {
	a, _ := newParts(t)
	for _, id := range []string{"a?limit=1", "a#b", "a b", "100%25", "100%", "%zz", "a\nb", "a\x00b", "日本", "😀", "..%25", strings.Repeat("x", 8000)} {
		got := a.Send(apitest.Request{Method: "GET", Path: "/parts/" + id})
		if want := strings.ReplaceAll(id, "%25", "%"); got.Status != 200 || apitest.Decode[Part](t, got).ID != want {
			t.Errorf("%q: %d %s", id, got.Status, got.Body)
		}
	}
}

func TestParametersThatWouldBeOverlookedAreRefused(t *testing.T) {
	a, _ := newParts(t)
	for query, fault := range map[string]string{
		"version=1&version=2":            "query.version was sent more than once",
		"version=&version=1":             "query.version was sent more than once",
		"version=":                       "query.version is empty: give it a value or leave it out",
		"version":                        "query.version is empty: give it a value or leave it out",
		"Version=1":                      "query.Version is not known here: remove it",
		"version=0":                      "query.version must be 1 or more",
		"version=-1":                     "query.version must be 1 or more",
		"version=1.0":                    "query.version must be a whole number",
		"version=null":                   "query.version must be a whole number",
		"version=1%202":                  "query.version must be a whole number",
		"version=9999999999999999999999": "query.version must be 9223372036854775807 or less",
	} {
		got := a.Send(apitest.Request{Method: "DELETE", Path: "/parts/1", Query: query})
		if want := "Correct the request: " + fault + "."; got.Status != 422 || apitest.Decode[struct{ Message string }](t, got).Message != want {
			t.Errorf("%s: %d %s", query, got.Status, got.Body)
		}
	}
}

func TestABodyOfExactly1MBIsAccepted(t *testing.T) {
	a, _ := newParts(t)
	body := `{"name":"Blue paint","quantity":1`
	got := a.Send(apitest.Request{Method: "POST", Path: "/parts", Body: body + strings.Repeat(" ", 1<<20-len(body)-1) + "}"})
	if got.Status != 201 {
		t.Errorf("%d %s", got.Status, got.Body)
	}
}

func TestFaultsBehindAnOperationAreAnsweredWithoutTheirText(t *testing.T) {
	secret := "table 4711 said no"
	for name, fault := range map[string]struct {
		before func(context.Context) error
		status int
		header string
	}{
		"unavailable": {func(context.Context) error { return api.Unavailable(errors.New(secret)) }, 503, "2"},
		"error":       {func(context.Context) error { return errors.New(secret) }, 500, ""},
		"panic":       {func(context.Context) error { panic(secret) }, 500, ""},
	} {
		t.Run(name, func(t *testing.T) {
			a, parts := newParts(t)
			parts.before = fault.before
			for _, op := range a.Operations() {
				got := a.Send(a.Example(op))
				if got.Status != fault.status || got.Headers["Retry-After"] != fault.header || strings.Contains(got.Body, "4711") {
					t.Errorf("%s: %d %v %s", op.ID, got.Status, got.Headers, got.Body)
				}
				if line := a.LogLine(); !strings.Contains(line["error"].(string), secret) || line["level"] != "ERROR" {
					t.Errorf("%s: the log does not tell: %v", op.ID, line)
				}
			}
			parts.before = nil
			if got := a.Send(apitest.Request{Method: "GET", Path: "/parts"}); got.Status != 200 {
				t.Errorf("afterwards: %d %s", got.Status, got.Body)
			}
		})
	}
}

func TestTheAnswerComesBeforeTheInvocationEnds(t *testing.T) {
	a, parts := newParts(t)
	parts.before = func(ctx context.Context) error {
		<-ctx.Done()
		return api.Unavailable(ctx.Err())
	}
	payload, _ := json.Marshal(apitest.Request{Method: "GET", Path: "/parts"}.Event())
	synctest.Test(t, func(t *testing.T) { // Its clock stops while a goroutine runs.
		ctx, cancel := context.WithTimeout(t.Context(), 700*time.Millisecond)
		defer cancel()
		got := a.SendPayload(ctx, payload)
		if ctx.Err() != nil {
			t.Error("the time is over")
		}
		if got.Status != http.StatusServiceUnavailable {
			t.Errorf("%d %s", got.Status, got.Body)
		}
	})
}

func TestFaultsAreNamedForPeople(t *testing.T) {
	type fault struct{ Location, Message string }
	type body struct {
		Message string
		Errors  []fault
	}
	a, _ := newParts(t)
	for name, c := range map[string]struct {
		request apitest.Request
		want    body
	}{
		"several": {
			apitest.Request{Method: "POST", Path: "/parts", Body: `{"quantity":1000001.5,"colour":"blue"}`},
			body{"Correct the request: body needs name; body.colour is not known here: remove it; body.quantity must be a whole number.", []fault{
				{"body", "needs name"},
				{"body.colour", "is not known here: remove it"},
				{"body.quantity", "must be a whole number"},
				{"body.quantity", "must be 1000000 or less"},
			}},
		},
		"a number with a point": {
			apitest.Request{Method: "POST", Path: "/parts", Body: `{"name":"a","quantity":1.0}`},
			body{"Correct the request: body.quantity must be a whole number, written without a point or an exponent.",
				[]fault{{"body.quantity", "must be a whole number, written without a point or an exponent"}}},
		},
		"not JSON": {
			apitest.Request{Method: "POST", Path: "/parts", Body: `{"name":1 "quantity"}`},
			body{`The request cannot be read: body is not valid JSON: invalid character '"' after object value (expecting ',' or '}') after offset 10.`,
				[]fault{{"body", `is not valid JSON: invalid character '"' after object value (expecting ',' or '}') after offset 10`}}},
		},
		"no body": {
			apitest.Request{Method: "POST", Path: "/parts"},
			body{"The request cannot be read: body is missing.", []fault{{"body", "is missing"}}},
		},
		"a parameter that is not a number": {
			apitest.Request{Method: "GET", Path: "/parts", Query: "limit=ten"},
			body{"Correct the request: query.limit must be a whole number.", []fault{{"query.limit", "must be a whole number"}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, apitest.Decode[body](t, a.Send(c.request))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTextOfEveryKindComesBackAsItWasSent(t *testing.T) {
	a, _ := newParts(t)
	for _, text := range apitest.Texts {
		body, _ := json.Marshal(map[string]any{"name": text, "quantity": 1, "note": text})
		created := a.Send(apitest.Request{Method: "POST", Path: "/parts", Body: string(body)})
		if part := apitest.Decode[Part](t, created); created.Status != 201 || part.Name != text || part.Note != text {
			t.Errorf("%q came back as %d %s", text, created.Status, created.Body)
		}
	}
}
