package api

import (
	"net/http"
	"net/url"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// checkParameters is the middleware that refuses a parameter which huma would
// take for one that was not sent: one that cannot be decoded, that is empty, or
// that comes after another of its name. A delete with an unreadable version must
// not become one without a version.
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
			if message := parameterFault(p, query, request.Header); message != "" {
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

func parameterFault(p *huma.Param, query url.Values, header http.Header) string {
	var values []string
	switch p.In {
	case "query":
		values = query[p.Name]
	case "header":
		values = header.Values(p.Name)
	}
	switch {
	case len(values) > 1 && p.Schema.Type != huma.TypeArray:
		return "was sent more than once"
	case len(values) == 1 && values[0] == "" && (p.In == "header" || p.Schema.Type != huma.TypeString):
		return "is empty: give it a value or leave it out"
	}
	return ""
}
