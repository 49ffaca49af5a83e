package api

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// Query is what a Retool query of an operation needs besides the method and the
// path. The form for Retool shows the queries that operations declare:
//
//	Metadata: api.FirstQuery(api.Query{Rows: "orders"}),
//
// Values may have references in them, such as {{ table1.selectedRow.id }}.
type Query struct {
	PathParameters map[string]string // what replaces each of them in the path
	Parameters     [][2]string       // of the URL, in order: name and value
	Body           [][2]string       // the properties, in order: name and value

	// Properties of the answer.
	Caller     string // has the user name of who calls
	Rows       string // has the rows of a table
	NextCursor string // has the cursor of the next page, or null
}

// queryKey is the key of a query in the metadata of its operation. The OpenAPI file
// has no metadata.
const queryKey = "retoolapi/lambda/api.Query"

// FirstQuery returns the metadata of an operation that a person should call first
// from Retool.
func FirstQuery(q Query) map[string]any { return map[string]any{queryKey: q} }

// QueriedOperation is an operation with its query.
type QueriedOperation struct {
	Operation
	Query
	Status int // of the answer that must come back
}

// Queries lists the operations with a query in the order in which register declares
// them, which is the order in which a person should try them.
func Queries(register func(huma.API)) []QueriedOperation {
	var list []QueriedOperation
	a := newAPI(http.NewServeMux())
	a.OpenAPI().OnAddOperation = append(a.OpenAPI().OnAddOperation, func(_ *huma.OpenAPI, op *huma.Operation) {
		if query, ok := op.Metadata[queryKey].(Query); ok {
			list = append(list, QueriedOperation{Operation{op.Method, op.Path, op.OperationID}, query, op.DefaultStatus})
		}
	})
	register(a)
	return list
}
