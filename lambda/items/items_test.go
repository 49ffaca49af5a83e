package items_test

import (
	"testing"

	"retoolapi/lambda/items"
)

func TestOnlyEqualDraftsHaveTheSameDigest(t *testing.T) {
	draft := items.Draft{Name: "Blue paint", Quantity: 1, Note: "n"}
	same := items.Draft{Name: "Blue paint", Quantity: 1, Note: "n"}
	if draft.Digest() != same.Digest() {
		t.Error("two equal drafts have different digests")
	}
	for _, other := range []items.Draft{
		{Name: "Red paint", Quantity: 1, Note: "n"},
		{Name: "Blue paint", Quantity: 2, Note: "n"},
		{Name: "Blue paint", Quantity: 1, Note: ""},
		{Name: `Blue paint","quantity":1,"note":"n`, Quantity: 1},
	} {
		if draft.Digest() == other.Digest() {
			t.Errorf("%+v has the digest of another draft", other)
		}
	}
}

func TestAnIdHasOneSpelling(t *testing.T) {
	id := items.New(items.Draft{}, "ana").ID
	for text, want := range map[string]bool{
		id:                                     true,
		"019AB1F0-6F5C-7C1E-9D53-0B8A4F2C6E11": false,
		"019ab1f06f5c7c1e9d530b8a4f2c6e11":     false,
		"{" + id + "}":                         false,
		"urn:uuid:" + id:                       false,
		id + " ":                               false,
		"":                                     false,
	} {
		if items.IsID(text) != want {
			t.Errorf("IsID(%q) is %t", text, !want)
		}
	}
}
