package api

import (
	"errors"
	"math"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// checkParameters is the middleware that refuses a parameter which huma would
// take for another: for one that was not sent, if it cannot be decoded, is empty,
// or comes after another of its name; or for another number. A delete with an
// unreadable version must not become one without a version.
//
// An empty query parameter of type string is fine: Retool sends one where an
// expression has no value yet, such as the cursor of the first page.
func checkParameters(a huma.API) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		request, _ := humago.Unwrap(ctx)
		query, err := url.ParseQuery(request.URL.RawQuery)
		if err != nil {
			_ = huma.WriteErr(a, ctx, http.StatusBadRequest, "", &huma.ErrorDetail{Location: "query", Message: "is not a well-formed query string"})
			return
		}
		var faults []error
		for _, p := range ctx.Operation().Parameters {
			if message := parameterFault(p, query, request); message != "" {
				faults = append(faults, &huma.ErrorDetail{Location: p.In + "." + p.Name, Message: message})
			}
		}
		if len(faults) > 0 {
			_ = huma.WriteErr(a, ctx, http.StatusUnprocessableEntity, "", faults...)
			return
		}
		next(ctx)
	}
}

func parameterFault(p *huma.Param, query url.Values, request *http.Request) string {
	var values []string
	switch p.In {
	case "query":
		values = query[p.Name]
	case "header":
		values = request.Header.Values(p.Name)
	case "path":
		values = []string{request.PathValue(p.Name)}
	}
	switch {
	case len(values) > 1 && p.Schema.Type != huma.TypeArray:
		return "was sent more than once"
	case len(values) == 1 && values[0] == "" && (p.In == "header" || p.Schema.Type != huma.TypeString):
		return "is empty: give it a value or leave it out"
	}
	schema := p.Schema
	if schema.Type == huma.TypeArray {
		schema, values = schema.Items, strings.Split(strings.Join(values, ","), ",")
	}
	for _, value := range values {
		if message := numberFault(schema, value); message != "" {
			return message
		}
	}
	return ""
}

// numberTypes are the types that a number may have, by the format with which the
// description names them.
var numberTypes = map[string]reflect.Type{
	"int32": reflect.TypeFor[int32](), "int64": reflect.TypeFor[int64](),
	"float": reflect.TypeFor[float32](), "double": reflect.TypeFor[float64](),
}

// numberFault refuses a number that its type does not hold, which huma would not
// take for a number or, in an int32, cut to what fits; and NaN and Inf, which
// huma would take, though JSON cannot answer with them.
func numberFault(schema *huma.Schema, value string) string {
	t := numberTypes[schema.Format]
	if t == nil {
		return ""
	}
	lowest, highest := rangeOf(t)
	if schema.Minimum != nil {
		lowest = formatDecimal("%v", *schema.Minimum)
	}
	if schema.Maximum != nil {
		highest = formatDecimal("%v", *schema.Maximum)
	}
	var err error
	if schema.Type == huma.TypeInteger {
		var number int64
		number, err = strconv.ParseInt(value, 10, t.Bits())
		if number < 0 && !strings.HasPrefix(lowest, "-") {
			err = strconv.ErrRange // To a uint huma says that it is no number.
		}
	} else {
		var number float64
		number, err = strconv.ParseFloat(value, t.Bits())
		if err == nil && (math.IsNaN(number) || math.IsInf(number, 0)) {
			return "must be a number"
		}
	}
	if errors.Is(err, strconv.ErrRange) {
		return outOfRange(value, lowest, highest)
	}
	return ""
}
