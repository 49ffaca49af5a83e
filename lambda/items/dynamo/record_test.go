package dynamo_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"retoolapi/lambda/items"
)

type stored = map[string]types.AttributeValue

func textValue(value string) types.AttributeValue { return &types.AttributeValueMemberS{Value: value} }
func numberValue(value string) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: value}
}

// edit changes the attributes of a record without the store, as people do in the
// console. nil removes an attribute.
func (tb table) edit(id string, changes stored) {
	tb.t.Helper()
	record := tb.record(id)
	for name, value := range changes {
		record[name] = value
		if value == nil {
			delete(record, name)
		}
	}
	if _, err := tb.client.PutItem(background, &dynamodb.PutItemInput{TableName: &tb.name, Item: record}); err != nil {
		tb.t.Fatal(err)
	}
}

// record returns an item as it is in the table.
func (tb table) record(id string) stored {
	tb.t.Helper()
	out, err := tb.client.GetItem(background, &dynamodb.GetItemInput{TableName: &tb.name, Key: stored{"kind": textValue("item"), "id": textValue(id)}})
	if err != nil {
		tb.t.Fatal(err)
	}
	return out.Item
}

// An imported item was never written by the store.
func TestAnItemThatTheStoreDidNotWriteIsChangedAndDeletedAtItsVersionOnly(t *testing.T) {
	tb := newTable(t)
	for name, writeID := range map[string]types.AttributeValue{
		"without a write id":               nil,
		"with an empty write id":           textValue(""),
		"with a write id that is not text": numberValue("1"),
	} {
		t.Run(name, func(t *testing.T) {
			want := tb.create("Blue paint")
			tb.edit(want.ID, stored{"writeId": writeID, "version": numberValue("2")})
			want.Version = 2

			_, updated := tb.Update(background, items.Change{ID: want.ID, Version: 1, Name: new("Red paint")})
			for tried, err := range map[string]error{"update": updated, "delete": tb.Delete(background, want.ID, 1)} {
				var stale *items.StaleError
				if !errors.As(err, &stale) {
					t.Fatalf("%s: %v", tried, err)
				}
				if diff := cmp.Diff(want, stale.Current); diff != "" {
					t.Errorf("%s (-want +current):\n%s", tried, diff)
				}
			}
			if diff := cmp.Diff(want, tb.get(want.ID)); diff != "" {
				t.Errorf("afterwards (-want +got):\n%s", diff)
			}
			if err := tb.Delete(background, want.ID, 2); err != nil || tb.record(want.ID) != nil {
				t.Errorf("at its version: %v", err)
			}
		})
	}
}

func TestAMissingAttributeIsEmpty(t *testing.T) {
	tb := newTable(t)
	want := tb.create("Blue paint")
	tb.edit(want.ID, stored{"name": nil, "quantity": nil, "note": nil, "createdAt": nil, "createdBy": nil, "updatedAt": nil, "updatedBy": nil, "writeId": nil})
	want = items.Item{ID: want.ID, Version: want.Version}
	if diff := cmp.Diff(want, tb.get(want.ID)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	want.Quantity, want.Version, want.UpdatedBy, want.UpdatedAt = 2, 2, "ben", items.Now()
	got, err := tb.Update(background, items.Change{ID: want.ID, Version: 1, Quantity: new(2), By: "ben", At: want.UpdatedAt})
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("changed: %v (-want +got):\n%s", err, diff)
	}
}

func TestARecordThatCannotBeReadIsAnErrorThatNamesIt(t *testing.T) {
	for name, c := range map[string]struct {
		edit   stored
		reason string
	}{
		"version in text":              {stored{"version": textValue("1")}, "version is not a whole number"},
		"quantity in text":             {stored{"quantity": textValue("secret")}, "quantity is not a whole number"},
		"quantity that is null":        {stored{"quantity": &types.AttributeValueMemberNULL{Value: true}}, "quantity is not a whole number"},
		"time of creation as a number": {stored{"createdAt": numberValue("1768469400")}, "createdAt is not a time in RFC 3339"},
		"name that is a number":        {stored{"name": numberValue("1")}, "name is not text"},
		"note that is a list":          {stored{"note": &types.AttributeValueMemberL{}}, "note is not text"},
		"creator that is a number":     {stored{"createdBy": numberValue("1")}, "createdBy is not text"},
	} {
		t.Run(name, func(t *testing.T) {
			tb := newTable(t)
			id := tb.create("Blue paint").ID
			tb.create("another")
			tb.edit(id, c.edit)
			before := tb.record(id)

			_, got := tb.Get(background, id)
			_, listed := tb.List(background, 10, "")
			errs := map[string]error{"get": got, "list": listed, "delete at another version": tb.Delete(background, id, 9)}
			if !strings.HasPrefix(c.reason, "name") { // The update of the name would repair it.
				_, errs["update"] = tb.Update(background, items.Change{ID: id, Version: 1, Name: new("Red paint"), By: "ben", At: items.Now()})
			}
			want := `the stored item with the id "` + id + `" cannot be read: ` + c.reason
			for tried, err := range errs {
				if err == nil || !strings.HasSuffix(err.Error(), want) || errors.Is(err, items.ErrUnavailable) {
					t.Errorf("%s: %v, want %s", tried, err, want)
				}
			}
			if diff := cmp.Diff(before, tb.record(id), cmp.Exporter(func(reflect.Type) bool { return true })); diff != "" {
				t.Errorf("the record has changed (-before +after):\n%s", diff)
			}
			if err := tb.Delete(background, id, 0); err != nil || tb.count() != 1 {
				t.Errorf("it cannot be deleted: %v", err)
			}
		})
	}
}

func TestAValueThatCannotBeReadIsNotShownAsAnother(t *testing.T) {
	for name, edit := range map[string]stored{
		"a quantity with a point":       {"quantity": numberValue("1.5")},
		"a quantity that is too large":  {"quantity": numberValue("9223372036854775808")},
		"a version that is too large":   {"version": numberValue("1e30")},
		"text that is not a time":       {"updatedAt": textValue("yesterday")},
		"a day that does not exist":     {"updatedAt": textValue("2026-02-30T00:00:00Z")},
		"a time that UTC puts in 10000": {"updatedAt": textValue("9999-12-31T23:00:00-02:00")},
		"a time that UTC puts before 0": {"createdAt": textValue("0000-01-01T00:00:00+02:00")},
	} {
		t.Run(name, func(t *testing.T) {
			tb := newTable(t)
			id := tb.create("Blue paint").ID
			tb.edit(id, edit)
			item, got := tb.Get(background, id)
			page, listed := tb.List(background, 10, "")
			if got == nil || listed == nil || tb.Delete(background, id, 9) == nil {
				t.Errorf("it was read as %+v, listed as %+v", item, page)
			}
		})
	}
}

func TestAChangeRepairsWhatItSets(t *testing.T) {
	tb := newTable(t)
	want := tb.create("Blue paint")
	tb.edit(want.ID, stored{"quantity": textValue("12"), "updatedAt": nil, "updatedBy": numberValue("1")})
	want.Quantity, want.Version, want.UpdatedBy, want.UpdatedAt = 12, 2, "ben", items.Now()
	got, err := tb.Update(background, items.Change{ID: want.ID, Version: 1, Quantity: new(12), By: "ben", At: want.UpdatedAt})
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// A cursor can only hold a UUID.
func TestAnItemWhoseIdIsNotAUUIDIsNamed(t *testing.T) {
	tb := newTable(t)
	record := tb.record(tb.create("Blue paint").ID)
	record["id"] = textValue("zz-blue-paint")
	if _, err := tb.client.PutItem(background, &dynamodb.PutItemInput{TableName: &tb.name, Item: record}); err != nil {
		t.Fatal(err)
	}
	want := `list items: the stored item with the id "zz-blue-paint" cannot be read: the id is not a UUID as the API creates them`
	if _, err := tb.List(background, 1, ""); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestAKeyWhoseRecordCannotBeReadCreatesNoItem(t *testing.T) {
	draft := items.Draft{Name: "Blue paint", Quantity: 1}
	key := items.IdempotencyKey{Owner: "ana", Value: "key", Digest: draft.Digest()}
	for name, edit := range map[string]stored{
		"no digest":               {"digest": nil},
		"digest that is a number": {"digest": numberValue("1")},
		"no item":                 {"item": nil},
		"item in text":            {"item": textValue("{}")},
		"empty item":              {"item": &types.AttributeValueMemberM{Value: stored{}}},
	} {
		t.Run(name, func(t *testing.T) {
			tb := newTable(t)
			if _, err := tb.Create(background, items.New(draft, "ana"), &key); err != nil {
				t.Fatal(err)
			}
			recordKey := stored{"kind": textValue("idempotency#ana"), "id": textValue("key")}
			out, err := tb.client.GetItem(background, &dynamodb.GetItemInput{TableName: &tb.name, Key: recordKey})
			if err != nil {
				t.Fatal(err)
			}
			for attribute, value := range edit {
				out.Item[attribute] = value
				if value == nil {
					delete(out.Item, attribute)
				}
			}
			if _, err := tb.client.PutItem(background, &dynamodb.PutItemInput{TableName: &tb.name, Item: out.Item}); err != nil {
				t.Fatal(err)
			}
			item, err := tb.Create(background, items.New(draft, "ana"), &key)
			if err == nil || errors.Is(err, items.ErrKeyReused) || tb.count() != 1 {
				t.Errorf("%v: %+v", err, item)
			}
		})
	}
}
