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

// checkParameters is the middleware that refuses the parameters that huma would
// misread. huma ignores a parameter that cannot be decoded, that is empty, or that
// is sent a second time. It reads some numbers as other numbers. A delete with an
// unreadable version, for instance, must not become a delete without a version.
//
// An empty query parameter of type string is allowed: Retool sends one where an
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

// numberTypes holds the types of numbers by their format in the description.
var numberTypes = map[string]reflect.Type{
	"int32": reflect.TypeFor[int32](), "int64": reflect.TypeFor[int64](),
	"float": reflect.TypeFor[float32](), "double": reflect.TypeFor[float64](),
}

// numberFault returns a message if a number is outside the range of its type. huma
// would say that it is not a number, or cut off the high bits for an int32. It also
// refuses NaN and Inf, which huma accepts, but which JSON cannot hold.
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
			err = strconv.ErrRange // For a uint huma would say that it is not a number.
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
