package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"retoolapi/internal/form"
	"retoolapi/lambda/api"
)

func TestTheNameOfAQueryCanBeReferredTo(t *testing.T) {
	for id, want := range map[string]string{
		"get-me": "getMe", "list-items": "listItems", "greet": "greet", "ListOrders": "listOrders",
		"orders_of.day": "ordersOfDay", "list orders": "listOrders", "2fa-code": "query2faCode", "v2-list": "v2List",
	} {
		if got := queryName(id); got != want {
			t.Errorf("%s is %q, want %q", id, got, want)
		}
	}
}

func TestThePathOfAQueryHasItsValues(t *testing.T) {
	for path, want := range map[string]string{
		"/me":                          "/me",
		"/orders/{id}":                 "/orders/{{ table1.selectedRow.id }}",
		"/orders/{id}/lines/{line}":    "/orders/{{ table1.selectedRow.id }}/lines/7",
		"/orders/{id}/other/{unnamed}": "/orders/{{ table1.selectedRow.id }}/other/{unnamed}",
	} {
		q := api.QueriedOperation{
			Operation: api.Operation{Path: path},
			Query:     api.Query{PathParameters: map[string]string{"id": "{{ table1.selectedRow.id }}", "line": "7"}},
		}
		if got := queryPath(q); got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
}

// More queries may follow, as long as the operations declare them.
func TestTheFirstQueryShowsThatTheResourceWorks(t *testing.T) {
	want := form.Query{Name: "getMe", Method: "GET", Path: "/me", Status: 200, Caller: "username"}
	if diff := cmp.Diff(want, firstQueries()[0]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
