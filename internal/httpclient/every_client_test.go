package httpclient

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"retoolapi/internal/projecttest"
)

// clients are the files that may create a client without New, each with the test
// that its client follows no redirect.
var clients = map[string]string{
	"internal/httpclient/httpclient.go": "TestNoRedirectIsFollowed",
	"internal/deployed/stack.go":        "TestNoCredentialsAreObtainedByARedirect",
	"lambda/items/dynamo/client.go":     "TestARedirectIsNotFollowed",
}

// TestEveryClientOfTheProjectFollowsNoRedirect reads every Go file that is not a
// test. It also reads the end-to-end tests, because they send tokens.
func TestEveryClientOfTheProjectFollowsNoRedirect(t *testing.T) {
	found := map[string][]string{}
	root := os.DirFS(projecttest.Root(t))
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "node_modules"):
			return fs.SkipDir
		case path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") && !strings.HasPrefix(name, "e2e/"):
			return nil
		}
		source, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		if faults, err := followers(name, source); err != nil {
			return err
		} else if faults != nil {
			found[name] = faults
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range clients {
		if found[name] == nil {
			t.Errorf("%s creates no client any more: remove it from the list (%s)", name, test)
		}
		delete(found, name)
	}
	for name, faults := range found {
		t.Errorf("%s:%s", name, strings.Join(faults, "\n"))
	}
}

// followers returns the places in a Go file that create or use an HTTP client
// that may follow redirects.
func followers(name string, source []byte) ([]string, error) {
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, name, source, 0)
	if err != nil {
		return nil, err
	}
	imports := importsOf(parsed)
	var found []string
	fault := func(at ast.Node, text string) {
		found = append(found, fmt.Sprintf("%d: %s", files.Position(at.Pos()).Line, text))
	}
	seen := map[ast.Node]bool{} // as the type of a pointer or of a literal
	ast.Inspect(parsed, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.StarExpr:
			seen[node.X] = true
		case *ast.CompositeLit:
			name := imports.name(node.Type)
			if field := requiredField(name); field != "" {
				seen[node.Type] = true
				if !sets(node, field) {
					fault(node, name+" without "+field+" may follow redirects: use httpclient.New")
				}
			}
		case *ast.SelectorExpr:
			if name := imports.name(node); slices.Contains(followersByName, name) && !seen[node] {
				fault(node, name+" may follow redirects: use httpclient.New")
			}
		}
		return true
	})
	return found, nil
}

const (
	web = "net/http."
	sdk = "github.com/aws/aws-sdk-go-v2/"
)

// followersByName are clients that follow redirects, and what creates or uses
// one.
var followersByName = []string{
	web + "Client", web + "DefaultClient", web + "Get", web + "Head", web + "Post", web + "PostForm",
	sdk + "aws.NewConfig", sdk + "config.LoadDefaultConfig", sdk + "aws/transport/http.NewBuildableClient",
}

// requiredField returns the field without which a value of the type follows
// redirects, or "" for other types.
func requiredField(name string) string {
	switch {
	case name == web+"Client":
		return "CheckRedirect"
	case name == sdk+"aws.Config", strings.HasPrefix(name, sdk+"service/") && strings.HasSuffix(name, ".Options"):
		return "HTTPClient"
	}
	return ""
}

// sets reports whether a literal sets a field.
func sets(literal *ast.CompositeLit, field string) bool {
	return slices.ContainsFunc(literal.Elts, func(element ast.Expr) bool {
		pair, ok := element.(*ast.KeyValueExpr)
		if !ok {
			return false
		}
		key, ok := pair.Key.(*ast.Ident)
		return ok && key.Name == field
	})
}

// imported maps the names of a file's imports to their paths.
type imported map[string]string

func importsOf(file *ast.File) imported {
	all := imported{}
	for _, spec := range file.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		name := path[strings.LastIndex(path, "/")+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		all[name] = path
	}
	return all
}

// name returns what an expression such as http.Client refers to, with the path
// of its package, or "".
func (i imported) name(expression ast.Expr) string {
	selector, ok := expression.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	if name, ok := selector.X.(*ast.Ident); ok && i[name.Name] != "" {
		return i[name.Name] + "." + selector.Sel.Name
	}
	return ""
}

func TestAClientThatMayFollowRedirectsIsFound(t *testing.T) {
	const imports = `package p
import "net/http"
import web "net/http"
import "github.com/aws/aws-sdk-go-v2/aws"
import "github.com/aws/aws-sdk-go-v2/config"
import "github.com/aws/aws-sdk-go-v2/service/dynamodb"
import awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
import "retoolapi/internal/httpclient"
`
	for code, faults := range map[string]int{
		`var c = http.Client{}`:                                            1,
		`var c = &http.Client{Timeout: 1}`:                                 1,
		`var c = &web.Client{Timeout: 1}`:                                  1,
		`var c = new(http.Client)`:                                         1,
		`var c http.Client`:                                                1,
		`type t struct { http.Client }`:                                    1,
		`var c = []http.Client{{}}`:                                        1,
		`var c = http.DefaultClient`:                                       1,
		`var r, err = http.Get("")`:                                        1,
		`var get = http.Get`:                                               1,
		`var r, err = http.Post("", "", nil)`:                              1,
		`var r, err = http.PostForm("", nil)`:                              1,
		`var r, err = http.Head("")`:                                       1,
		`var c = aws.Config{Region: "x"}`:                                  1,
		`var c = aws.NewConfig()`:                                          1,
		`var c, err = config.LoadDefaultConfig(ctx)`:                       1,
		`var c = dynamodb.New(dynamodb.Options{Region: "x"})`:              1,
		`var c = awshttp.NewBuildableClient()`:                             1,
		`var c = &http.Client{CheckRedirect: f}; var d = http.Client{}`:    1,
		`var c = &http.Client{CheckRedirect: f}`:                           0,
		`var c = &http.Client{Transport: http.Client{}, CheckRedirect: f}`: 1,
		`var c = httpclient.New(http.DefaultTransport, 1)`:                 0,
		`type t struct { c *http.Client }`:                                 0,
		`func f(c *http.Client) {}`:                                        0,
		`var c = aws.Config{HTTPClient: c}`:                                0,
		`func f(cfg aws.Config) {}`:                                        0,
		`var c = dynamodb.Options{HTTPClient: c}`:                          0,
		`var h = http.Header{}`:                                            0,
		`var c = other.Client{}`:                                           0,
	} {
		found, err := followers("p.go", []byte(imports+code))
		if err != nil {
			t.Errorf("%s: %v", code, err)
		}
		if diff := cmp.Diff(faults, len(found)); diff != "" {
			t.Errorf("%s: %q (-want +got):\n%s", code, found, diff)
		}
	}
}
