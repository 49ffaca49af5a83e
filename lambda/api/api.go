// Package api declares the operations of the HTTP API, once: the function serves
// them, the CDK app makes the gateway's routes from them, and openapi.yaml is
// written from them.
//
// An operation is a huma.Operation and a function from typed input to typed
// output, registered with huma.Register. Put a new one into a file of its own
// and call its registration in register, below. Routing, the authorizer,
// validation, the error answers, the log and the description follow.
package api

import (
	"cmp"
	"log/slog"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"retoolapi/lambda/items"
)

// Stores is what the operations keep data in.
type Stores struct {
	Items items.Store
}

// register declares every operation of the API.
func register(a huma.API, stores Stores) {
	registerMe(a)
	registerItems(a, stores.Items)
}

// Operation is a declared operation, as the gateway needs to know it.
type Operation struct {
	Method string // GET, POST, …
	Path   string // With parameters in braces: /items/{id}
	ID     string // Unique among the operations.
}

// Operations lists the declared operations, ordered by path and method.
func Operations() []Operation {
	var list []Operation
	for path, item := range declare(http.NewServeMux(), Stores{}).OpenAPI().Paths {
		for _, op := range operationsOf(item) {
			list = append(list, Operation{op.Method, path, op.OperationID})
		}
	}
	slices.SortFunc(list, func(x, y Operation) int {
		return cmp.Or(cmp.Compare(x.Path, y.Path), cmp.Compare(x.Method, y.Method))
	})
	return list
}

// operationsOf are the operations of a path.
func operationsOf(path *huma.PathItem) []*huma.Operation {
	return slices.DeleteFunc([]*huma.Operation{
		path.Get, path.Head, path.Options, path.Post, path.Put, path.Patch, path.Delete, path.Trace,
	}, func(op *huma.Operation) bool { return op == nil })
}

// WhoAmI is the operation that proves a token: it needs no data.
func WhoAmI() Operation {
	all := Operations()
	return all[slices.IndexFunc(all, func(o Operation) bool { return o.ID == whoAmI })]
}

// declare registers the operations on mux and returns huma's view of them. The
// stores are not used before an operation is called.
func declare(mux *http.ServeMux, stores Stores) huma.API {
	a := newAPI(mux)
	register(a, stores)
	return a
}

// newAPI returns the API without operations.
func newAPI(mux *http.ServeMux) huma.API {
	a := humago.New(mux, huma.Config{
		OpenAPI: description(),
		// The only format. Paths for huma's own routes are not set: only what
		// is declared is served.
		Formats:       map[string]huma.Format{"application/json": jsonFormat},
		DefaultFormat: "application/json",
		// A misspelt ?version= would otherwise delete whatever is there.
		RejectUnknownQueryParameters: true,
		Transformers:                 []huma.Transformer{logCause},
	})
	a.UseMiddleware(logOperation, checkParameters(a))
	return a
}

// New returns the function's handler: the operations, on the stores, as answers
// to the gateway's events. It logs one line per request.
func New(log *slog.Logger, stores Stores) *Handler {
	mux := http.NewServeMux()
	a := declare(mux, stores)
	return &Handler{mux: mux, headers: headersOf(a), log: log}
}
