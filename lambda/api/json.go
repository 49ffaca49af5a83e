package api

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strconv"
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
			return placed{placeOf(data, semantic), misfit(semantic)}
		default:
			return err
		}
	},
}

// misfit says why a value is not one of its Go type, though it met the schema.
func misfit(e *json.SemanticError) string {
	least, most := limits(e.GoType)
	switch number := string(e.JSONValue); {
	case most == "" || e.JSONKind != '0':
		return "is not in the form that it must have"
	case errors.Is(e.Err, strconv.ErrRange):
		return outside(number, least, most)
	case least == "0" && strings.HasPrefix(number, "-"):
		return "must be written without a minus sign" // It is -0.
	default:
		return "must be a whole number, written without a point or an exponent"
	}
}

// placed is a fault with its place in the body. huma keeps nothing of an error
// but its text, so that is the fault in JSON, which no other error is.
type placed Fault

func (p placed) Error() string {
	text, err := json.Marshal(Fault(p))
	if err != nil {
		panic(err) // Two texts of valid JSON have a JSON form.
	}
	return string(text)
}

// placedFault returns the fault whose error text this is, if it is one.
func placedFault(text string) (Fault, bool) {
	var p placed
	err := json.Unmarshal([]byte(text), &p)
	return Fault(p), err == nil && p.Location != ""
}

// placeOf is the place of an error in a body as huma writes it:
// body.items[0].name.
func placeOf(body []byte, e *json.SemanticError) string {
	// A pointer has /0 for the first element and for the member of that name;
	// the decoder knows which it is in.
	decoder := jsontext.NewDecoder(bytes.NewReader(body))
	for decoder.InputOffset() <= e.ByteOffset {
		if _, err := decoder.ReadToken(); err != nil {
			break
		}
	}
	place, depth := new(strings.Builder), 0
	place.WriteString("body")
	for name := range e.JSONPointer.Tokens() {
		depth++
		if depth <= decoder.StackDepth() && kindAt(decoder, depth) == '[' {
			place.WriteString("[" + name + "]")
		} else {
			place.WriteString("." + name)
		}
	}
	return place.String()
}

func kindAt(decoder *jsontext.Decoder, depth int) jsontext.Kind {
	kind, _ := decoder.StackIndex(depth)
	return kind
}

// optional is a property that may be absent, null or a value. A pointer cannot
// tell the first two apart.
type optional[T any] struct {
	sent  bool
	value *T // nil if null was sent.
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom. It is called only for a
// property that was sent.
func (o *optional[T]) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	o.sent = true
	return json.UnmarshalDecode(decoder, &o.value)
}

// Schema implements huma.SchemaProvider: that of T.
func (optional[T]) Schema(r huma.Registry) *huma.Schema {
	return huma.SchemaFromType(r, reflect.TypeFor[T]())
}
