package form

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Retool's own guide creates the resource before the authentication is chosen.
func TestTheAuthenticationIsChosenAfterTheResourceIsCreated(t *testing.T) {
	for name, choices := range modes {
		sections := New(testDeployment, choices).Sections()
		var before []string
		for _, field := range sections[0].Fields {
			before = append(before, field.ID.Label)
		}
		if diff := cmp.Diff([]string{LabelName, LabelBaseURL, LabelHeaders}, before); diff != "" {
			t.Errorf("%s: before the resource is created (-want +got):\n%s", name, diff)
		}
		created := sections[1]
		if created.ID != CreateSection || len(created.Fields) != 1 || created.Fields[0].ID != ResourceSection.Input(LabelAuthentication) {
			t.Errorf("%s: then comes %v", name, created)
		}
	}
}

// The tests of the translations use these lists.
func TestTheListsOfNotesAndProofsAreComplete(t *testing.T) {
	notes, proofs := constants(t, "layout.go", "Note"), constants(t, "proof.go", "ProofName")
	var listed, proven []string
	for _, note := range Notes {
		listed = append(listed, string(note))
	}
	for _, name := range ProofNames {
		proven = append(proven, string(name))
	}
	slices.Sort(listed)
	slices.Sort(proven)
	if diff := cmp.Diff(notes, listed); diff != "" {
		t.Errorf("notes (-declared +listed):\n%s", diff)
	}
	if diff := cmp.Diff(proofs, proven); diff != "" {
		t.Errorf("proofs (-declared +listed):\n%s", diff)
	}
}

// constants returns the sorted values of a file's constants of a type.
func constants(t *testing.T, path, kind string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if declared, ok := spec.Type.(*ast.Ident); ok && declared.Name == kind {
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			values = append(values, value)
		}
		return true
	})
	if len(values) == 0 {
		t.Fatalf("%s declares no %s", path, kind)
	}
	slices.Sort(values)
	return values
}
