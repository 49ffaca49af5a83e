package form

import (
	"fmt"
	"strconv"
)

// Query is a query of an app. A person creates it once the resource works. It is no
// part of Retool's form: no rule is about it, and it is not run.
type Query struct {
	Name       string `json:"name"`
	Method     string `json:"method"`
	Path       string `json:"path"`
	Parameters []Row  `json:"parameters,omitempty"` // of the URL
	Body       []Row  `json:"body,omitempty"`
	Status     int    `json:"status"` // of the answer that must come back

	// Properties of the answer.
	Caller     string `json:"caller,omitempty"`     // has the user name of who calls
	Rows       string `json:"rows,omitempty"`       // has the rows of a table
	NextCursor string `json:"nextCursor,omitempty"` // has the cursor of the next page, or null
}

// QueriesSection introduces the queries.
var QueriesSection = ID{Section: "First queries"}

// QueryPrefix is before the name of a query in the name of its section.
const QueryPrefix = "Query "

// The labels of what a query, its table and its answer have.
const (
	LabelOpenAPI          = "OpenAPI file"
	LabelQueryName        = "Query name"
	LabelMethod           = "Method"
	LabelPath             = "Path"
	LabelParameters       = "URL parameters"
	LabelQueryBody        = "JSON body"
	LabelStatus           = "Status"
	LabelCaller           = "User name"
	LabelDataSource       = "Table: data source"
	LabelTransformer      = "Transformer"
	LabelNextCursor       = "Table: next cursor"
	LabelHasNextPage      = "Table: has next page"
	LabelErrorTransformer = "Error transformer"
)

// The remarks on queries. What is not known of every version of Retool comes with a
// way to check it.
const (
	NoteQueries       Note = "Once the resource works, create these queries in an app, with this resource. They are no part of the form."
	NoteOpenAPI       Note = "Only for a new app (React): its assistant asks for this file of a REST API. The command writes it."
	NoteComponents    Note = "The names in {{ }} are those of components in your app: put yours there. Retool offers them while you type."
	NoteStatus        Note = "Run the query: this must come back."
	NoteSaved         Note = "Run the query: this must come back. Let its success run the query of the table again, so that the next save starts from what is stored."
	NoteSharedCaller  Note = "In the answer: the name of the service user, whoever runs the query."
	NoteOwnCaller     Note = "In the answer: your own user name."
	NoteRows          Note = "For a table in a classic app. In a new app (React), the rows are the property of the answer that this ends in."
	NoteTransformer   Note = "In a classic app, an alternative to the data source above: the data of the query is then the rows. Leave it out if the table has pages: it cuts off the cursor."
	NoteNextCursor    Note = "For pages, turn on the table's server-side pagination by cursor, with the query's limit as its page size. If the second page repeats the first, look up in the table's state where it has the cursor, and send that one with the query."
	NoteHasNextPage   Note = "If your table asks for it. The last page has no next cursor."
	NoteErrorMessages Note = "If the API refuses, the person reads its message, such as who changed the same before them (409). To try it, save in one of two tabs, then in the other. If another text appears, look at the answer of the failed query, and return the path that ends in message."
)

// querySections follow the form.
func (f Form) querySections() []Section {
	if len(f.Queries) == 0 {
		return nil
	}
	intro := Section{ID: QueriesSection, Note: NoteQueries, Query: true}
	if f.Commands.OpenAPI != "" {
		intro.Fields = []Field{{ID: QueriesSection.Input(LabelOpenAPI), Value: f.Commands.OpenAPI, Note: NoteOpenAPI}}
	}
	sections := []Section{intro}
	for _, q := range f.Queries {
		sections = append(sections, q.section(f.SignIn() == PerUser))
	}
	return sections
}

// section returns the query from its name to what its table needs.
func (q Query) section(perUser bool) Section {
	at := ID{Section: QueryPrefix + q.Name}
	s := Section{ID: at, Kind: q.Method + " " + q.endpoint(), Query: true}
	if q.namesComponents() {
		s.Note = NoteComponents
	}
	s.Fields = []Field{
		{ID: at.Input(LabelQueryName), Value: q.Name},
		{ID: at.Input(LabelMethod), Value: q.Method, Choice: true},
		{ID: at.Input(LabelPath), Value: q.Path},
	}
	s.Fields = append(s.Fields, rowFields(at, LabelParameters, q.Parameters)...)
	s.Fields = append(s.Fields, rowFields(at, LabelQueryBody, q.Body)...)
	s.Fields = append(s.Fields, q.answerFields(at, perUser)...)
	s.Fields = append(s.Fields, q.tableFields(at)...)
	return s
}

// endpoint returns the path for a title, without the references in it.
func (q Query) endpoint() string {
	return ReplaceReferences(q.Path, func(string) string { return "…" })
}

func (q Query) namesComponents() bool {
	for _, row := range append(q.Parameters[:len(q.Parameters):len(q.Parameters)], q.Body...) {
		if HasReference(row.Value) {
			return true
		}
	}
	return HasReference(q.Path)
}

// answerFields are about what comes back.
func (q Query) answerFields(at ID, perUser bool) []Field {
	status := Field{ID: at.Input(LabelStatus), Value: strconv.Itoa(q.Status), Expected: true, Note: NoteStatus}
	if q.Method != "GET" {
		status.Note = NoteSaved
		return []Field{status, {ID: at.Input(LabelErrorTransformer), Value: "return data.message", Note: NoteErrorMessages}}
	}
	if q.Caller == "" {
		return []Field{status}
	}
	note := NoteSharedCaller
	if perUser {
		note = NoteOwnCaller
	}
	return []Field{status, {ID: at.Input(LabelCaller), Value: fmt.Sprintf("{{ %s.data.%s }}", q.Name, q.Caller), Note: note}}
}

// tableFields are for a table that shows what comes back.
func (q Query) tableFields(at ID) (fields []Field) {
	if q.Rows != "" {
		fields = append(fields,
			Field{ID: at.Input(LabelDataSource), Value: fmt.Sprintf("{{ %s.data.%s }}", q.Name, q.Rows), Note: NoteRows},
			Field{ID: at.Input(LabelTransformer), Value: "return data." + q.Rows, Note: NoteTransformer})
	}
	if q.NextCursor != "" {
		next := q.Name + ".data." + q.NextCursor
		fields = append(fields,
			Field{ID: at.Input(LabelNextCursor), Value: "{{ " + next + " }}", Note: NoteNextCursor},
			Field{ID: at.Input(LabelHasNextPage), Value: "{{ !!" + next + " }}", Note: NoteHasNextPage})
	}
	return fields
}
