package sheet

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// sheets are the resources whose every format is compared whole: the four modes
// as connect prints them, and one as sheet prints it without the token.
func sheets() map[string]Resource {
	all := map[string]Resource{}
	for name, options := range modes {
		all[name] = Build(testDeployment, options)
	}
	ends := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, name := range []string{"shared-nested", "shared-flat"} {
		r := all[name]
		r.Tokens.RefreshTokenEnds = &ends
		all[name] = r
	}
	all["without-token"] = Build(testDeployment, Options{SignIn: Shared, Request: Nested})
	return all
}

// formats are the ways to write a resource, except the page.
var formats = map[string]func(Resource, io.Writer) error{
	"json":     Resource.WriteJSON,
	"text":     Resource.WriteText,
	"markdown": Resource.WriteMarkdown,
}

func written(t *testing.T, r Resource, format string) string {
	t.Helper()
	var text strings.Builder
	if err := formats[format](r, &text); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func TestEachSheetInEachFormat(t *testing.T) {
	for name, resource := range sheets() {
		for format := range formats {
			t.Run(name+"."+format, func(t *testing.T) {
				golden(t, name+"."+format, []byte(written(t, resource, format)))
			})
		}
	}
}

// Every format holds every value to the letter: it is there to be copied.
func TestNoFormatChangesAValue(t *testing.T) {
	for name, resource := range sheets() {
		for _, format := range []string{"text", "markdown"} {
			text := written(t, resource, format)
			for _, section := range resource.Sections() {
				for _, field := range section.Fields {
					if !strings.Contains(text, field.Value) || !strings.Contains(text, field.Key) {
						t.Errorf("%s of %s lacks %s %s %s", format, name, field.Label, field.Key, field.Value)
					}
				}
			}
		}
	}
}

func TestMarkdownKeepsABarInsideItsCell(t *testing.T) {
	r := Build(testDeployment, sharedNested)
	r.Name = "a|b"
	if want := "| Name |  | `a\\|b` | Any name you like. |\n"; !strings.Contains(written(t, r, "markdown"), want) {
		t.Errorf("the table has no row %s", want)
	}
}

func TestAWrittenSheetIsReadBack(t *testing.T) {
	for name, want := range sheets() {
		got, err := ReadJSON(strings.NewReader(written(t, want, "json")))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestWhatIsNoSheetIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"":                          "it is not a sheet in JSON: EOF",
		"<html>":                    "it is not a sheet in JSON: invalid character '<' looking for beginning of value",
		`{"name":"x"`:               "it is not a sheet in JSON: unexpected EOF",
		`{"name":5}`:                "it is not a sheet in JSON: json: cannot unmarshal number into Go struct field Resource.name of type string",
		`{"url":"x"}`:               `it is not a sheet in JSON: json: unknown field "url"`,
		`{"steps":[{"auth":true}]}`: `it is not a sheet in JSON: json: unknown field "auth"`,
		`{"name":"x"}{"name":"y"}`:  "it is not a sheet in JSON: something follows the sheet",
		`{"name":"x"} and more`:     "it is not a sheet in JSON: something follows the sheet",
	} {
		got, err := ReadJSON(strings.NewReader(text))
		expectError(t, err, want)
		if diff := cmp.Diff(Resource{}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

// The refresh token is marked in the sections, so that a page can mask it;
// nothing else is.
func TestTheSecretOfASheetIsMarked(t *testing.T) {
	for name, want := range map[string][]string{
		"shared-nested":   {`{"REFRESH_TOKEN":"the-token"}`},
		"shared-flat":     {"the-token"},
		"per-user-nested": nil,
		"per-user-flat":   nil,
	} {
		var got []string
		for _, section := range Build(testDeployment, modes[name]).Sections() {
			for _, field := range section.Fields {
				if field.Secret {
					got = append(got, field.Value)
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestWritingToNowhereIsAnError(t *testing.T) {
	for format, write := range formats {
		if err := write(Build(testDeployment, sharedNested), failing{}); err != io.ErrShortWrite {
			t.Errorf("%s: %v", format, err)
		}
	}
}

// failing takes nothing.
type failing struct{ bytes.Buffer }

func (failing) Write([]byte) (int, error) { return 0, io.ErrShortWrite }
