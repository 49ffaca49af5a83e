package dynamo_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"retoolapi/lambda/api"
	"retoolapi/lambda/items"
)

// chain is everything between the gateway's event and the table.
type chain struct {
	t       testing.TB
	handler *api.Handler
}

// send returns the status and the body of the answer to a request of ana's.
func (c chain) send(method, path, query, body string, headers map[string]string) (int, string) {
	event := events.APIGatewayV2HTTPRequest{RawPath: path, RawQueryString: query, Body: body, Headers: headers}
	event.RequestContext.HTTP.Method = method
	event.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
		JWT: &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{Claims: map[string]string{"username": "ana", "sub": "sub-of-ana"}},
	}
	payload, err := json.Marshal(event)
	if err != nil {
		c.t.Error(err)
	}
	out, err := c.handler.Invoke(c.t.Context(), payload)
	if err != nil {
		c.t.Error(err)
	}
	var answer events.APIGatewayV2HTTPResponse
	if err := json.Unmarshal(out, &answer); err != nil {
		c.t.Error(err)
	}
	return answer.StatusCode, answer.Body
}

// item sends a request whose answer is an item.
func (c chain) item(status int, method, path, body string) (item items.Item) {
	c.t.Helper()
	got, text := c.send(method, path, "", body, nil)
	if err := json.Unmarshal([]byte(text), &item); err != nil || got != status {
		c.t.Fatalf("%s %s %s: %d %s", method, path, body, got, text)
	}
	return item
}

func newChain(t testing.TB) (chain, *bytes.Buffer) {
	var log bytes.Buffer
	handler := api.New(slog.New(slog.NewJSONHandler(&log, nil)), api.Stores{Items: newTable(t)})
	return chain{t, handler}, &log
}

func TestAnItemLivesFromTheGatewayToTheTable(t *testing.T) {
	c, log := newChain(t)
	created := c.item(201, "POST", "/items", `{"name":"Blue paint","quantity":12,"note":"Second shelf"}`)
	path := "/items/" + created.ID
	if diff := cmp.Diff(created, c.item(200, "GET", path, "")); diff != "" {
		t.Errorf("(-created +got):\n%s", diff)
	}
	changed := c.item(200, "PATCH", path, `{"version":1,"quantity":11,"note":null}`)
	want := created
	want.Version, want.Quantity, want.Note = 2, 11, ""
	if diff := cmp.Diff(want, changed, cmpopts.IgnoreFields(items.Item{}, "UpdatedAt")); diff != "" {
		t.Errorf("(-want +changed):\n%s", diff)
	}
	for _, stale := range []func() (int, string){
		func() (int, string) { return c.send("PATCH", path, "", `{"version":1,"quantity":10}`, nil) },
		func() (int, string) { return c.send("DELETE", path, "version=1", "", nil) },
	} {
		status, body := stale()
		var refused struct {
			Message string
			Item    items.Item
		}
		if err := json.Unmarshal([]byte(body), &refused); err != nil || status != 409 || !strings.HasPrefix(refused.Message, "ana changed this item at 20") {
			t.Errorf("%d %s", status, body)
		}
		if diff := cmp.Diff(changed, refused.Item); diff != "" {
			t.Errorf("(-current +got):\n%s", diff)
		}
	}
	status, body := c.send("GET", "/items", "limit=1", "", nil)
	var page struct {
		Items      []items.Item
		NextCursor *string
	}
	if err := json.Unmarshal([]byte(body), &page); err != nil || status != 200 || page.NextCursor != nil {
		t.Errorf("%d %s", status, body)
	}
	if diff := cmp.Diff([]items.Item{changed}, page.Items); diff != "" {
		t.Errorf("(-want +listed):\n%s", diff)
	}
	for _, want := range []int{204, 404} {
		if status, body := c.send("DELETE", path, "version=2", "", nil); status != want {
			t.Errorf("got %d, want %d: %s", status, want, body)
		}
	}
	if lines := strings.Count(log.String(), "\n"); lines != 8 {
		t.Errorf("%d lines in the log:\n%s", lines, log)
	}
}

func TestTextOfEveryKindIsKeptFromTheGatewayToTheTable(t *testing.T) {
	c, _ := newChain(t)
	for _, text := range []string{
		"青いペンキ", "👩‍👩‍👧‍👦 🇯🇵 ✍🏽", "صبغ أزرق \u200f(5)", "e\u0301 \u00e9 Å \u212b", " \t\r\n",
		"\x00\x01\x1f\x7f\u0080\u2028\ufeff\ufffd\uffff", `"\ </script> {{ x }}`, strings.Repeat("😀", 200),
	} {
		draft, err := json.Marshal(items.Draft{Name: text, Note: text})
		if err != nil {
			t.Fatal(err)
		}
		created := c.item(201, "POST", "/items", string(draft))
		got := c.item(200, "GET", "/items/"+created.ID, "")
		if created.Name != text || created.Note != text || got != created {
			t.Errorf("%q came back as %+v and %+v", text, created, got)
		}
	}
}

func TestParallelRequestsThroughTheWholeChain(t *testing.T) {
	c, _ := newChain(t)
	const requests = 50
	var statuses [requests]int
	var bodies [requests]string

	together(requests, func(i int) error {
		statuses[i], bodies[i] = c.send("POST", "/items", "", `{"name":"Blue paint","quantity":1}`, map[string]string{"idempotency-key": "key"})
		return nil
	})
	for i := range requests {
		if statuses[i] != http.StatusCreated || bodies[i] != bodies[0] {
			t.Errorf("create %d: %d %s", i, statuses[i], bodies[i])
		}
	}
	var item items.Item
	if err := json.Unmarshal([]byte(bodies[0]), &item); err != nil {
		t.Fatal(err)
	}

	together(requests, func(i int) error {
		statuses[i], bodies[i] = c.send("PATCH", "/items/"+item.ID, "", fmt.Sprintf(`{"version":1,"quantity":%d}`, i), nil)
		return nil
	})
	count := map[int]int{}
	for _, status := range statuses {
		count[status]++
	}
	if diff := cmp.Diff(map[int]int{200: 1, 409: requests - 1}, count); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
	var page struct{ Items []items.Item }
	_, body := c.send("GET", "/items", "", "", nil)
	if err := json.Unmarshal([]byte(body), &page); err != nil || len(page.Items) != 1 || page.Items[0].Version != 2 {
		t.Errorf("the list: %s", body)
	}
}
