package form

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// valuesOf returns what is in the fields of a query's section, by label and key.
func valuesOf(f Form, query string) map[string]string {
	values := map[string]string{}
	for _, section := range f.Sections() {
		if section.ID.Section != QueryPrefix+query {
			continue
		}
		for _, field := range section.Fields {
			values[strings.TrimSpace(field.ID.Label+" "+field.ID.Key)] = field.Value
		}
	}
	return values
}

func TestAQueryHasWhatItNeedsAndNothingElse(t *testing.T) {
	for _, test := range []struct {
		query Query
		want  map[string]string
	}{
		{
			Query{Name: "getMe", Method: "GET", Path: "/me", Status: 200, Caller: "username"},
			map[string]string{"Query name": "getMe", "Method": "GET", "Path": "/me", "Status": "200", "User name": "{{ getMe.data.username }}"},
		},
		{
			Query{Name: "all", Method: "GET", Path: "/all", Status: 200, Rows: "rows", Parameters: []Row{{"day", "1"}}},
			map[string]string{
				"Query name": "all", "Method": "GET", "Path": "/all", "Status": "200", "URL parameters day": "1",
				"Table: data source": "{{ all.data.rows }}", "Transformer": "return data.rows",
			},
		},
		{
			Query{Name: "paged", Method: "GET", Path: "/paged", Status: 200, Rows: "rows", NextCursor: "next"},
			map[string]string{
				"Query name": "paged", "Method": "GET", "Path": "/paged", "Status": "200",
				"Table: data source": "{{ paged.data.rows }}", "Transformer": "return data.rows",
				"Table: next cursor": "{{ paged.data.next }}", "Table: has next page": "{{ !!paged.data.next }}",
			},
		},
		{
			Query{Name: "add", Method: "POST", Path: "/all", Status: 201, Body: []Row{{"name", "{{ input1.value }}"}}},
			map[string]string{
				"Query name": "add", "Method": "POST", "Path": "/all", "Status": "201",
				"JSON body name": "{{ input1.value }}", "Error transformer": "return data.message",
			},
		},
		{
			Query{Name: "remove", Method: "DELETE", Path: "/all/{{ table1.selectedRow.id }}", Status: 204},
			map[string]string{
				"Query name": "remove", "Method": "DELETE", "Path": "/all/{{ table1.selectedRow.id }}", "Status": "204",
				"Error transformer": "return data.message",
			},
		},
	} {
		d := testDeployment
		d.Queries = []Query{test.query}
		for name, choices := range modes {
			if diff := cmp.Diff(test.want, valuesOf(New(d, choices), test.query.Name)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
	}
}

// The form is done before the queries begin.
func TestTheQueriesFollowTheForm(t *testing.T) {
	for name, choices := range modes {
		f := New(testDeployment, choices)
		var titles []string
		saved := false
		for _, section := range f.Sections() {
			if section.Query != saved {
				t.Errorf("%s: %s is in the wrong place", name, section.ID)
			}
			saved = saved || section.ID == SaveSection
			if section.Query {
				titles = append(titles, section.Title())
			}
		}
		want := []string{"First queries", "Query getMe: GET /me", "Query listOrders: GET /orders", "Query changeOrder: PATCH /orders/…"}
		if diff := cmp.Diff(want, titles); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		d := testDeployment
		d.Queries = nil
		without := New(d, choices).Sections()
		if last := without[len(without)-1]; last.ID != SaveSection {
			t.Errorf("%s: without queries, the form ends with %s", name, last.ID)
		}
	}
}

// Components have other names in each app, which a person is told where it matters.
func TestAQueryThatNamesComponentsSaysSo(t *testing.T) {
	component := "{{ table1.selectedRow.id }}"
	for want, queries := range map[Note][]Query{
		"":             {{Path: "/me"}, {Parameters: []Row{{"limit", "20"}}, Body: []Row{{"name", "{"}}, Rows: "rows"}},
		NoteComponents: {{Path: "/all/" + component}, {Parameters: []Row{{"id", component}}}, {Body: []Row{{"name", "a"}, {"id", component}}}},
	} {
		for _, q := range queries {
			if got := q.section(false).Note; got != want {
				t.Errorf("%+v: %q", q, got)
			}
		}
	}
}

// A form is printed from what was saved, and an older one has no queries.
func TestTheQueriesArePrintedFromASavedForm(t *testing.T) {
	for name, f := range forms() {
		f.Commands = Commands{} // they are no part of the form
		saved, err := ReadJSON(strings.NewReader(written(t, f, "json")))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(written(t, f, "text"), written(t, saved, "text")); diff != "" || !strings.Contains(written(t, saved, "text"), "Query getMe: GET /me") {
			t.Errorf("%s (-written +from JSON):\n%s", name, diff)
		}
		saved.Queries = nil
		older := written(t, saved, "json")
		if strings.Contains(older, "queries") {
			t.Errorf("%s: a form without queries names them", name)
		}
		if got, err := ReadJSON(strings.NewReader(older)); err != nil || got.Queries != nil {
			t.Errorf("%s: an older form: %v, %v", name, got.Queries, err)
		}
	}
}
