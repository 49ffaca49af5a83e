package dynamo_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"retoolapi/lambda/items"
	"retoolapi/lambda/items/dynamo"
)

func (tb table) create(name string) items.Item {
	tb.t.Helper()
	item, err := tb.Create(background, items.New(items.Draft{Name: name, Quantity: 1}, "ana"), nil)
	if err != nil {
		tb.t.Fatal(err)
	}
	return item
}

func (tb table) get(id string) items.Item {
	tb.t.Helper()
	item, err := tb.Get(background, id)
	if err != nil {
		tb.t.Fatal(err)
	}
	return item
}

func TestAnItemIsStoredUnchanged(t *testing.T) {
	tb := newTable(t)
	for _, draft := range []items.Draft{
		{Name: "Blue paint", Quantity: 12, Note: "Second shelf"},
		{Name: "no note"},
		{Name: "\x00\x01\u0080\u2028\ufeff\ufffd\uffff 👩‍👩‍👧 e\u0301", Note: " \r\n\t"},
		{Name: strings.Repeat("😀", 200), Quantity: 1_000_000, Note: strings.Repeat("語", 2000)},
	} {
		item := items.New(draft, "ana ünïcode")
		created, err := tb.Create(background, item, nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(item, created); diff != "" {
			t.Errorf("created (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(item, tb.get(item.ID)); diff != "" {
			t.Errorf("stored (-want +got):\n%s", diff)
		}
	}
}

func TestAChangeIsDoneAtItsVersionOnly(t *testing.T) {
	tb := newTable(t)
	item := tb.create("Blue paint")
	note, empty, name, quantity := "a note", "", "Red paint", 7
	change := items.Change{ID: item.ID, Version: 1, Note: &note, By: "ben", At: items.Now()}
	want := item
	want.Version, want.Note, want.UpdatedBy, want.UpdatedAt = 2, note, "ben", change.At
	got, err := tb.Update(background, change)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Fatalf("%v (-want +got):\n%s", err, diff)
	}

	_, err = tb.Update(background, items.Change{ID: item.ID, Version: 1, Name: &name, By: "cyd", At: items.Now()})
	var stale *items.StaleError
	if !errors.As(err, &stale) {
		t.Fatalf("an old version: %v", err)
	}
	if diff := cmp.Diff(want, stale.Current); diff != "" {
		t.Errorf("the item as it is (-want +got):\n%s", diff)
	}
	if _, err := tb.Update(background, items.Change{ID: item.ID, Version: 3, Name: &name}); !errors.As(err, &stale) {
		t.Errorf("a future version: %v", err)
	}

	change = items.Change{ID: item.ID, Version: 2, Name: &name, Quantity: &quantity, Note: &empty, By: "dan", At: items.Now()}
	want.Version, want.Name, want.Quantity, want.Note, want.UpdatedBy, want.UpdatedAt = 3, name, 7, "", "dan", change.At
	got, err = tb.Update(background, change)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if diff := cmp.Diff(want, tb.get(item.ID)); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
}

func TestADeleteIsDoneAtItsVersionOnly(t *testing.T) {
	tb := newTable(t)
	item := tb.create("Blue paint")
	var stale *items.StaleError
	if err := tb.Delete(background, item.ID, 2); !errors.As(err, &stale) || stale.Current != item {
		t.Errorf("another version: %v", err)
	}
	if err := tb.Delete(background, item.ID, 1); err != nil {
		t.Error(err)
	}
	if err := tb.Delete(background, tb.create("Red paint").ID, 0); err != nil {
		t.Error(err)
	}
	if n := tb.count(); n != 0 {
		t.Errorf("%d items are left", n)
	}
}

func TestAnItemThatDoesNotExistIsNotFound(t *testing.T) {
	tb := newTable(t)
	id, name := items.New(items.Draft{}, "").ID, "a"
	_, got := tb.Get(background, id)
	_, updated := tb.Update(background, items.Change{ID: id, Version: 1, Name: &name})
	for tried, err := range map[string]error{
		"get":                 got,
		"update":              updated,
		"delete":              tb.Delete(background, id, 0),
		"delete at version 1": tb.Delete(background, id, 1),
	} {
		if !errors.Is(err, items.ErrNotFound) {
			t.Errorf("%s: %v", tried, err)
		}
	}
	if n := tb.count(); n != 0 {
		t.Errorf("there are %d items now", n)
	}
}

// together runs f for 0 to n-1 at the same time and returns its errors.
func together(n int, f func(i int) error) []error {
	errs := make([]error, n)
	var start, end sync.WaitGroup
	start.Add(1)
	for i := range n {
		end.Go(func() {
			start.Wait()
			errs[i] = f(i)
		})
	}
	start.Done()
	end.Wait()
	return errs
}

func TestOfParallelChangesOfOneVersionOneWins(t *testing.T) {
	tb := newTable(t)
	id := tb.create("Blue paint").ID
	const editors = 50
	var won []string
	for i, err := range together(editors, func(i int) error {
		name := "editor " + strconv.Itoa(i)
		_, err := tb.Update(background, items.Change{ID: id, Version: 1, Name: &name, By: "ana", At: items.Now()})
		return err
	}) {
		var stale *items.StaleError
		switch {
		case err == nil:
			won = append(won, "editor "+strconv.Itoa(i))
		case !errors.As(err, &stale) || stale.Current.Version != 2:
			t.Errorf("editor %d: %v", i, err)
		}
	}
	if item := tb.get(id); len(won) != 1 || item.Name != won[0] || item.Version != 2 {
		t.Errorf("%q won, and the item is %+v", won, item)
	}
}

func TestOneKeyCreatesOneItem(t *testing.T) {
	tb := newTable(t)
	draft := items.Draft{Name: "Blue paint", Quantity: 1}
	key := items.IdempotencyKey{Owner: "ana", Value: "key", Digest: draft.Digest()}
	created := make([]items.Item, 50)
	for i, err := range together(len(created), func(i int) (err error) {
		created[i], err = tb.Create(background, items.New(draft, "ana"), &key)
		return err
	}) {
		if err != nil {
			t.Fatalf("request %d: %v", i, err)
		}
		if created[i] != created[0] {
			t.Errorf("request %d got %+v, the first %+v", i, created[i], created[0])
		}
	}
	if n := tb.count(); n != 1 {
		t.Fatalf("there are %d items", n)
	}

	// The key is valid for hours, in which the item may be changed or deleted.
	name := "Red paint"
	if _, err := tb.Update(background, items.Change{ID: created[0].ID, Version: 1, Name: &name}); err != nil {
		t.Fatal(err)
	}
	again, err := tb.Create(background, items.New(draft, "ana"), &key)
	if diff := cmp.Diff(created[0], again); err != nil || diff != "" {
		t.Errorf("after a change: %v (-first +again):\n%s", err, diff)
	}
	if err := tb.Delete(background, created[0].ID, 0); err != nil {
		t.Fatal(err)
	}
	again, err = tb.Create(background, items.New(draft, "ana"), &key)
	if diff := cmp.Diff(created[0], again); err != nil || diff != "" || tb.count() != 0 {
		t.Errorf("after the deletion: %v (-first +again):\n%s", err, diff)
	}
}

func TestAKeyBelongsToOneOwnerAndOneDraft(t *testing.T) {
	tb := newTable(t)
	one, other := items.Draft{Name: "a", Quantity: 1}, items.Draft{Name: "a", Quantity: 2}
	create := func(owner, key string, draft items.Draft) error {
		_, err := tb.Create(background, items.New(draft, owner), &items.IdempotencyKey{Owner: owner, Value: key, Digest: draft.Digest()})
		return err
	}
	if err := create("ana", "key", one); err != nil {
		t.Fatal(err)
	}
	if err := create("ana", "key", other); !errors.Is(err, items.ErrKeyReused) {
		t.Errorf("another draft: %v", err)
	}
	if err := create("ben", "key", other); err != nil {
		t.Errorf("another owner: %v", err)
	}
	if err := create("ana", "key2", other); err != nil {
		t.Errorf("another key: %v", err)
	}
	if n := tb.count(); n != 3 {
		t.Errorf("there are %d items", n)
	}
}

// DynamoDB may remove an expired record days later.
func TestAnExpiredKeyIsIgnoredEvenIfItsRecordIsStillThere(t *testing.T) {
	tb := newTable(t)
	draft := items.Draft{Name: "a", Quantity: 1}
	key := items.IdempotencyKey{Owner: "ana", Value: "key", Digest: draft.Digest()}
	first, err := tb.Create(background, items.New(draft, "ana"), &key)
	if err != nil {
		t.Fatal(err)
	}
	recordKey := map[string]types.AttributeValue{
		"kind": &types.AttributeValueMemberS{Value: "idempotency#ana"},
		"id":   &types.AttributeValueMemberS{Value: "key"},
	}
	out, err := tb.client.GetItem(background, &dynamodb.GetItemInput{TableName: &tb.name, Key: recordKey})
	if err != nil {
		t.Fatal(err)
	}
	expires, err := strconv.ParseInt(out.Item["expiresAt"].(*types.AttributeValueMemberN).Value, 10, 64)
	if left := time.Until(time.Unix(expires, 0)); err != nil || left < items.IdempotencyKeyLifetime-time.Minute || left > items.IdempotencyKeyLifetime {
		t.Errorf("the key expires in %v (%v)", left, err)
	}

	out.Item["expiresAt"] = &types.AttributeValueMemberN{Value: strconv.FormatInt(time.Now().Add(-time.Hour).Unix(), 10)}
	if _, err := tb.client.PutItem(background, &dynamodb.PutItemInput{TableName: &tb.name, Item: out.Item}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"a new one", "the new one again"} {
		second, err := tb.Create(background, items.New(draft, "ana"), &key)
		if err != nil || second.ID == first.ID || tb.count() != 2 {
			t.Errorf("%s: %v, %+v", want, err, second)
		}
	}
}

func TestEveryUntouchedItemIsListedOnceWhileOthersComeAndGo(t *testing.T) {
	tb := newTable(t)
	const total, limit = 1000, 70
	ids := tb.fill(total)
	untouched := map[string]int{}
	var touched []string
	for i, id := range ids {
		if i%5 == 0 {
			touched = append(touched, id)
		} else {
			untouched[id] = 0
		}
	}
	stop, stopped := make(chan struct{}), make(chan error)
	go func() { stopped <- tb.disturb(touched, stop) }()

	queries := map[string]bool{} // By their bodies, because a query may be sent again.
	counted := tb.behind(func(_ http.ResponseWriter, r *http.Request, _ http.Handler) bool {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".Query") {
			queries[string(body)] = true
		}
		return false
	})
	pages, last := 0, "g" // Sorts after every UUID.
	for cursor := ""; ; pages++ {
		page, err := counted.List(background, limit, cursor)
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Items {
			if item.ID >= last {
				t.Fatalf("%s comes after %s", item.ID, last)
			}
			last = item.ID
			if _, ok := untouched[item.ID]; ok {
				untouched[item.ID]++
			}
		}
		if page.Next == "" {
			pages++
			break
		}
		cursor = page.Next
	}
	close(stop)
	if err := <-stopped; err != nil {
		t.Fatal(err)
	}
	for id, n := range untouched {
		if n != 1 {
			t.Errorf("%s was listed %d times", id, n)
		}
	}
	if len(queries) != pages {
		t.Errorf("%d queries for %d pages", len(queries), pages)
	}
}

// fill puts n items into the table and returns their ids.
func (tb table) fill(n int) []string {
	tb.t.Helper()
	var ids []string
	for len(ids) < n {
		var puts []types.WriteRequest
		for range min(25, n-len(ids)) {
			item := items.New(items.Draft{Name: fmt.Sprint("item ", len(ids))}, "ana")
			ids = append(ids, item.ID)
			at := &types.AttributeValueMemberS{Value: item.CreatedAt.Format(time.RFC3339Nano)}
			puts = append(puts, types.WriteRequest{PutRequest: &types.PutRequest{Item: map[string]types.AttributeValue{
				"kind": &types.AttributeValueMemberS{Value: "item"}, "id": &types.AttributeValueMemberS{Value: item.ID},
				"name": &types.AttributeValueMemberS{Value: item.Name}, "quantity": &types.AttributeValueMemberN{Value: "1"},
				"version":   &types.AttributeValueMemberN{Value: "1"},
				"createdAt": at, "updatedAt": at,
			}}})
		}
		out, err := tb.client.BatchWriteItem(background, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{tb.name: puts}})
		if err != nil || len(out.UnprocessedItems) > 0 {
			tb.t.Fatal(err, out)
		}
	}
	return ids
}

// disturb deletes the items with these ids, the newest first, and creates others
// until it is stopped.
func (tb table) disturb(ids []string, stop <-chan struct{}) error {
	for {
		select {
		case <-stop:
			return nil
		default:
		}
		if _, err := tb.Create(background, items.New(items.Draft{Name: "other"}, "ben"), nil); err != nil {
			return err
		}
		if len(ids) > 0 {
			if err := tb.Delete(background, ids[len(ids)-1], 0); err != nil {
				return err
			}
			ids = ids[:len(ids)-1]
		}
	}
}

func TestTheLastPageHasNoCursor(t *testing.T) {
	tb := newTable(t)
	tb.fill(6)
	for limit, want := range map[int][]int{1: {1, 1, 1, 1, 1, 1}, 3: {3, 3}, 4: {4, 2}, 6: {6}, 100: {6}} {
		var sizes []int
		for cursor, more := "", true; more; more = cursor != "" {
			page, err := tb.List(background, limit, cursor)
			if err != nil {
				t.Fatal(err)
			}
			sizes = append(sizes, len(page.Items))
			cursor = page.Next
		}
		if diff := cmp.Diff(want, sizes); diff != "" {
			t.Errorf("limit %d (-want +got):\n%s", limit, diff)
		}
	}
}

// A page of the largest items is near the 1 MB that one Query reads.
func TestAPageOfTheLargestItems(t *testing.T) {
	tb := newTable(t)
	draft := items.Draft{Name: strings.Repeat("😀", 200), Quantity: 1_000_000, Note: strings.Repeat("😀", 2000)}
	for _, err := range together(130, func(int) error {
		_, err := tb.Create(background, items.New(draft, strings.Repeat("ü", 128)), nil)
		return err
	}) {
		if err != nil {
			t.Fatal(err)
		}
	}
	seen := map[string]bool{}
	for cursor, more := "", true; more; more = cursor != "" {
		page, err := tb.List(background, 100, cursor)
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Items {
			seen[item.ID] = true
		}
		cursor = page.Next
	}
	if len(seen) != 130 {
		t.Errorf("%d of 130 items were listed", len(seen))
	}
}

func TestACursorThatIsNotFromThisListIsRefused(t *testing.T) {
	tb, other := newTable(t), newTable(t)
	tb.fill(3)
	other.fill(3)
	page, err := tb.List(background, 1, "")
	if err != nil {
		t.Fatal(err)
	}
	otherPage, err := other.List(background, 1, "")
	if err != nil {
		t.Fatal(err)
	}
	cursors := map[string]string{
		"of another table": otherPage.Next,
		"an id":            page.Items[0].ID,
		"too short":        page.Next[1:],
		"too long":         page.Next + "A",
		"padded":           page.Next + "=",
		"with a space":     " " + page.Next,
		"with a newline":   page.Next + "\n",
		"twice":            page.Next + page.Next,
		"null":             "null",
		"undefined":        "undefined",
		"not base64":       strings.Repeat("!", len(page.Next)),
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	for i := range page.Next {
		next := alphabet[(strings.IndexByte(alphabet, page.Next[i])+1)%len(alphabet)]
		cursors[fmt.Sprint("altered at ", i)] = page.Next[:i] + string(next) + page.Next[i+1:]
	}
	for name, cursor := range cursors {
		if got, err := tb.List(background, 1, cursor); !errors.Is(err, items.ErrCursor) {
			t.Errorf("%s: %q: %v %+v", name, cursor, err, got)
		}
	}
}

func TestTheStoreNeedsNoOtherPermissionsThanItHas(t *testing.T) {
	tb := newTable(t)
	var mu sync.Mutex
	used := map[string]bool{}
	watched := tb.behind(func(_ http.ResponseWriter, r *http.Request, _ http.Handler) bool {
		mu.Lock()
		defer mu.Unlock()
		used[strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "DynamoDB_20120810.")] = true
		return false
	})
	name := "b"
	draft := items.Draft{Name: "a"}
	item := watched.create("a")
	watched.get(item.ID)
	_, created := watched.Create(background, items.New(draft, "ana"), &items.IdempotencyKey{Owner: "ana", Value: "k", Digest: draft.Digest()})
	_, updated := watched.Update(background, items.Change{ID: item.ID, Version: 1, Name: &name})
	_, listed := watched.List(background, 10, "")
	if err := errors.Join(created, updated, listed, watched.Delete(background, item.ID, 0)); err != nil {
		t.Fatal(err)
	}
	// TransactWriteItems needs only the permission dynamodb:PutItem for its Puts.
	want := []string{"DeleteItem", "GetItem", "PutItem", "Query", "TransactWriteItems", "UpdateItem"}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(used))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAnIncompleteEnvironmentIsNamed(t *testing.T) {
	for want, environment := range map[string]map[string]string{
		"TABLE_NAME is not set: it must name the items table": {"AWS_REGION": "us-east-1"},
		"AWS_REGION is not set":                               {"TABLE_NAME": "items"},
	} {
		_, err := dynamo.FromEnvironment(func(name string) string { return environment[name] })
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
