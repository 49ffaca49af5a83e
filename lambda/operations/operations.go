// Package operations declares what the API does, once: the function serves the
// operations, the CDK app creates the gateway's routes from them, and
// openapi.yaml is written from them.
//
// It is the room of whoever owns the API, and yours to change: a file per
// subject, an operation per function, a line in [Stores.Register] for each file.
// What every operation gets without asking is in package api.
package operations

import (
	"github.com/danielgtaylor/huma/v2"

	"retoolapi/lambda/api"
	"retoolapi/lambda/items"
)

// Stores is what the operations keep their data in.
type Stores struct {
	Items items.Store
}

// Register declares every operation of the API. It uses no store: an operation
// does, when it is called.
func (s Stores) Register(a huma.API) {
	registerMe(a)
	registerItems(a, s.Items)
}

// All lists the declared operations, ordered by path and method.
func All() []api.Operation { return api.Operations(Stores{}.Register) }
