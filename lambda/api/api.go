// Package api is the platform of the operations. It takes the gateway's event and
// returns the answer, checks the input, writes the error messages and the log, and
// describes the API in OpenAPI.
//
// Change it to change how every operation behaves. To add an operation, change
// package operations. It uses [CallerOf], [Optional], [FirstQuery] and the ways to
// refuse a request: [NotFound], [Conflict], [Invalid], [BadRequest] and
// [Unavailable].
package api

import (
	"cmp"
	"log/slog"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// New returns the function's handler, which answers the gateway's events with the
// operations that register declares. It logs one line per request.
func New(log *slog.Logger, register func(huma.API)) *Handler {
	mux := http.NewServeMux()
	a := newAPI(mux)
	register(a)
	return &Handler{mux: mux, headers: declaredHeaders(a), log: log}
}

// Operation is what the gateway needs to know of a declared operation.
type Operation struct {
	Method string // GET, POST, …
	Path   string // With parameters in braces: /orders/{id}
	ID     string // Unique among the operations.
}

// Operations lists the operations that register declares, ordered by path and
// method.
func Operations(register func(huma.API)) []Operation {
	var list []Operation
	for path, item := range describe(register).Paths {
		for _, op := range operationsOf(item) {
			list = append(list, Operation{op.Method, path, op.OperationID})
		}
	}
	slices.SortFunc(list, func(x, y Operation) int {
		return cmp.Or(cmp.Compare(x.Path, y.Path), cmp.Compare(x.Method, y.Method))
	})
	return list
}

// operationsOf returns the operations of a path.
func operationsOf(path *huma.PathItem) []*huma.Operation {
	return slices.DeleteFunc([]*huma.Operation{
		path.Get, path.Head, path.Options, path.Post, path.Put, path.Patch, path.Delete, path.Trace,
	}, func(op *huma.Operation) bool { return op == nil })
}

// describe returns the description of the operations that register declares,
// and calls none of them.
func describe(register func(huma.API)) *huma.OpenAPI {
	a := newAPI(http.NewServeMux())
	register(a)
	return a.OpenAPI()
}

// newAPI returns the API without operations.
func newAPI(mux *http.ServeMux) huma.API {
	a := humago.New(mux, huma.Config{
		OpenAPI: description(),
		// JSON is the only format. The paths of huma's own routes are not set, so
		// that only the declared operations are served.
		Formats:       map[string]huma.Format{"application/json": jsonFormat},
		DefaultFormat: "application/json",
		// Otherwise a delete with a misspelt ?version= would delete any version.
		RejectUnknownQueryParameters: true,
		Transformers:                 []huma.Transformer{logCause},
	})
	a.UseMiddleware(logOperation, checkParameters(a))
	return a
}
