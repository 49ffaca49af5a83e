package api

import (
	"reflect"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Optional is a property of a body that may be absent, null or a value. A pointer
// cannot tell the first two apart. Its tags are those of the value, and omitzero.
type Optional[T any] struct {
	Sent  bool
	Value *T // nil if null was sent, or nothing.
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom. It is called only for a
// property that was sent.
func (o *Optional[T]) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	o.Sent = true
	return json.UnmarshalDecode(decoder, &o.Value)
}

// Schema implements huma.SchemaProvider: that of T.
func (Optional[T]) Schema(r huma.Registry) *huma.Schema {
	return huma.SchemaFromType(r, reflect.TypeFor[T]())
}
