package operations_test

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"retoolapi/lambda/api/apitest"
	"retoolapi/lambda/items"
	"retoolapi/lambda/operations"
)

// FuzzItem sends items with any text. Each is stored as it was sent, or refused with
// 422.
func FuzzItem(f *testing.F) {
	f.Add("Blue paint", 12, "Second shelf")
	for _, text := range apitest.Texts {
		f.Add(text, 0, text)
	}
	store := newMemory()
	a := apitest.New(f, operations.Stores{Items: store}.Register)
	f.Fuzz(func(t *testing.T, name string, quantity int, note string) {
		if !utf8.ValidString(name) || !utf8.ValidString(note) {
			return // Not valid in JSON: the other targets test that.
		}
		a := a.On(t)
		store.items = nil
		body, err := json.Marshal(map[string]any{"name": name, "quantity": quantity, "note": note})
		if err != nil {
			t.Fatal(err)
		}
		good := name != "" && utf8.RuneCountInString(name) <= 200 && utf8.RuneCountInString(note) <= 2000 && quantity >= 0 && quantity <= 1_000_000
		got := a.Send(apitest.Request{Method: "POST", Path: "/items", Body: string(body)})
		if want := map[bool]int{true: 201, false: 422}[good]; len(body) <= 1<<20 && got.Status != want {
			t.Fatalf("got %d, want %d: %s", got.Status, want, got.Body)
		}
		if !good {
			return
		}
		if item := apitest.Decode[items.Item](t, got); item.Name != name || item.Quantity != quantity || item.Note != note {
			t.Errorf("%q, %d, %q came back as %+v", name, quantity, note, item)
		}
	})
}
