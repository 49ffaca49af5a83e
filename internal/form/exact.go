package form

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// checkExact refuses what encoding/json lets pass of JSON that it read into such
// a value: a key that is there twice, of which it takes the last one, a key in
// other letters than the field's, and bytes that are no UTF-8, which it replaces.
func checkExact[T any](data []byte) error {
	var value T
	err := json.Unmarshal(bytes.TrimSpace(data), &value, json.RejectUnknownMembers(true))
	if fault, ok := errors.AsType[*jsontext.SyntacticError](err); ok && errors.Is(fault, jsontext.ErrDuplicateName) {
		return fmt.Errorf("%s is there twice", fault.JSONPointer)
	}
	if fault, ok := errors.AsType[*json.SemanticError](err); ok && errors.Is(fault, json.ErrUnknownName) {
		return fmt.Errorf("%s is not the name of a field: capital letters count", fault.JSONPointer)
	}
	return err
}
