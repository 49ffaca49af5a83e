package e2e

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReplaceTheItems removes the sample as the README says. Instead of all of
// `make test`, it runs the tests that need no local cloud and no browser.
func TestReplaceTheItems(t *testing.T) {
	t.Parallel()
	tr := newTree(t)
	// The tests of infra need the CDK CLI and a repository.
	modules, err := filepath.Abs("../node_modules")
	if err != nil {
		t.Fatal(err)
	}
	tr.must(t, "git init --quiet && ln -s '"+modules+"' node_modules")

	steps := regexp.MustCompile(`(?m)^\d+\. `).Split(readmeSection(t, tr.dir, "### Replace the items"), -1)[1:]
	if len(steps) > 5 {
		t.Errorf("there are %d steps, want five at most", len(steps))
	}
	for _, step := range steps {
		tr.deleteNamed(t, step)
		sentence, _, _ := strings.Cut(step, "\n")
		if command := regexp.MustCompile("`([^`]*)`").FindStringSubmatch(sentence); command != nil && command[1] != "make test" {
			tr.must(t, command[1])
		}
	}

	tr.must(t, "go build ./... && go vet ./...")
	tr.must(t, `go test $(go list ./... | grep -vE '/(e2e|scripts/local|internal/form/page)$')`)
	for what, command := range map[string]string{
		"go mod tidy would change": "go mod tidy -diff",
		"gofmt would change":       "gofmt -l e2e infra internal lambda scripts",
		"the README still names":   `grep -niE 'items?\b|createdBy|sample|dynamodb' README.md || true`,
		"left of the sample":       `grep -rnE '/items|TABLE_NAME|dynamodb:' lambda infra e2e openapi.yaml || true`,
	} {
		if found := tr.must(t, command); found != "" {
			t.Errorf("%s:\n%s", what, found)
		}
	}
}

// deleteNamed deletes what a step names in a table, each in its file: lines of
// code, and sections by their headings.
func (tr *tree) deleteNamed(t *testing.T, step string) {
	t.Helper()
	code := regexp.MustCompile("`([^`]*)`")
	for _, row := range regexp.MustCompile("(?m)^ *\\| (`.*) \\|$").FindAllStringSubmatch(step, -1) {
		named := code.FindAllStringSubmatch(row[1], -1)
		file := named[0][1]
		for _, span := range named[1:] {
			line := span[1]
			if strings.HasPrefix(line, "#") {
				section := "\n" + line + "\n" + readmeSection(t, tr.dir, line)
				tr.edit(t, file, func(source string) string { return strings.Replace(source, section, "", 1) })
				continue
			}
			tr.edit(t, file, func(source string) string {
				deleted := regexp.MustCompile(`(?m)^\t*` + strings.ReplaceAll(regexp.QuoteMeta(line), " ", " +") + `\n`)
				if count := len(deleted.FindAllString(source, -1)); count != 1 {
					t.Errorf("%s has the line %s %d times", file, line, count)
				}
				return deleted.ReplaceAllString(source, "")
			})
		}
	}
}
