package projecttest

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// documents are the documents that tell a person where to look. Each path and each
// function that they name in backquotes must exist: a path from the folder of the
// project (infra/stack.go, infra/), and a function (main(), Stack.addGateway(),
// TestOutputs) of a Go file or folder that the same line names.
//
// The README is not among them, because it names files that its reader creates.
var documents = []string{"ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"}

func TestWhatTheDocumentsNameExists(t *testing.T) {
	root := Root(t)
	for _, document := range documents {
		text, err := os.ReadFile(filepath.Join(root, document))
		if err != nil {
			t.Error(err)
			continue
		}
		missing, found := missing(root, string(text))
		for _, fault := range missing {
			t.Errorf("%s:%s", document, fault)
		}
		if found == 0 {
			t.Errorf("%s names nothing, or the test does not find the names any more", document)
		}
	}
}

func TestEveryPackageHasALineInTheArchitecture(t *testing.T) {
	root := Root(t)
	text, err := os.ReadFile(filepath.Join(root, "ARCHITECTURE.md"))
	if err != nil {
		t.Fatal(err)
	}
	packages := map[string]bool{}
	for _, name := range list(t, root) {
		if strings.HasSuffix(name, ".go") && exists(filepath.Join(root, name)) {
			packages[path.Dir(name)] = true
		}
	}
	for name := range packages {
		if !strings.Contains(string(text), "| `"+name+"/` |") {
			t.Errorf("ARCHITECTURE.md, “The tree”, has no line for %s/: say what it is and who changes it", name)
		}
	}
}

var (
	codeSpan     = regexp.MustCompile("`([^`]+)`")
	pathSpan     = regexp.MustCompile(`^\.?[\w-]+(\.[\w-]+)*(/\.?[\w-]+(\.[\w-]+)*)*/?$`)
	fileSpan     = regexp.MustCompile(`^(Makefile|LICENSE|\.?[\w-]+\.(css|go|html|in|js|json|md|mod|py|sh|sum|txt|ya?ml))$`)
	functionSpan = regexp.MustCompile(`^(?:(\w+)\.)?(?:(\w+)\(\)|(Test\w+|Fuzz\w+))$`)
)

// ofTheSample matches paths that are gone once the items are replaced, as the
// README describes. Lines with such paths are not checked then.
var ofTheSample = regexp.MustCompile("`(lambda/items/|lambda/operations/items|infra/storage)")

// created are the folders that only the commands create.
var created = []string{".local", ".retool", "cdk.out", "node_modules"}

// missing returns the names in a text that do not exist in the folder, each with
// its line. found is the number of all names.
func missing(root, text string) (faults []string, found int) {
	number, fenced, replaced := 0, false, !exists(filepath.Join(root, "lambda/items"))
	for line := range strings.Lines(text) {
		number++
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			fenced = !fenced
		}
		if fenced || replaced && ofTheSample.MatchString(line) {
			continue
		}
		var sources []string
		for _, span := range codeSpan.FindAllStringSubmatch(line, -1) {
			if name := span[1]; isPath(name) {
				found++
				sources = append(sources, name)
				if !exists(filepath.Join(root, name)) {
					faults = append(faults, fmt.Sprintf("%d: there is no %s", number, name))
				}
			}
		}
		for _, span := range codeSpan.FindAllStringSubmatch(line, -1) {
			if name := functionSpan.FindStringSubmatch(span[1]); name != nil {
				found++
				if !declares(root, sources, name[1], name[2]+name[3]) {
					faults = append(faults, fmt.Sprintf("%d: no Go file that this line names declares %s: %v", number, span[1], sources))
				}
			}
		}
	}
	return faults, found
}

func isPath(span string) bool {
	first, _, _ := strings.Cut(span, "/")
	return fileSpan.MatchString(span) || strings.Contains(span, "/") && pathSpan.MatchString(span) && !slices.Contains(created, first)
}

// declares reports whether one of the Go files, or a Go file of one of the folders,
// declares a function or, with a receiver, a method.
func declares(root string, sources []string, receiver, name string) bool {
	declaration := regexp.MustCompile(`(?m)^func (\(.*?\) )?` + name + `[(\[]`)
	if receiver != "" {
		declaration = regexp.MustCompile(`(?m)^func \((\w+ )?\*?` + receiver + `(\[.*?\])?\) ` + name + `\(`)
	}
	for _, source := range sources {
		files := []string{filepath.Join(root, source)}
		if !strings.HasSuffix(source, ".go") {
			files, _ = filepath.Glob(filepath.Join(root, source, "*.go"))
		}
		for _, file := range files {
			if text, err := os.ReadFile(file); err == nil && declaration.Match(text) {
				return true
			}
		}
	}
	return false
}

func TestANameThatDoesNotExistIsFound(t *testing.T) {
	root := t.TempDir()
	WriteFile(t, filepath.Join(root, "part/run.go"), "package part\n\nfunc Run() {}\n\nfunc (p *Part) Stop() {}\n\nfunc Of[T any](t T) {}\n")
	WriteFile(t, filepath.Join(root, "go.mod"), "module part\n")
	WriteFile(t, filepath.Join(root, "lambda/items/items.go"), "package items\n")
	for text, want := range map[string][]string{
		"`part/` and `part/run.go`, as `go.mod` says":        nil,
		"`Run()`, `Part.Stop()` and `Of()` in `part/run.go`": nil,
		"`Stop()` in `part/`":                                nil,
		"`make test`, `/me`, `./...`":                        nil,
		"`part.Run`, `Run`, `dev`, `a b`":                    nil,
		"`.retool/dev.html`":                                 nil,
		"```\n`part/walk.go`\n```":                           nil,
		"part/walk.go":                                       nil,
		"one\n`part/walk.go`":                                {"2: there is no part/walk.go"},
		"`go.sum`, `parts/`":                                 {"1: there is no go.sum", "1: there is no parts/"},
		"`.part/run`":                                        {"1: there is no .part/run"},
		"`Walk()` in `part/run.go`":                          {"1: no Go file that this line names declares Walk(): [part/run.go]"},
		"`Run()` without a file":                             {"1: no Go file that this line names declares Run(): []"},
		"`Run()` in `go.mod`":                                {"1: no Go file that this line names declares Run(): [go.mod]"},
		"`Part.Run()` in `part/`":                            {"1: no Go file that this line names declares Part.Run(): [part/]"},
		"`TestRun` in `part/`":                               {"1: no Go file that this line names declares TestRun: [part/]"},
	} {
		got, _ := missing(root, text)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}

	const text = "`Create()` in `lambda/items/store.go`\n`go.sum`\n"
	for _, want := range [][]string{
		{"1: there is no lambda/items/store.go", "1: no Go file that this line names declares Create(): [lambda/items/store.go]", "2: there is no go.sum"},
		{"2: there is no go.sum"}, // without the sample
	} {
		if got, _ := missing(root, text); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
		if err := os.RemoveAll(filepath.Join(root, "lambda/items")); err != nil {
			t.Fatal(err)
		}
	}
}
