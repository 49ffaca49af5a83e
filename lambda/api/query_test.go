package api_test

import (
	"context"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"

	"retoolapi/lambda/api"
)

// A person tries the queries in the order in which the operations are declared.
func TestTheQueriesAreListedAsTheyAreDeclaredAndNotDescribed(t *testing.T) {
	type output struct{ Body struct{ Text string } }
	answer := func(context.Context, *struct{}) (*output, error) { return &output{}, nil }
	nothing := func(context.Context, *struct{}) (*struct{}, error) { return nil, nil }
	query := api.Query{Parameters: [][2]string{{"limit", "{{ table1.pageSize }}"}}, Rows: "text"}
	with := func(metadata map[string]any) func(huma.API) {
		return func(a huma.API) {
			huma.Register(a, huma.Operation{OperationID: "b", Method: "POST", Path: "/b", DefaultStatus: 201, Metadata: metadata}, answer)
			huma.Register(a, huma.Operation{OperationID: "none", Method: "GET", Path: "/b"}, answer)
			huma.Register(a, huma.Operation{OperationID: "a", Method: "GET", Path: "/a", Metadata: metadata}, answer)
			huma.Register(a, huma.Operation{OperationID: "c", Method: "DELETE", Path: "/c", Metadata: metadata}, nothing)
		}
	}
	want := []api.QueriedOperation{
		{Operation: api.Operation{Method: "POST", Path: "/b", ID: "b"}, Query: query, Status: 201},
		{Operation: api.Operation{Method: "GET", Path: "/a", ID: "a"}, Query: query, Status: 200},
		{Operation: api.Operation{Method: "DELETE", Path: "/c", ID: "c"}, Query: query, Status: 204},
	}
	if diff := cmp.Diff(want, api.Queries(with(api.FirstQuery(query)))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var described []string
	for _, register := range []func(huma.API){with(nil), with(api.FirstQuery(query))} {
		text, err := api.OpenAPI(register, "")
		if err != nil {
			t.Fatal(err)
		}
		described = append(described, string(text))
	}
	if diff := cmp.Diff(described[0], described[1]); diff != "" {
		t.Errorf("the OpenAPI file without (-) and with the queries (+):\n%s", diff)
	}
}
