package operations_test

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"retoolapi/lambda/api/apitest"
	"retoolapi/lambda/items"
	"retoolapi/lambda/operations"
)

func newItems(t testing.TB) (*apitest.API, *memory) {
	t.Helper()
	store := newMemory()
	return apitest.New(t, operations.Stores{Items: store}.Register), store
}

func createItem(t *testing.T, a *apitest.API, name string, quantity int) items.Item {
	t.Helper()
	body, _ := json.Marshal(map[string]any{"name": name, "quantity": quantity})
	got := a.Send(apitest.Request{Method: "POST", Path: "/items", Body: string(body)})
	if got.Status != 201 {
		t.Fatalf("create: %d %s", got.Status, got.Body)
	}
	return apitest.Decode[items.Item](t, got)
}

func TestACreatedItemIsReturnedWithAllItsProperties(t *testing.T) {
	a, _ := newItems(t)
	before := items.Now()
	got := apitest.Decode[items.Item](t, a.Send(apitest.Request{Method: "POST", Path: "/items", Body: `{"name":"Blue paint","quantity":12,"note":"Second shelf"}`}))
	if !items.IsID(got.ID) || got.ID[14] != '7' {
		t.Errorf("the id is not a UUID of version 7: %s", got.ID)
	}
	if got.CreatedAt.Before(before) || got.CreatedAt.After(items.Now()) || got.CreatedAt != got.UpdatedAt {
		t.Errorf("created at %v, updated at %v", got.CreatedAt, got.UpdatedAt)
	}
	want := items.Item{Name: "Blue paint", Quantity: 12, Note: "Second shelf", Version: 1, CreatedBy: "ana", UpdatedBy: "ana"}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(items.Item{}, "ID", "CreatedAt", "UpdatedAt")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	stored := a.Send(apitest.Request{Method: "GET", Path: "/items/" + got.ID})
	if diff := cmp.Diff(got, apitest.Decode[items.Item](t, stored)); diff != "" {
		t.Errorf("got later (-created +got):\n%s", diff)
	}
}

func TestTheRulesOfADraftHoldAtTheirLimits(t *testing.T) {
	a, _ := newItems(t)
	draft := func(name string, quantity any, note any) string {
		body, _ := json.Marshal(map[string]any{"name": name, "quantity": quantity, "note": note})
		return string(body)
	}
	for name, c := range map[string]struct {
		body   string
		status int
	}{
		"shortest":                    {draft("a", 0, ""), 201},
		"longest":                     {draft(strings.Repeat("😀", 200), 1_000_000, strings.Repeat("é", 2000)), 201},
		"note null":                   {draft("a", 0, nil), 201},
		"no note":                     {`{"name":"a","quantity":0}`, 201},
		"empty name":                  {draft("", 0, ""), 422},
		"name of 201 characters":      {draft(strings.Repeat("😀", 201), 0, ""), 422},
		"note of 2,001 characters":    {draft("a", 0, strings.Repeat("é", 2001)), 422},
		"negative quantity":           {draft("a", -1, ""), 422},
		"too large a quantity":        {draft("a", 1_000_001, ""), 422},
		"fraction":                    {draft("a", 0.5, ""), 422},
		"quantity beyond every int64": {draft("a", 1e300, ""), 422},
		"quantity as text":            {draft("a", "1", ""), 422},
		"quantity null":               {draft("a", nil, ""), 422},
		"no quantity":                 {`{"name":"a"}`, 422},
		"no name":                     {`{"quantity":1}`, 422},
		"name null":                   {`{"name":null,"quantity":1}`, 422},
		"id in the body":              {`{"name":"a","quantity":1,"id":"x"}`, 422},
		"version in the body":         {`{"name":"a","quantity":1,"version":7}`, 422},
	} {
		if got := a.Send(apitest.Request{Method: "POST", Path: "/items", Body: c.body}); got.Status != c.status {
			t.Errorf("%s: got %d, want %d: %s", name, got.Status, c.status, got.Body)
		}
	}
}

func TestAnIdempotencyKeyCreatesOneItem(t *testing.T) {
	a, _ := newItems(t)
	send := func(user, key, body string) apitest.Answer {
		return a.Send(apitest.Request{Method: "POST", Path: "/items", Body: body, User: user, Headers: map[string]string{"idempotency-key": key}})
	}
	first := send("ana", "key", `{"name":"a","quantity":1,"note":""}`)
	if diff := cmp.Diff(first, send("ana", "key", `{ "quantity": 1, "name": "\u0061" }`)); first.Status != 201 || diff != "" {
		t.Errorf("the same draft in other JSON (-first +second):\n%s", diff)
	}
	if got := send("ana", "key", `{"name":"a","quantity":2}`); got.Status != 422 ||
		!strings.Contains(got.Body, "header.Idempotency-Key was already used for an item with other values: use a new key for every new item.") {
		t.Errorf("the key with another body: %d %s", got.Status, got.Body)
	}
	for name, other := range map[string]apitest.Answer{
		"another user's":    send("ben", "key", `{"name":"a","quantity":2}`),
		"of one suffix":     send("ana", "key,1", `{"name":"b","quantity":1}`),
		"of another suffix": send("ana", "key,2", `{"name":"c","quantity":1}`),
		"of all characters": send("ana", "!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~", `{"name":"d","quantity":1}`),
		"of 64 characters":  send("ana", strings.Repeat("k", 64), `{"name":"e","quantity":1}`),
	} {
		if other.Status != 201 || other.Body == first.Body {
			t.Errorf("the key %s: %d %s", name, other.Status, other.Body)
		}
	}
	for _, key := range []string{"", strings.Repeat("k", 65), "two words", "tab\t", "ключ", "😀"} {
		if got := send("ana", key, `{"name":"a","quantity":1}`); got.Status != 422 {
			t.Errorf("the key %q: %d %s", key, got.Status, got.Body)
		}
	}
}

func TestAChangeTouchesOnlyWhatItNames(t *testing.T) {
	a, _ := newItems(t)
	item := apitest.Decode[items.Item](t, a.Send(apitest.Request{Method: "POST", Path: "/items", Body: `{"name":"a","quantity":1,"note":"n"}`}))
	change := func(body string) {
		t.Helper()
		got := a.Send(apitest.Request{Method: "PATCH", Path: "/items/" + item.ID, Body: body, User: "ben"})
		if got.Status != 200 {
			t.Fatalf("%s: %d %s", body, got.Status, got.Body)
		}
		changed := apitest.Decode[items.Item](t, got)
		item.Version++
		item.UpdatedBy = "ben"
		if diff := cmp.Diff(item, changed, cmpopts.IgnoreFields(items.Item{}, "UpdatedAt")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", body, diff)
		}
	}
	item.Name = "b"
	change(`{"version":1,"name":"b"}`)
	item.Quantity = 0
	change(`{"version":2,"quantity":0}`)
	item.Note = "m"
	change(`{"version":3,"note":"m"}`)
	item.Note = ""
	change(`{"version":4,"note":null}`)
	item.Name, item.Quantity, item.Note = "c", 3, "k"
	change(`{"version":5,"name":"c","quantity":3,"note":"k"}`)
	item.Note = ""
	change(`{"version":6,"note":""}`)
}

func TestAStaleEditIsRefusedWithTheItemAsItIs(t *testing.T) {
	a, _ := newItems(t)
	item := createItem(t, a, "Blue paint", 1)
	path := "/items/" + item.ID
	now := apitest.Decode[items.Item](t, a.Send(apitest.Request{Method: "PATCH", Path: path, Body: `{"version":1,"quantity":2}`, User: "ben"}))
	for name, r := range map[string]apitest.Request{
		"change":                    {Method: "PATCH", Path: path, Body: `{"version":1,"quantity":9}`},
		"change of a later version": {Method: "PATCH", Path: path, Body: `{"version":3,"quantity":9}`},
		"delete":                    {Method: "DELETE", Path: path, Query: "version=1"},
	} {
		got := a.Send(r)
		body := apitest.Decode[struct {
			Message string
			Item    items.Item
		}](t, got)
		if want := "ben changed this item at " + now.UpdatedAt.Format("2006-01-02T15:04:05Z") + ". Look at it as it is now and try again."; got.Status != 409 || body.Message != want {
			t.Errorf("%s: %d %s", name, got.Status, got.Body)
		}
		if diff := cmp.Diff(now, body.Item); diff != "" {
			t.Errorf("%s (-now +got):\n%s", name, diff)
		}
	}
	if diff := cmp.Diff(now, apitest.Decode[items.Item](t, a.Send(apitest.Request{Method: "GET", Path: path}))); diff != "" {
		t.Errorf("afterwards (-want +got):\n%s", diff)
	}
}

// An imported item may lack the user who changed it.
func TestAStaleEditIsRefusedThoughItIsNotKnownWhoChangedTheItem(t *testing.T) {
	a, store := newItems(t)
	item := items.New(items.Draft{Name: "Blue paint"}, "")
	item.Version, item.UpdatedAt = 2, time.Date(2026, 1, 15, 10, 5, 21, 0, time.UTC)
	store.items = []items.Item{item}
	got := a.Send(apitest.Request{Method: "DELETE", Path: "/items/" + item.ID, Query: "version=1"})
	want := "Somebody changed this item at 2026-01-15T10:05:21Z. Look at it as it is now and try again."
	if message := apitest.Decode[struct{ Message string }](t, got).Message; got.Status != 409 || message != want {
		t.Errorf("%d %s", got.Status, got.Body)
	}
}

func TestAnInvalidChangeIsRefused(t *testing.T) {
	a, _ := newItems(t)
	path := "/items/" + createItem(t, a, "Blue paint", 1).ID
	for body, message := range map[string]string{
		`{"quantity":1}`:                             "body needs version",
		`{"version":null,"quantity":1}`:              "body.version must be a whole number",
		`{"version":0,"quantity":1}`:                 "body.version must be 1 or more",
		`{"version":"1","quantity":1}`:               "body.version must be a whole number",
		`{"version":9223372036854775808,"note":""}`:  "body.version must be 9223372036854775807 or less",
		`{"version":-9223372036854775809,"note":""}`: "body.version must be 1 or more",
		`{"version":1.0,"note":""}`:                  "body.version must be a whole number, written without a point or an exponent",
		`{"version":1,"quantity":1e3}`:               "body.quantity must be a whole number, written without a point or an exponent",
		`{"version":1}`:                              "body needs at least one of name, quantity and note",
		`{"version":1,"name":null}`:                  "body.name must be text",
		`{"version":1,"quantity":null}`:              "body.quantity must be a whole number",
		`{"version":1,"name":""}`:                    "body.name must have 1 or more characters",
		`{"version":1,"quantity":-1}`:                "body.quantity must be 0 or more",
		`{"version":1,"createdBy":"me","note":""}`:   "body.createdBy is not known here: remove it",
	} {
		got := a.Send(apitest.Request{Method: "PATCH", Path: path, Body: body})
		if want := "Correct the request: " + message + "."; got.Status != 422 || apitest.Decode[struct{ Message string }](t, got).Message != want {
			t.Errorf("%s: %d %s", body, got.Status, got.Body)
		}
	}
	if got := apitest.Decode[items.Item](t, a.Send(apitest.Request{Method: "GET", Path: path})); got.Version != 1 {
		t.Errorf("something was changed: %+v", got)
	}
}

func TestADeletedItemIsGone(t *testing.T) {
	a, _ := newItems(t)
	for _, query := range []string{"", "version=1"} {
		path := "/items/" + createItem(t, a, "Blue paint", 1).ID
		if diff := cmp.Diff(apitest.Answer{Status: 204, Headers: map[string]string{}}, a.Send(apitest.Request{Method: "DELETE", Path: path, Query: query})); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		for _, r := range []apitest.Request{{Method: "GET", Path: path}, {Method: "DELETE", Path: path, Query: query}, {Method: "PATCH", Path: path, Body: `{"version":1,"note":""}`}} {
			if got := a.Send(r); got.Status != 404 {
				t.Errorf("%s: %d %s", r.Method, got.Status, got.Body)
			}
		}
	}
}

func TestTheListIsPagedNewestFirst(t *testing.T) {
	type page struct {
		Items      []items.Item
		NextCursor *string
	}
	a, _ := newItems(t)
	if diff := cmp.Diff(apitest.Answer{Status: 200, Headers: map[string]string{"Content-Type": "application/json"}, Body: `{"items":[],"nextCursor":null}` + "\n"}, a.Send(apitest.Request{Method: "GET", Path: "/items"})); diff != "" {
		t.Errorf("the empty list (-want +got):\n%s", diff)
	}
	var want []string
	for i := range 120 {
		want = append([]string{createItem(t, a, "item "+strconv.Itoa(i), i).ID}, want...)
	}
	for query, size := range map[string]int{"": 50, "cursor=": 50, "limit=1": 1, "limit=100": 100, "limit=7&cursor=": 7} {
		got := apitest.Decode[page](t, a.Send(apitest.Request{Method: "GET", Path: "/items", Query: query}))
		if len(got.Items) != size || got.NextCursor == nil {
			t.Errorf("%q: %d items, next %v", query, len(got.Items), got.NextCursor)
		}
	}
	var ids []string
	for query := "limit=50"; ; {
		got := apitest.Decode[page](t, a.Send(apitest.Request{Method: "GET", Path: "/items", Query: query}))
		for _, item := range got.Items {
			ids = append(ids, item.ID)
		}
		if got.NextCursor == nil {
			break
		}
		query = "limit=50&cursor=" + *got.NextCursor
	}
	if diff := cmp.Diff(want, ids); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, query := range []string{"limit=0", "limit=101", "limit=-1", "limit=", "limit=ten", "limit=1&limit=2", "offset=1"} {
		if got := a.Send(apitest.Request{Method: "GET", Path: "/items", Query: query}); got.Status != 422 {
			t.Errorf("%s: %d %s", query, got.Status, got.Body)
		}
	}
	got := a.Send(apitest.Request{Method: "GET", Path: "/items", Query: "cursor=elsewhere"})
	if got.Status != 400 || !strings.Contains(got.Body, "query.cursor is not from this list: send nextCursor of the page before as it is, or nothing for the first page.") {
		t.Errorf("another list's cursor: %d %s", got.Status, got.Body)
	}
}

func TestAnIdThatNoItemHasIsNotFound(t *testing.T) {
	a, _ := newItems(t)
	for _, id := range []string{"019ab1f0-6f5c-7c1e-9d53-0b8a4f2c6e11", "a?limit=1", "100%25", "a\x00b", "日本", strings.Repeat("x", 8000)} {
		for _, r := range []apitest.Request{
			{Method: "GET", Path: "/items/" + id},
			{Method: "DELETE", Path: "/items/" + id},
			{Method: "PATCH", Path: "/items/" + id, Body: `{"version":1,"quantity":1}`},
		} {
			got := a.Send(r)
			if want := `{"message":"There is no item with this id. It may have been deleted: reload the list."}` + "\n"; got.Status != 404 || got.Body != want {
				t.Errorf("%s %q: %d %s", r.Method, id, got.Status, got.Body)
			}
		}
	}
}

func TestAFaultOfTheStoreIsAnsweredWithItsStatus(t *testing.T) {
	for fault, status := range map[error]int{items.ErrUnavailable: 503, errors.New("the store is broken"): 500} {
		a, store := newItems(t)
		store.fault = fault
		for _, op := range a.Operations() {
			if strings.HasPrefix(op.Path, "/items") {
				if got := a.Send(a.Example(op)); got.Status != status {
					t.Errorf("%v: %s: %d %s", fault, op.ID, got.Status, got.Body)
				}
			}
		}
	}
}

func TestTextOfEveryKindComesBackAsItWasSent(t *testing.T) {
	a, _ := newItems(t)
	for _, text := range apitest.Texts {
		body, _ := json.Marshal(map[string]any{"name": text, "quantity": 1, "note": text})
		created := a.Send(apitest.Request{Method: "POST", Path: "/items", Body: string(body)})
		if item := apitest.Decode[items.Item](t, created); created.Status != 201 || item.Name != text || item.Note != text {
			t.Errorf("%q came back as %d %s", text, created.Status, created.Body)
		}
	}
}

func TestTheFirstQueriesListTheItemsAndSaveAChange(t *testing.T) {
	var got []string
	for _, query := range operations.FirstQueries() {
		if strings.HasPrefix(query.Path, "/items") {
			got = append(got, query.Method+" "+query.Path)
		}
	}
	if diff := cmp.Diff([]string{"GET /items", "PATCH /items/{id}"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
