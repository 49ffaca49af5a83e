package form

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
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

// A Retool with a second list of steps needs the same ones in it; with one list they
// are optional, and a refresh workflow with its own steps never is.
func TestTheStepsAreGivenAgainForASecondList(t *testing.T) {
	for name, choices := range modes {
		f := New(testDeployment, choices)
		var steps, again, own []Section
		for _, section := range f.Sections() {
			switch {
			case strings.HasPrefix(section.ID.Section, string(AuthWorkflow)):
				steps = append(steps, section)
			case section.Again:
				again = append(again, section)
			case section.Query:
				// no step
			case section.Kind != "":
				own = append(own, section)
			}
		}
		if f.Refresh.Same {
			if diff := cmp.Diff(typedInto(steps), typedInto(again)); diff != "" || own != nil {
				t.Errorf("%s: the first list (-) and the second (+), besides %v:\n%s", name, own, diff)
			}
		} else if again != nil || len(own) != len(f.Refresh.Steps) {
			t.Errorf("%s: optional are %v, needed are %v", name, again, own)
		}
		for _, section := range append(again, own...) {
			for _, field := range section.Fields {
				if !strings.HasPrefix(field.ID.String(), "Refresh auth workflow, step ") || strings.Contains(string(field.Note), "“Test auth") {
					t.Errorf("%s: %s: %s", name, field.ID, field.Note)
				}
			}
		}
	}
}

// typedInto returns what is typed into the inputs of steps, and what is masked.
func typedInto(steps []Section) [][]any {
	var all [][]any
	for _, section := range steps {
		for _, f := range section.Fields {
			all = append(all, []any{section.Kind, f.ID.Label, f.ID.Row, f.ID.Key, f.Value, f.Secret, f.Choice})
		}
	}
	return all
}

// The tests of the translations use these lists.
func TestTheListsOfNotesAndProofsAreComplete(t *testing.T) {
	notes := slices.Concat(constants(t, "layout.go", "Note"), constants(t, "query.go", "Note"))
	slices.Sort(notes)
	proofs := constants(t, "proof.go", "ProofName")
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
