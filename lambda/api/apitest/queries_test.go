package apitest

import (
	"context"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"

	"retoolapi/lambda/api"
)

type changeOrder struct {
	ID    string `path:"id"`
	Dry   bool   `query:"dry"`
	Limit int    `query:"limit" required:"true"`
	Body  struct {
		Version int    `json:"version"`
		Title   string `json:"title,omitempty"`
	}
}

type orders struct {
	Body struct {
		Rows []int  `json:"rows"`
		Next string `json:"next"`
	}
}

func TestAQueryThatDoesNotFitItsOperationIsFound(t *testing.T) {
	fits := api.Query{
		PathParameters: map[string]string{"id": "{{ table1.selectedRow.id }}"},
		Parameters:     [][2]string{{"limit", "20"}},
		Body:           [][2]string{{"version", "{{ table1.selectedRow.version }}"}},
		Rows:           "rows", NextCursor: "next",
	}
	for _, test := range []struct {
		change func(*api.Query)
		want   []string
	}{
		{func(*api.Query) {}, nil},
		{func(q *api.Query) { q.PathParameters = nil }, []string{"lacks the parameter id"}},
		{func(q *api.Query) { q.PathParameters = map[string]string{"id": "1", "ID": "1"} }, []string{"names the parameter ID, which the operation does not have"}},
		{func(q *api.Query) { q.Parameters = [][2]string{{"limit", "1"}, {"dry", "true"}, {"limit", "2"}} }, []string{"names the parameter limit twice"}},
		{func(q *api.Query) { q.Parameters = [][2]string{{"limits", "1"}} }, []string{"names the parameter limits, which the operation does not have", "lacks the parameter limit"}},
		{func(q *api.Query) { q.Body = [][2]string{{"title", "a"}} }, []string{"lacks the body's property version"}},
		{func(q *api.Query) { q.Body = append(q.Body, [2]string{"name", "a"}) }, []string{"names the body's property name, which the operation does not have"}},
		{func(q *api.Query) { q.Caller = "username" }, []string{"names the answer's property username, which the operation does not have"}},
		{func(q *api.Query) { q.Rows = "next" }, []string{"names the answer's property next twice", "takes rows from next, which is no array"}},
	} {
		query := fits
		query.Body = append([][2]string(nil), fits.Body...)
		test.change(&query)
		register := func(a huma.API) {
			huma.Register(a, huma.Operation{OperationID: "change-order", Method: "PATCH", Path: "/orders/{id}", Metadata: api.FirstQuery(query)},
				func(context.Context, *changeOrder) (*orders, error) { return &orders{}, nil })
		}
		a := New(t, register)
		if diff := cmp.Diff(test.want, a.queryFaults(api.Queries(register)[0])); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", query, diff)
		}
	}
}
