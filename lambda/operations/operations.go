// Package operations declares what the API does. It is the only declaration: the
// function serves the operations, the CDK app creates the gateway's routes from
// them, and openapi.yaml is written from them.
//
// This package is yours to change. It has a file per subject, a function per
// operation and a line in [Stores.Register] for each file. What all operations have
// in common is in package api.
package operations

import (
	"github.com/danielgtaylor/huma/v2"

	"retoolapi/lambda/api"
	"retoolapi/lambda/items"
)

// Stores holds the stores of the operations.
type Stores struct {
	Items items.Store
}

// Register declares every operation of the API. It does not use the stores, which may
// be nil until an operation is called.
func (s Stores) Register(a huma.API) {
	registerMe(a)
	registerItems(a, s.Items)
}

// All lists the declared operations, ordered by path and method.
func All() []api.Operation { return api.Operations(Stores{}.Register) }
