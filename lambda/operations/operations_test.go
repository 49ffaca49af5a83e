package operations_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"

	"retoolapi/lambda/api"
	"retoolapi/lambda/api/apitest"
	"retoolapi/lambda/operations"
)

// register declares the operations with stores that always hold what the examples in
// the OpenAPI description name.
func register(a huma.API) {
	var stores operations.Stores
	stores.Items = exampleItems{}
	stores.Register(a)
}

func TestTheRulesOfAllOperations(t *testing.T) { apitest.TestOperations(t, register) }

func FuzzEvent(f *testing.F) { apitest.FuzzEvent(f, register) }

func FuzzRequest(f *testing.F) { apitest.FuzzRequest(f, register) }

func TestTheOpenAPIFileIsCurrent(t *testing.T) {
	file, err := os.ReadFile("../../openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	current, err := api.OpenAPI(operations.Stores{}.Register, "")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(current), "\n"), strings.Split(string(file), "\n")); diff != "" {
		t.Errorf("openapi.yaml is out of date: run make generate (-operations +file):\n%s", diff)
	}
}

func TestTheOpenAPIFileOfAStageDiffersOnlyInItsServer(t *testing.T) {
	file, err := os.ReadFile("../../openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	ofStage, err := api.OpenAPI(operations.Stores{}.Register, "https://abc123.execute-api.eu-west-1.amazonaws.com")
	if err != nil {
		t.Fatal(err)
	}
	servers := regexp.MustCompile(`(?m)^servers:\n(  .*\n)+`)
	want := servers.ReplaceAllString(string(file), "servers:\n  - url: https://abc123.execute-api.eu-west-1.amazonaws.com\n")
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(string(ofStage), "\n")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
