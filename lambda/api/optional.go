package api

import (
	"reflect"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Optional is a property of a body that may be absent, null or a value. A pointer
// would be nil if the property is absent and if it is null. Give the property the
// tags that its value needs, and omitzero.
type Optional[T any] struct {
	Sent  bool
	Value *T // nil if null or nothing was sent.
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom. It is called only for a
// property that was sent.
func (o *Optional[T]) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	o.Sent = true
	return json.UnmarshalDecode(decoder, &o.Value)
}

// Schema implements huma.SchemaProvider with the schema of T.
func (Optional[T]) Schema(r huma.Registry) *huma.Schema {
	return huma.SchemaFromType(r, reflect.TypeFor[T]())
}
