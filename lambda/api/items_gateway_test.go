package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"retoolapi/lambda/api"
	"retoolapi/lambda/items"
)

func TestWhateverIsAcceptedOneItemIsMadeAndAnsweredInJSON(t *testing.T) {
	a := newAPI(t)
	for _, accept := range oddHeaders["accept"] {
		a.memory.reset()
		got := a.send(request{method: "POST", path: "/items", body: `{"name":"Blue paint","quantity":12}`, headers: map[string]string{"accept": accept}})
		if diff := cmp.Diff(jsonHeaders, got.Headers); got.Status != 201 || len(a.memory.items) != 1 || diff != "" {
			t.Errorf("%q: %d, %d items, %s (-want +got):\n%s", accept, got.Status, len(a.memory.items), got.Body, diff)
		}
	}
}

func TestABodyInBase64IsTheSame(t *testing.T) {
	a := newAPI(t)
	r := request{method: "POST", path: "/items", body: `{"name":"青い塗料","quantity":1}`, base64: true}
	got := a.send(r)
	if got.Status != 201 || !strings.Contains(got.Body, `"name":"青い塗料"`) {
		t.Errorf("%d %s", got.Status, got.Body)
	}
}

func TestJSONIsTakenUnderItsNamesAndWithout(t *testing.T) {
	a := newAPI(t)
	for contentType, status := range map[string]int{
		"":                                  201,
		"application/json":                  201,
		"Application/JSON; charset=utf-8":   201,
		"application/json ; charset=\"x\"":  201,
		"application/vnd.api+json":          415,
		"application/x-www-form-urlencoded": 415,
		"json":                              415,
	} {
		event := request{method: "POST", path: "/items", body: `{"name":"a","quantity":1}`}.event()
		event.Headers["content-type"] = contentType
		if contentType == "" {
			delete(event.Headers, "content-type")
		}
		if got := a.sendEvent(event); got.Status != status {
			t.Errorf("%q: got %d, want %d", contentType, got.Status, status)
		}
	}
}

// The gateway hands over the path decoded, but for %25.
func TestAnIdMayHaveAnyCharacters(t *testing.T) {
	a := newAPI(t)
	for _, id := range []string{"a?limit=1", "a#b", "a b", "100%25", "100%", "%zz", "a\nb", "a\x00b", "日本", "😀", "..%25", strings.Repeat("x", 8000)} {
		for _, r := range []request{
			{method: "GET", path: "/items/" + id},
			{method: "DELETE", path: "/items/" + id},
			{method: "PATCH", path: "/items/" + id, body: `{"version":1,"quantity":1}`},
		} {
			want := answer{404, jsonHeaders, `{"message":"There is no item with this id. It may have been deleted: reload the list."}` + "\n"}
			if diff := cmp.Diff(want, a.send(r)); diff != "" {
				t.Errorf("%s %q (-want +got):\n%s", r.method, id, diff)
			}
		}
	}
}

func TestParametersThatWouldBeOverlookedAreRefused(t *testing.T) {
	a := newAPI(t)
	id := a.create("Blue paint", 1).ID
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
		got := a.send(request{method: "DELETE", path: "/items/" + id, query: query})
		if want := "Correct the request: " + fault + "."; got.Status != 422 || decode[struct{ Message string }](t, got).Message != want {
			t.Errorf("%s: %d %s", query, got.Status, got.Body)
		}
	}
	if got := a.send(request{method: "GET", path: "/items/" + id}); got.Status != 200 {
		t.Errorf("the item is gone: %d", got.Status)
	}
}

func TestABodyOfExactly1MBIsTaken(t *testing.T) {
	a := newAPI(t)
	body := `{"name":"Blue paint","quantity":1`
	got := a.send(request{method: "POST", path: "/items", body: body + strings.Repeat(" ", 1<<20-len(body)-1) + "}"})
	if got.Status != 201 {
		t.Errorf("%d %s", got.Status, got.Body)
	}
}

func TestFaultsOfTheStoreAreAnsweredWithoutTheirText(t *testing.T) {
	secret := "table Items-4711 said no"
	for name, fault := range map[string]struct {
		bring  func(*memory)
		status int
		header string
	}{
		"unavailable": {func(m *memory) { m.fault = errors.Join(items.ErrUnavailable, errors.New(secret)) }, 503, "2"},
		"error":       {func(m *memory) { m.fault = errors.New(secret) }, 500, ""},
		"panic":       {func(m *memory) { m.panics = secret }, 500, ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAPI(t)
			fault.bring(a.memory)
			for _, op := range api.Operations() {
				if a.document.Paths.Find(op.Path).GetOperation(op.Method).Responses.Value("503") == nil {
					continue // It has no store.
				}
				a.log.Reset()
				got := a.send(a.example(op))
				if got.Status != fault.status || got.Headers["Retry-After"] != fault.header || strings.Contains(got.Body, "4711") {
					t.Errorf("%s: %d %v %s", op.ID, got.Status, got.Headers, got.Body)
				}
				if line := a.logLine(); !strings.Contains(line["error"].(string), secret) || line["level"] != "ERROR" {
					t.Errorf("%s: the log does not tell: %v", op.ID, line)
				}
			}
			a.memory.reset()
			if got := a.send(request{method: "GET", path: "/items"}); got.Status != 200 {
				t.Errorf("afterwards: %d %s", got.Status, got.Body)
			}
		})
	}
}

func TestTheAnswerComesBeforeTheInvocationEnds(t *testing.T) {
	a := newAPI(t)
	a.memory.hangs = true
	ctx, cancel := context.WithTimeout(t.Context(), 700*time.Millisecond)
	defer cancel()
	payload, _ := json.Marshal(request{method: "GET", path: "/items"}.event())
	got := a.sendPayload(ctx, payload)
	if ctx.Err() != nil {
		t.Error("the time is over")
	}
	if got.Status != http.StatusServiceUnavailable {
		t.Errorf("%d %s", got.Status, got.Body)
	}
}

func TestFaultsAreNamedForPeople(t *testing.T) {
	type fault struct{ Location, Message string }
	type body struct {
		Message string
		Errors  []fault
	}
	a := newAPI(t)
	for name, c := range map[string]struct {
		request request
		want    body
	}{
		"several": {
			request{method: "POST", path: "/items", body: `{"quantity":1000001.5,"colour":"blue"}`},
			body{"Correct the request: body needs name; body.colour is not known here: remove it; body.quantity must be a whole number.", []fault{
				{"body", "needs name"},
				{"body.colour", "is not known here: remove it"},
				{"body.quantity", "must be a whole number"},
				{"body.quantity", "must be 1000000 or less"},
			}},
		},
		"a number with a point": {
			request{method: "POST", path: "/items", body: `{"name":"a","quantity":1.0}`},
			body{"Correct the request: body.quantity must be a whole number, written without a point or an exponent.",
				[]fault{{"body.quantity", "must be a whole number, written without a point or an exponent"}}},
		},
		"no JSON": {
			request{method: "POST", path: "/items", body: `{"name":1 "quantity"}`},
			body{`The request cannot be read: body is not valid JSON: invalid character '"' after object value (expecting ',' or '}') after offset 10.`,
				[]fault{{"body", `is not valid JSON: invalid character '"' after object value (expecting ',' or '}') after offset 10`}}},
		},
		"no body": {
			request{method: "POST", path: "/items"},
			body{"The request cannot be read: body is missing.", []fault{{"body", "is missing"}}},
		},
		"a parameter that is no number": {
			request{method: "GET", path: "/items", query: "limit=ten"},
			body{"Correct the request: query.limit must be a whole number.", []fault{{"query.limit", "must be a whole number"}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, decode[body](t, a.send(c.request))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheLogHoldsNoTokenHeaderOrBody(t *testing.T) {
	a := newAPI(t)
	for _, body := range []string{
		`{"name":"secret-name","quantity":1,"note":"secret-note"}`,
		`{"name":"secret-name","quantity":1,"secret-property":1}`,
		`{"name":"secret-name"`,
		`{"secret-property":1,"secret-property":2}`,
		`secret-text`,
	} {
		a.send(request{method: "POST", path: "/items", query: "secret-query=1", body: body})
		a.send(request{method: "POST", path: "/items", body: body, headers: map[string]string{"idempotency-key": "secret-key", "x-other": "secret-header"}})
		a.send(request{method: "POST", path: "/items", body: body, headers: map[string]string{"content-type": "secret/type"}})
	}
	a.memory.panics = "the store is broken"
	a.send(request{method: "POST", path: "/items", body: `{"name":"secret-name","quantity":1}`})
	if log := a.log.String(); strings.Contains(log, "secret") || !strings.Contains(log, "the store is broken") || strings.Count(log, "\n") != 16 {
		t.Errorf("the log:\n%s", log)
	}
}

// texts are of all the kinds that get lost somewhere.
var texts = []string{
	"青いペンキ",
	"👩‍👩‍👧‍👦 🇯🇵 ✍🏽",
	"صبغ أزرق \u200f(5)",
	"e\u0301 \u00e9 Å \u212b", // Combined and not: no normalisation.
	"Z̷̢̛a̶͜l̵͝g̴͠o̸",
	" \t leading and trailing \r\n",
	"\x00\x01\x1f\x7f\u0080\u2028\u2029\ufeff\ufffd\uffff",
	`"quoted" \ </script> {{ item.name }} & ' -- ;`,
	"NULL", "true", "0", "=1+1",
}

func TestTextOfEveryKindComesBackAsItWasSent(t *testing.T) {
	a := newAPI(t)
	for _, text := range texts {
		body, _ := json.Marshal(map[string]any{"name": text, "quantity": 1, "note": text})
		created := a.send(request{method: "POST", path: "/items", body: string(body)})
		if item := decode[items.Item](t, created); created.Status != 201 || item.Name != text || item.Note != text {
			t.Errorf("%q came back as %d %s", text, created.Status, created.Body)
		}
	}
}
