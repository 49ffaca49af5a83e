package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestYourOwnOperation adds an operation as the README says.
func TestYourOwnOperation(t *testing.T) {
	t.Parallel()
	tr := newTree(t)
	section := readmeSection(t, tr.dir, "## Add your own operation")

	files := regexp.MustCompile("(?s)`(lambda/[^`]*\\.go)`:\n\n```go\n(.*?)```").FindAllStringSubmatch(section, -1)
	if len(files) != 2 {
		t.Fatalf("the section has %d files, want the operation and its test", len(files))
	}
	for _, file := range files {
		if err := os.WriteFile(filepath.Join(tr.dir, file[1]), []byte(file[2]), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	added := regexp.MustCompile("Add the line `([^`]*)` to `([^`]*)` in `([^`]*)`").FindStringSubmatch(section)
	if added == nil {
		t.Fatal("the section does not say where to register the operation")
	}
	tr.edit(t, added[3], func(source string) string {
		declaration := regexp.MustCompile(`func [^\n]*\b` + added[2] + `\([^\n]*\{\n`)
		return declaration.ReplaceAllString(source, "$0\t"+added[1]+"\n")
	})
	tr.must(t, "make generate")

	for _, generated := range []string{"openapi.yaml", "infra/testdata/dev.template.json"} {
		if text := tr.read(t, generated); !strings.Contains(text, "/greetings/{name}") {
			t.Errorf("%s does not have the operation", generated)
		}
	}
	tr.must(t, "go vet ./lambda/...")
	if output := tr.must(t, "go test -v ./lambda/operations"); !strings.Contains(output, "--- PASS: TestGreet ") {
		t.Errorf("the operation's test did not run:\n%s", output)
	}
	if unformatted := tr.must(t, "gofmt -l lambda"); unformatted != "" {
		t.Errorf("gofmt would change:\n%s", unformatted)
	}
}
