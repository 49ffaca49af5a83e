package api

import (
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// OpenAPI returns the description of the operations that register declares:
// OpenAPI 3.0.3, which more tools read than 3.1, in YAML. baseURL is that of a
// deployed stack; without it, the server is a placeholder.
func OpenAPI(register func(huma.API), baseURL string) ([]byte, error) {
	description := describe(register)
	if baseURL != "" {
		description.Servers = []*huma.Server{{URL: baseURL}}
	}
	return description.DowngradeYAML()
}

// description returns the OpenAPI description without operations.
func description() *huma.OpenAPI {
	return &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title:       "Retool API",
			Version:     "1.0.0",
			Description: "An API for Retool apps: AWS Lambda behind an API Gateway HTTP API, with Amazon Cognito access tokens.",
		},
		Servers: []*huma.Server{{
			URL:         "https://{apiId}.execute-api.{region}.{domain}",
			Description: "Replace it with the output BaseUrl of the deployed stack.",
			Variables: map[string]*huma.ServerVariable{
				"apiId":  {Default: "a1b2c3d4e5", Description: "The API's id."},
				"region": {Default: "us-east-1", Description: "The stack's region."},
				"domain": {Default: "amazonaws.com", Description: "The domain of the region's partition: in China amazonaws.com.cn, in the European Sovereign Cloud amazonaws.eu."},
			},
		}},
		Security: []map[string][]string{{"accessToken": {}}},
		Components: &huma.Components{
			Schemas:   huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
			Responses: map[string]*huma.Response{},
			SecuritySchemes: map[string]*huma.SecurityScheme{"accessToken": {
				Type: "http", Scheme: "bearer", BearerFormat: "JWT",
				Description: "An access token of the stack's user pool, not an id token.",
			}},
		},
		OnAddOperation: []huma.AddOpFunc{complete},
	}
}

// maxBody is the largest body an operation takes, in bytes.
const maxBody = 1 << 20

// complete adds what all operations have: the limit of the body, the error answers
// that every operation may give, and examples.
func complete(oapi *huma.OpenAPI, op *huma.Operation) {
	op.MaxBodyBytes = maxBody + 1 // huma refuses a body of exactly MaxBodyBytes.
	statuses := append([]int{
		http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden,
		http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusInternalServerError,
	}, op.Errors...)
	if op.RequestBody != nil {
		statuses = append(statuses, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	for _, status := range statuses {
		if _, known := errorKinds[status]; known {
			op.Responses[strconv.Itoa(status)] = errorResponse(oapi.Components, status)
		}
	}
	delete(op.Responses, "default")
	if op.RequestBody != nil {
		addExamples(oapi.Components.Schemas, op.RequestBody.Content)
	}
	for _, response := range op.Responses {
		addExamples(oapi.Components.Schemas, response.Content)
	}
}

// errorResponse returns a reference to the description of an error answer. It adds
// the description to the components for the first operation that needs it.
func errorResponse(components *huma.Components, status int) *huma.Response {
	name := strings.ReplaceAll(http.StatusText(status), " ", "")
	if components.Responses[name] == nil {
		kind := errorKinds[status]
		components.Responses[name] = &huma.Response{
			Description: kind.meaning,
			Content: map[string]*huma.MediaType{"application/json": {
				Schema:  huma.SchemaFromType(components.Schemas, reflect.TypeFor[Error]()),
				Example: map[string]any{"message": kind.message},
			}},
		}
	}
	return &huma.Response{Ref: "#/components/responses/" + name}
}

func addExamples(schemas huma.Registry, content map[string]*huma.MediaType) {
	for _, mediaType := range content {
		if mediaType.Example == nil && mediaType.Schema != nil {
			mediaType.Example = exampleOf(schemas, mediaType.Schema)
		}
	}
}

// exampleOf returns an example that consists of those of the properties (the tag
// example), or nil if a required property has none.
func exampleOf(schemas huma.Registry, schema *huma.Schema) any {
	if schema.Ref != "" {
		schema = schemas.SchemaFromRef(schema.Ref)
	}
	switch {
	case len(schema.Examples) > 0:
		return schema.Examples[0]
	case schema.Type == huma.TypeArray:
		if item := exampleOf(schemas, schema.Items); item != nil {
			return []any{item}
		}
	case schema.Type == huma.TypeObject:
		object := map[string]any{}
		for name, property := range schema.Properties {
			if value := exampleOf(schemas, property); value != nil {
				object[name] = value
			} else if slices.Contains(schema.Required, name) {
				return nil
			}
		}
		return object
	}
	return nil
}
