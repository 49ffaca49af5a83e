package api

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// jsonFormat writes JSON as huma does and reads it strictly. The standard library
// takes the last of two equal names and replaces invalid Unicode with U+FFFD, so
// that an operation would store other data than the client has sent.
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
			return encodedFault{locationOf(data, semantic), mismatch(semantic)}
		default:
			return err
		}
	},
}

// mismatch tells why a value does not fit its Go type, though it fits the schema.
func mismatch(e *json.SemanticError) string {
	lowest, highest := rangeOf(e.GoType)
	switch number := string(e.JSONValue); {
	case highest == "" || e.JSONKind != '0':
		return "is not in the form that it must have"
	case errors.Is(e.Err, strconv.ErrRange):
		return outOfRange(number, lowest, highest)
	case lowest == "0" && strings.HasPrefix(number, "-"):
		return "must be written without a minus sign" // It is -0.
	default:
		return "must be a whole number, written without a point or an exponent"
	}
}

// encodedFault is a fault as an error. huma keeps only the text of an error, so the
// text is the fault in JSON. The texts of other errors are not JSON.
type encodedFault Fault

func (f encodedFault) Error() string {
	text, err := json.Marshal(Fault(f))
	if err != nil {
		panic(err) // Both strings are from valid JSON.
	}
	return string(text)
}

// decodeFault returns the fault from the text of an encodedFault. ok is false for
// the text of another error.
func decodeFault(text string) (fault Fault, ok bool) {
	err := json.Unmarshal([]byte(text), &fault)
	return fault, err == nil && fault.Location != ""
}

// locationOf returns where in a body an error is, as huma writes it:
// body.orders[0].name.
func locationOf(body []byte, e *json.SemanticError) string {
	// In a JSON pointer, /0 is the first element of an array or the member "0" of
	// an object. The decoder knows which of the two.
	decoder := jsontext.NewDecoder(bytes.NewReader(body))
	for decoder.InputOffset() <= e.ByteOffset {
		if _, err := decoder.ReadToken(); err != nil {
			break
		}
	}
	location, depth := new(strings.Builder), 0
	location.WriteString("body")
	for name := range e.JSONPointer.Tokens() {
		depth++
		if depth <= decoder.StackDepth() && kindAt(decoder, depth) == '[' {
			location.WriteString("[" + name + "]")
		} else {
			location.WriteString("." + name)
		}
	}
	return location.String()
}

func kindAt(decoder *jsontext.Decoder, depth int) jsontext.Kind {
	kind, _ := decoder.StackIndex(depth)
	return kind
}
