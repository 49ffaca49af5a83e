package dynamo_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"retoolapi/lambda/api/apitest"
	"retoolapi/lambda/items"
	"retoolapi/lambda/operations"
)

// These tests cover everything from the gateway's event to the table.

func newOperations(t testing.TB) *apitest.API {
	t.Helper()
	return apitest.New(t, operations.Stores{Items: newTable(t)}.Register)
}

// sendForItem sends a request whose answer is an item.
func sendForItem(t *testing.T, a *apitest.API, status int, r apitest.Request) items.Item {
	t.Helper()
	got := a.Send(r)
	if got.Status != status {
		t.Fatalf("%s %s %s: %d %s", r.Method, r.Path, r.Body, got.Status, got.Body)
	}
	return apitest.Decode[items.Item](t, got)
}

func TestAllOperationsFromTheGatewayToTheTable(t *testing.T) {
	a := newOperations(t)
	created := sendForItem(t, a, 201, apitest.Request{Method: "POST", Path: "/items", Body: `{"name":"Blue paint","quantity":12,"note":"Second shelf"}`})
	path := "/items/" + created.ID
	if diff := cmp.Diff(created, sendForItem(t, a, 200, apitest.Request{Method: "GET", Path: path})); diff != "" {
		t.Errorf("(-created +got):\n%s", diff)
	}
	changed := sendForItem(t, a, 200, apitest.Request{Method: "PATCH", Path: path, Body: `{"version":1,"quantity":11,"note":null}`})
	want := created
	want.Version, want.Quantity, want.Note = 2, 11, ""
	if diff := cmp.Diff(want, changed, cmpopts.IgnoreFields(items.Item{}, "UpdatedAt")); diff != "" {
		t.Errorf("(-want +changed):\n%s", diff)
	}
	for _, stale := range []apitest.Request{
		{Method: "PATCH", Path: path, Body: `{"version":1,"quantity":10}`},
		{Method: "DELETE", Path: path, Query: "version=1"},
	} {
		got := a.Send(stale)
		refused := apitest.Decode[operations.StaleItem](t, got)
		if got.Status != 409 || !strings.HasPrefix(refused.Message, "ana changed this item at 20") {
			t.Errorf("%d %s", got.Status, got.Body)
		}
		if diff := cmp.Diff(changed, refused.Item); diff != "" {
			t.Errorf("(-current +got):\n%s", diff)
		}
	}
	got := a.Send(apitest.Request{Method: "GET", Path: "/items", Query: "limit=1"})
	if diff := cmp.Diff(operations.ItemList{Items: []items.Item{changed}}, apitest.Decode[operations.ItemList](t, got)); got.Status != 200 || diff != "" {
		t.Errorf("%d (-want +listed):\n%s", got.Status, diff)
	}
	for _, want := range []int{204, 404} {
		if got := a.Send(apitest.Request{Method: "DELETE", Path: path, Query: "version=2"}); got.Status != want {
			t.Errorf("got %d, want %d: %s", got.Status, want, got.Body)
		}
	}
	if lines := strings.Count(a.Log.String(), "\n"); lines != 8 {
		t.Errorf("%d lines in the log:\n%s", lines, a.Log)
	}
}

func TestTextOfEveryKindFromTheGatewayToTheTable(t *testing.T) {
	a := newOperations(t)
	for _, text := range append(apitest.Texts, strings.Repeat("😀", 200)) {
		draft, err := json.Marshal(items.Draft{Name: text, Note: text})
		if err != nil {
			t.Fatal(err)
		}
		created := sendForItem(t, a, 201, apitest.Request{Method: "POST", Path: "/items", Body: string(draft)})
		got := sendForItem(t, a, 200, apitest.Request{Method: "GET", Path: "/items/" + created.ID})
		if created.Name != text || created.Note != text || got != created {
			t.Errorf("%q came back as %+v and %+v", text, created, got)
		}
	}
}

func TestParallelRequestsFromTheGatewayToTheTable(t *testing.T) {
	a := newOperations(t)
	const requests = 50
	var answers [requests]apitest.Answer
	together(requests, func(i int) error {
		answers[i] = a.Send(apitest.Request{Method: "POST", Path: "/items", Body: `{"name":"Blue paint","quantity":1}`, Headers: map[string]string{"idempotency-key": "key"}})
		return nil
	})
	for i, answer := range answers {
		if answer.Status != http.StatusCreated || answer.Body != answers[0].Body {
			t.Errorf("create %d: %d %s", i, answer.Status, answer.Body)
		}
	}
	item := apitest.Decode[items.Item](t, answers[0])

	together(requests, func(i int) error {
		answers[i] = a.Send(apitest.Request{Method: "PATCH", Path: "/items/" + item.ID, Body: fmt.Sprintf(`{"version":1,"quantity":%d}`, i)})
		return nil
	})
	count := map[int]int{}
	for _, answer := range answers {
		count[answer.Status]++
	}
	if diff := cmp.Diff(map[int]int{200: 1, 409: requests - 1}, count); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
	got := apitest.Decode[operations.ItemList](t, a.Send(apitest.Request{Method: "GET", Path: "/items"}))
	if len(got.Items) != 1 || got.Items[0].Version != 2 {
		t.Errorf("the list: %+v", got)
	}
}
