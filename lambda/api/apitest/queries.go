package apitest

import (
	"maps"
	"slices"
	"strconv"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"retoolapi/lambda/api"
)

func (a *API) testQueries(t *testing.T, queries []api.QueriedOperation) {
	for _, q := range queries {
		for _, fault := range a.queryFaults(q) {
			t.Errorf("the query of %s %s", q.ID, fault)
		}
	}
}

// queryFaults says what a query names that its operation does not have, and what the
// operation needs that the query does not name. A person would find out in Retool.
func (a *API) queryFaults(q api.QueriedOperation) (faults []string) {
	op := a.described(q.Operation)
	named := map[string][]string{"path": slices.Collect(maps.Keys(q.PathParameters)), "query": names(q.Parameters)}
	for _, place := range []string{"path", "query"} {
		has, needs := parametersIn(op, place)
		faults = append(faults, compare("the parameter ", named[place], has, needs)...)
	}
	body := propertiesOf(nil)
	if op.RequestBody != nil {
		body = propertiesOf(op.RequestBody.Value.Content)
	}
	faults = append(faults, compare("the body's property ", names(q.Body), slices.Collect(maps.Keys(body.Properties)), body.Required)...)

	var returned []string
	for _, name := range []string{q.Caller, q.Rows, q.NextCursor} {
		if name != "" {
			returned = append(returned, name)
		}
	}
	answer := propertiesOf(op.Responses.Value(strconv.Itoa(q.Status)).Value.Content).Properties
	faults = append(faults, compare("the answer's property ", returned, slices.Collect(maps.Keys(answer)), nil)...)
	if rows := answer[q.Rows]; rows != nil && !rows.Value.Type.Is("array") {
		faults = append(faults, "takes rows from "+q.Rows+", which is no array")
	}
	return faults
}

func names(pairs [][2]string) (names []string) {
	for _, pair := range pairs {
		names = append(names, pair[0])
	}
	return names
}

// parametersIn returns the names of an operation's parameters in a place, and those
// that it needs.
func parametersIn(op *openapi3.Operation, place string) (has, needs []string) {
	for _, p := range op.Parameters {
		if p.Value.In != place {
			continue
		}
		has = append(has, p.Value.Name)
		if p.Value.Required {
			needs = append(needs, p.Value.Name)
		}
	}
	return has, needs
}

// propertiesOf returns the schema of an object, which is empty for what is none.
func propertiesOf(content openapi3.Content) *openapi3.Schema {
	if mediaType := content["application/json"]; mediaType != nil {
		return mediaType.Schema.Value
	}
	return openapi3.NewSchema()
}

func compare(what string, named, has, needs []string) (faults []string) {
	slices.Sort(named)
	for i, name := range named {
		if !slices.Contains(has, name) {
			faults = append(faults, "names "+what+name+", which the operation does not have")
		}
		if i > 0 && name == named[i-1] {
			faults = append(faults, "names "+what+name+" twice")
		}
	}
	for _, name := range needs {
		if !slices.Contains(named, name) {
			faults = append(faults, "lacks "+what+name)
		}
	}
	return faults
}
