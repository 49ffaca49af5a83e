package api

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/danielgtaylor/huma/v2"
	jsonv2 "github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
)

// faults returns the status of an answer and the faults that it names.
func faults(t *testing.T, answer events.APIGatewayV2HTTPResponse) (int, []Fault) {
	t.Helper()
	var body Error
	if err := json.Unmarshal([]byte(answer.Body), &body); err != nil {
		t.Fatalf("%v: %s", err, answer.Body)
	}
	return answer.StatusCode, body.Errors
}

const (
	int64Highest = "must be 9223372036854775807 or less"
	int64Lowest  = "must be -9223372036854775808 or more"
	floatHighest = "must be 1.7976931348623157e+308 or less"
	noPoint      = "must be a whole number, written without a point or an exponent"
)

// customType decodes itself, and fails with an error of the decoder's type.
type customType struct{}

func (*customType) Schema(huma.Registry) *huma.Schema { return &huma.Schema{Type: huma.TypeInteger} }

func (*customType) UnmarshalJSON([]byte) error {
	return &jsonv2.SemanticError{JSONKind: '0', JSONPointer: "/a/0/b", Err: strconv.ErrRange}
}

type numbersInBody struct {
	Body struct {
		Custom  customType        `json:"custom,omitzero"`
		Int     int               `json:"int,omitempty"`
		Int8    int8              `json:"int8,omitempty"`
		Int16   int16             `json:"int16,omitempty"`
		Int32   int32             `json:"int32,omitempty"`
		Int64   int64             `json:"int64,omitempty"`
		Uint    uint              `json:"uint,omitempty"`
		Uint8   uint8             `json:"uint8,omitempty"`
		Uint64  uint64            `json:"uint64,omitempty"`
		Float   float64           `json:"float,omitempty"`
		Float32 float32           `json:"float32,omitempty"`
		Bound   int               `json:"bound,omitempty" minimum:"1" maximum:"1000"`
		Maybe   Optional[int]     `json:"maybe,omitzero"`
		Pointer *int              `json:"pointer,omitempty"`
		List    []int             `json:"list,omitempty"`
		Rows    []struct{ N int } `json:"rows,omitempty"`
		Map     map[string]int    `json:"map,omitempty"`
		When    time.Time         `json:"when,omitzero"`
	}
}

func TestANumberInABodyThatItsTypeDoesNotHoldIsNamedWithTheBound(t *testing.T) {
	send := newEcho[numbersInBody](t, http.MethodPost, "/test")
	for body, want := range map[string]Fault{
		`{"int":9223372036854775808}`:           {"body.int", int64Highest},
		`{"int":-9223372036854775809}`:          {"body.int", int64Lowest},
		`{"int":99999999999999999999999999999}`: {"body.int", int64Highest},
		`{"int64":9223372036854775808}`:         {"body.int64", int64Highest},
		`{"int8":128}`:                          {"body.int8", "must be 127 or less"},
		`{"int8":-129}`:                         {"body.int8", "must be -128 or more"},
		`{"int16":32768}`:                       {"body.int16", "must be 32767 or less"},
		`{"int32":2147483648}`:                  {"body.int32", "must be 2147483647 or less"},
		`{"int32":-2147483649}`:                 {"body.int32", "must be -2147483648 or more"},
		`{"uint":18446744073709551616}`:         {"body.uint", "must be 18446744073709551615 or less"},
		`{"uint":-1}`:                           {"body.uint", "must be 0 or more"},
		`{"uint":-0}`:                           {"body.uint", "must be written without a minus sign"},
		`{"uint8":256}`:                         {"body.uint8", "must be 255 or less"},
		`{"uint64":18446744073709551616}`:       {"body.uint64", "must be 18446744073709551615 or less"},
		`{"float32":1e39}`:                      {"body.float32", "must be 3.4028235e+38 or less"},
		`{"float32":-1e39}`:                     {"body.float32", "must be -3.4028235e+38 or more"},
		`{"int":1.0}`:                           {"body.int", noPoint},
		`{"int":1e3}`:                           {"body.int", noPoint},
		`{"int":-1E+3}`:                         {"body.int", noPoint},
		`{"uint":1.0}`:                          {"body.uint", noPoint},
		`{"int":1e30}`:                          {"body.int", noPoint},
		`{"int":1.5}`:                           {"body.int", "must be a whole number"},
		`{"bound":9223372036854775808}`:         {"body.bound", "must be 1000 or less"},
		`{"bound":-9223372036854775809}`:        {"body.bound", "must be 1 or more"},
		`{"maybe":9223372036854775808}`:         {"body.maybe", int64Highest},
		`{"maybe":1.0}`:                         {"body.maybe", noPoint},
		`{"pointer":9223372036854775808}`:       {"body.pointer", int64Highest},
		`{"list":[1,9223372036854775808]}`:      {"body.list[1]", int64Highest},
		`{"rows":[{"N":1},{"N":2},{"N":9223372036854775808}]}`: {"body.rows[2].N", int64Highest},
		`{"map":{"0":9223372036854775808}}`:                    {"body.map.0", int64Highest},
		`{"map":{"a~b/c \u0000\"":1.0}}`:                       {"body.map.a~b/c \x00\"", noPoint},
		`{"custom":1}`:                                         {"body.custom.a.0.b", "is not in the form that it must have"},
		// The schema accepts this time as RFC 3339, the type does not.
		`{"when":"2026-01-15T9:30:00Z"}`: {"body.when", "is not in the form that it must have"},
	} {
		status, got := faults(t, send(events.APIGatewayV2HTTPRequest{RawPath: "/test", Body: body}))
		if diff := cmp.Diff([]Fault{want}, got); status != 422 || diff != "" {
			t.Errorf("%s: %d (-want +got):\n%s", body, status, diff)
		}
	}
	for _, body := range []string{
		`{"int":9223372036854775807}`, `{"int":-9223372036854775808}`, `{"int8":-128}`, `{"uint64":18446744073709551615}`, `{"int":-0}`,
		`{"float":1e308,"float32":1.0}`, `{"rows":[{"N":0}],"map":{"0":0}}`,
	} {
		if status, got := faults(t, send(events.APIGatewayV2HTTPRequest{RawPath: "/test", Body: body})); status != 200 {
			t.Errorf("%s: %d %v", body, status, got)
		}
	}
}

// Such a number cannot be decoded, so that its schema is not checked.
func TestANumberThatNoTypeHoldsIsNamedWithTheBound(t *testing.T) {
	send := newEcho[numbersInBody](t, http.MethodPost, "/test")
	for body, want := range map[string]Fault{
		`{"int":1e400}`:               {"body.int", floatHighest},
		`{"float":-1e400}`:            {"body.float", "must be -1.7976931348623157e+308 or more"},
		`{"rows":[{"N":1e400}]}`:      {"body.rows[0].N", floatHighest},
		`{"unknown":{"0":[[1e400]]}}`: {"body.unknown.0[0][0]", floatHighest},
		`1e400`:                       {"body", floatHighest},
	} {
		status, got := faults(t, send(events.APIGatewayV2HTTPRequest{RawPath: "/test", Body: body}))
		if diff := cmp.Diff([]Fault{want}, got); status != 400 || diff != "" {
			t.Errorf("%s: %d (-want +got):\n%s", body, status, diff)
		}
	}
}

// Long names and deep nesting must not slow down the search for the location.
func TestAFaultIsLocatedInTime(t *testing.T) {
	send := newEcho[numbersInBody](t, http.MethodPost, "/test")
	name := strings.Repeat("n", 50)
	for what, body := range map[string]string{
		"a long name":  `{"` + strings.Repeat("n", 500_000) + `":[` + strings.Repeat("0,", 250_000) + `1e400]}`,
		"deep nesting": strings.Repeat(`{"`+name+`":`, 9_000) + "1e400" + strings.Repeat("}", 9_000),
		"a long list":  "[" + strings.Repeat("0,", 500_000) + "1e400]",
	} {
		start := time.Now()
		status, got := faults(t, send(events.APIGatewayV2HTTPRequest{RawPath: "/test", Body: body}))
		if took := time.Since(start); status != 400 || len(got) != 1 || took > time.Minute {
			t.Errorf("%s: %d after %v: %v", what, status, took, got)
		}
	}
}

type numbersInAddress struct {
	ID      int64    `path:"id"`
	Int     int      `query:"int"`
	Int32   int32    `query:"int32"`
	Uint    uint     `query:"uint"`
	Uint32  uint32   `query:"uint32"`
	Bound   int      `query:"bound" minimum:"1" maximum:"1000"`
	Float   float64  `query:"float"`
	Float32 float32  `query:"float32"`
	List    []int32  `query:"list"`
	Many    []int    `query:"many,explode"`
	Texts   []string `query:"texts"`
}

func TestANumberInAnAddressThatItsTypeDoesNotHoldIsNamedWithTheBound(t *testing.T) {
	send := newEcho[numbersInAddress](t, http.MethodGet, "/test/{id}")
	for query, want := range map[string]Fault{
		"int=9223372036854775808":         {"query.int", int64Highest},
		"int=-9223372036854775809":        {"query.int", int64Lowest},
		"int=1.0":                         {"query.int", "must be a whole number"},
		"int=1e3":                         {"query.int", "must be a whole number"},
		"int32=2147483648":                {"query.int32", "must be 2147483647 or less"},
		"int32=4294967297":                {"query.int32", "must be 2147483647 or less"},
		"int32=-2147483649":               {"query.int32", "must be -2147483648 or more"},
		"uint=-1":                         {"query.uint", "must be 0 or more"},
		"uint32=4294967297":               {"query.uint32", "must be 2147483647 or less"},
		"bound=9223372036854775808":       {"query.bound", "must be 1000 or less"},
		"bound=-9223372036854775809":      {"query.bound", "must be 1 or more"},
		"bound=1001":                      {"query.bound", "must be 1000 or less"},
		"float=1e400":                     {"query.float", floatHighest},
		"float=NaN":                       {"query.float", "must be a number"},
		"float=-Inf":                      {"query.float", "must be a number"},
		"float=infinity":                  {"query.float", "must be a number"},
		"float32=1e39":                    {"query.float32", "must be 3.4028235e+38 or less"},
		"list=1,2147483648":               {"query.list", "must be 2147483647 or less"},
		"list=1,x":                        {"query.list", "must be a whole number"},
		"many=1&many=9223372036854775808": {"query.many", int64Highest},
	} {
		status, got := faults(t, send(events.APIGatewayV2HTTPRequest{RawPath: "/test/1", RawQueryString: query}))
		if diff := cmp.Diff([]Fault{want}, got); status != 422 || diff != "" {
			t.Errorf("%s: %d (-want +got):\n%s", query, status, diff)
		}
	}
	status, got := faults(t, send(events.APIGatewayV2HTTPRequest{RawPath: "/test/9223372036854775808"}))
	if diff := cmp.Diff([]Fault{{"path.id", int64Highest}}, got); status != 422 || diff != "" {
		t.Errorf("the path: %d (-want +got):\n%s", status, diff)
	}
	for _, query := range []string{
		"int=9223372036854775807&int32=-2147483648&uint=9223372036854775807", "float=-1e308&float32=1.5",
		"list=1,2147483647&many=1&many=-9223372036854775808", "texts=1e400,NaN,9223372036854775808",
	} {
		if status, got := faults(t, send(events.APIGatewayV2HTTPRequest{RawPath: "/test/-9223372036854775808", RawQueryString: query})); status != 200 {
			t.Errorf("%s: %d %v", query, status, got)
		}
	}
}
