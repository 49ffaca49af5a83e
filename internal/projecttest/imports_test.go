package projecttest

import (
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// rule says which packages never import which others, also not through other
// packages. It does not hold for test files. The patterns are those of the go
// command: ./internal/form is a package, ./internal/... all packages in a folder.
type rule struct {
	who, never []string
	why        string
}

var cdk = []string{"github.com/aws/aws-cdk-go/...", "github.com/aws/constructs-go/...", "github.com/aws/jsii-runtime-go/..."}

var importRules = []rule{
	{
		who: []string{"./internal/form"}, never: []string{"./..."},
		why: "the form is data: what runs it, what shows it and the deployed stack know of it, and not the other way round",
	},
	{
		who: []string{"./internal/form/runner"}, never: []string{"./internal/form/page/..."},
		why: "what is run is the form, whatever a page shows of it",
	},
	{
		who: []string{"./internal/form/page"}, never: []string{"./internal/form/runner/..."},
		why: "what is shown is the form, whatever came of running it",
	},
	{
		who: []string{"./scripts/...", "./internal/..."}, never: cdk,
		why: "the CDK links 90 MB, and each command would take a minute to build",
	},
	{
		who: []string{"./infra/stage"}, never: cdk,
		why: "the commands import it, and the CDK links 90 MB",
	},
	{
		// So it also holds for the stores that take the place of the sample's.
		who: []string{"./infra/..."}, never: []string{"github.com/aws/aws-sdk-go-v2/..."},
		why: "the app reads which operations are declared; the function's stores, such as lambda/items/dynamo, are not its business",
	},
	{
		who: []string{"./lambda/..."}, never: []string{"./infra/...", "./scripts/...", "./internal/..."},
		why: "the function is small, starts fast, and does not depend on how it is deployed and connected",
	},
	{
		who: []string{"./lambda/api"}, never: []string{"./lambda/operations/..."},
		why: "the platform serves any operations: whoever replaces these changes nothing of it",
	},
	{
		who: []string{"./..."}, never: []string{"./internal/projecttest/...", "./lambda/api/apitest/..."},
		why: "it is for test files",
	},
}

func TestTheImportRulesHold(t *testing.T) {
	imports := importsOfTheProject(t)
	for _, rule := range importRules {
		t.Logf("%v never import %v", imports.matching(rule.who...), rule.never)
		for _, pattern := range slices.Concat(rule.who, rule.never) {
			if imports.matching(pattern) == nil {
				t.Errorf("a rule has the pattern %s, which matches no package", pattern)
			}
		}
		for _, violation := range rule.violations(imports) {
			t.Error(violation)
		}
	}
}

// graph maps packages to the packages that they import. The names of the project's
// packages begin with ./
type graph map[string][]string

func importsOfTheProject(t *testing.T) graph {
	t.Helper()
	list := exec.Command("go", "list", "-deps", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...")
	list.Dir = Root(t)
	output, err := list.Output()
	if err != nil {
		t.Fatalf("%v: %v", list.Args, err)
	}
	imports := graph{}
	for line := range strings.Lines(string(output)) {
		names := strings.Fields(line)
		for i, name := range names {
			if own, ok := strings.CutPrefix(name, "retoolapi/"); ok {
				names[i] = "./" + own
			}
		}
		imports[names[0]] = names[1:]
	}
	return imports
}

// violations says by what imports packages break the rule.
func (r rule) violations(imports graph) []string {
	var found []string
	for _, name := range imports.matching(r.who...) {
		if chain := imports.chain(name, r.never); chain != nil {
			found = append(found, fmt.Sprintf("%s, which must not be: %s", strings.Join(chain, " imports "), r.why))
		}
	}
	return found
}

// matching returns the packages that match one of the patterns, in order.
func (g graph) matching(patterns ...string) []string {
	var found []string
	for name := range g {
		if matches(name, patterns) {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return found
}

// chain returns the shortest chain of imports from a package to one that matches
// one of the patterns.
func (g graph) chain(from string, to []string) []string {
	chains, seen := [][]string{{from}}, map[string]bool{from: true}
	for len(chains) > 0 {
		chain := chains[0]
		chains = chains[1:]
		for _, next := range g[chain[len(chain)-1]] {
			longer := append(slices.Clone(chain), next)
			if matches(next, to) {
				return longer
			}
			if !seen[next] {
				seen[next] = true
				chains = append(chains, longer)
			}
		}
	}
	return nil
}

func matches(name string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		folder, all := strings.CutSuffix(pattern, "/...")
		return name == folder || all && strings.HasPrefix(name, folder+"/")
	})
}

func TestAViolationOfAnImportRuleIsFound(t *testing.T) {
	imports := graph{
		"./a":            {"./b", "std"},
		"./b":            {"./c/deep"},
		"./c/deep":       {"std"},
		"./lonely":       {"./cde"},
		"./cde":          nil,
		"std":            {"internal/a"},
		"internal/a":     nil,
		"example.com/a":  {"example.com/bc"},
		"example.com/bc": nil,
	}
	for _, test := range []struct {
		name string
		rule rule
		want []string
	}{
		{"directly", rule{who: []string{"./b"}, never: []string{"./c/deep"}, why: "Y."},
			[]string{"./b imports ./c/deep, which must not be: Y."}},
		{"through another package", rule{who: []string{"./a"}, never: []string{"./c/..."}, why: "Y."},
			[]string{"./a imports ./b imports ./c/deep, which must not be: Y."}},
		{"each of a folder", rule{who: []string{"./..."}, never: []string{"./c/..."}, why: "Y."},
			[]string{"./a imports ./b imports ./c/deep, which must not be: Y.", "./b imports ./c/deep, which must not be: Y."}},
		{"another module's", rule{who: []string{"example.com/a"}, never: []string{"./b", "example.com/bc"}, why: "Y."},
			[]string{"example.com/a imports example.com/bc, which must not be: Y."}},
		{"none", rule{who: []string{"./lonely"}, never: []string{"./c/...", "./a"}}, nil},
		{"the standard library's package of the same name", rule{who: []string{"./c/deep"}, never: []string{"./internal/..."}}, nil},
		{"a package that does not exist", rule{who: []string{"./d"}, never: []string{"./..."}}, nil},
	} {
		if diff := cmp.Diff(test.want, test.rule.violations(imports)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}
