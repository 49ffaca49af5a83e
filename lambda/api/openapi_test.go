package api_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"retoolapi/internal/projecttest"
	"retoolapi/lambda/api"
)

func TestTheOpenAPIFileIsCurrent(t *testing.T) {
	file, err := os.ReadFile(filepath.Join(projecttest.Root(t), "openapi.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	current, err := api.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(current), "\n"), strings.Split(string(file), "\n")); diff != "" {
		t.Errorf("openapi.yaml is out of date: run go run ./scripts/openapi > openapi.yaml (-operations +file):\n%s", diff)
	}
}

func TestTheOpenAPIDocumentIsValid(t *testing.T) {
	document := loadDocument(t)
	if err := document.Validate(t.Context(), openapi3.EnableExamplesValidation(), openapi3.EnableSchemaFormatValidation(), openapi3.EnableSchemaPatternValidation()); err != nil {
		t.Error(err)
	}
	if document.OpenAPI != "3.0.3" {
		t.Errorf("it is of version %s", document.OpenAPI)
	}
}

func TestEveryOperationIsDescribedWhole(t *testing.T) {
	document := loadDocument(t)
	scheme := document.Components.SecuritySchemes["accessToken"]
	if scheme == nil || scheme.Value.Type != "http" || scheme.Value.Scheme != "bearer" || scheme.Value.BearerFormat != "JWT" {
		t.Errorf("accessToken is not a bearer JWT: %+v", scheme)
	}
	if diff := cmp.Diff(openapi3.SecurityRequirements{{"accessToken": {}}}, document.Security); diff != "" {
		t.Errorf("security (-want +got):\n%s", diff)
	}
	for _, declared := range api.Operations() {
		t.Run(declared.ID, func(t *testing.T) {
			op := document.Paths.Find(declared.Path).GetOperation(declared.Method)
			if op.Summary == "" || op.Description == "" {
				t.Error("it has no Summary or no Description")
			}
			if op.Security != nil {
				t.Error("it has its own Security: the gateway asks every operation's caller for an access token")
			}
			for _, p := range op.Parameters {
				if p.Value.Description == "" || p.Value.Schema.Value.Example == nil {
					t.Errorf("the parameter %s lacks the tag doc or example", p.Value.Name)
				}
			}
			if op.RequestBody != nil && op.RequestBody.Value.Content["application/json"].Example == nil {
				t.Error("its body has no example: give every property the tag example")
			}
			success := false
			for status, response := range op.Responses.Map() {
				success = success || strings.HasPrefix(status, "2")
				for _, content := range response.Value.Content {
					if content.Example == nil {
						t.Errorf("its answer %s has no example: give every property the tag example", status)
					}
				}
			}
			if !success {
				t.Error("it has no answer for success")
			}
			for _, status := range []string{"400", "401", "403", "422", "429", "500"} {
				if op.Responses.Value(status) == nil {
					t.Errorf("its answer %s is missing", status)
				}
			}
		})
	}
}
