package api

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// jsonFormat writes JSON as huma does and reads it strictly. The standard
// library takes the last of two equal names and puts U+FFFD in the place of text
// that is not Unicode, so that what is stored is not what was sent.
var jsonFormat = huma.Format{
	Marshal: huma.DefaultJSONFormat.Marshal,
	Unmarshal: func(data []byte, v any) error {
		err := json.Unmarshal(data, v)
		var syntactic *jsontext.SyntacticError
		var semantic *json.SemanticError
		switch {
		case errors.As(err, &syntactic):
			return fmt.Errorf("is not valid JSON: %s", strings.TrimPrefix(syntactic.Error(), "jsontext: "))
		case errors.As(err, &semantic):
			// It met the schema, so it is a number such as 1.0 or 1e3.
			return errors.New("has a whole number with a point or an exponent: write it without")
		default:
			return err
		}
	},
}

// optional is a property that may be absent, null or a value. A pointer cannot
// tell the first two apart.
type optional[T any] struct {
	sent  bool
	value *T // nil if null was sent.
}

// UnmarshalJSON implements json.Unmarshaler. It is called only for a property
// that was sent.
func (o *optional[T]) UnmarshalJSON(data []byte) error {
	o.sent = true
	return json.Unmarshal(data, &o.value)
}

// Schema implements huma.SchemaProvider: that of T.
func (optional[T]) Schema(r huma.Registry) *huma.Schema {
	return huma.SchemaFromType(r, reflect.TypeFor[T]())
}
