package form

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"retoolapi/internal/projecttest"
)

// forms are the forms that are compared with golden files: the four modes as
// connect prints them, and one without the token.
func forms() map[string]Form {
	all := map[string]Form{}
	for name, choices := range modes {
		all[name] = New(testDeployment, choices)
	}
	expires := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, name := range []string{"shared-nested", "shared-flat"} {
		r := all[name]
		r.Tokens.RefreshTokenExpires = &expires
		all[name] = r
	}
	all["without-password"] = New(testDeployment, Choices{SignIn: Password, User: "retool-password"})
	all["without-token"] = New(testDeployment, Choices{SignIn: Shared, Request: Nested})
	return all
}

// formats are the ways to write a form, except the page.
var formats = map[string]func(Form, io.Writer) error{
	"json":     Form.WriteJSON,
	"text":     Form.WriteText,
	"markdown": Form.WriteMarkdown,
}

func written(t *testing.T, f Form, format string) string {
	t.Helper()
	var text strings.Builder
	if err := formats[format](f, &text); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func TestEachFormInEachFormat(t *testing.T) {
	for name, f := range forms() {
		for format := range formats {
			t.Run(name+"."+format, func(t *testing.T) {
				projecttest.Golden(t, name+"."+format+".golden", written(t, f, format))
			})
		}
	}
}

// People copy the values from every format.
func TestNoFormatChangesAValue(t *testing.T) {
	for name, f := range forms() {
		for _, format := range []string{"text", "markdown"} {
			text := written(t, f, format)
			for _, section := range f.Sections() {
				for _, field := range section.Fields {
					if !strings.Contains(text, field.Value) || !strings.Contains(text, field.ID.Key) {
						t.Errorf("%s of %s lacks %s %s %s", format, name, field.ID.Label, field.ID.Key, field.Value)
					}
				}
			}
		}
	}
}

// A refresh token has some two thousand characters: a terminal wraps it. Notes are
// next to the row they belong to, and short lines keep their columns.
func TestNothingTearsTheRowsOfTheTextApart(t *testing.T) {
	for _, choices := range []Choices{sharedNested, sharedFlat} {
		choices.RefreshToken = strings.Repeat("0pAqUe", 300)
		for _, line := range strings.Split(written(t, New(testDeployment, choices), "text"), "\n") {
			switch {
			case strings.Contains(line, choices.RefreshToken):
				if strings.HasPrefix(line, " ") || strings.Contains(line, "  ") {
					t.Errorf("the token is in a row: %.60q", line)
				}
			case len([]rune(line)) > 100:
				t.Errorf("a line has %d characters: %s", len([]rune(line)), line)
			}
		}
	}
}

func TestANoteFollowsItsRow(t *testing.T) {
	for name, f := range forms() {
		lines := strings.Split(written(t, f, "text"), "\n")
		next := 0
		for _, section := range f.Sections() {
			for _, field := range section.Fields {
				next = lineWith(t, lines, next, field.name()) + 1
				if first, _, _ := strings.Cut(string(field.Note), " "); first != "" && !strings.HasPrefix(lines[next], "      · "+first) {
					t.Errorf("%s: after %s comes %q, not its note", name, field.ID, lines[next])
				}
			}
		}
	}
}

// lineWith returns the number of the first line from a place on with the text.
func lineWith(t *testing.T, lines []string, from int, text string) int {
	t.Helper()
	for i := from; i < len(lines); i++ {
		if strings.Contains(lines[i], text) {
			return i
		}
	}
	t.Fatalf("no line from %d on has %q", from, text)
	return 0
}

func TestMarkdownKeepsABarInsideItsCell(t *testing.T) {
	r := New(testDeployment, sharedNested)
	r.Name = "a|b"
	if want := "| Name |  | `a\\|b` | Any name you like. |\n"; !strings.Contains(written(t, r, "markdown"), want) {
		t.Errorf("the table has no row %s", want)
	}
}

func TestAWrittenFormIsReadBack(t *testing.T) {
	for name, want := range forms() {
		want.Commands = Commands{} // they are no part of the form
		got, err := ReadJSON(strings.NewReader(written(t, want, "json")))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestWhatIsNoFormIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"":                            "it is not a form in JSON: EOF",
		"<html>":                      "it is not a form in JSON: invalid character '<' looking for beginning of value",
		`{"name":"x"`:                 "it is not a form in JSON: unexpected EOF",
		`{"name":5}`:                  "it is not a form in JSON: name is a number, want string",
		`{"refresh":{"seconds":"5"}}`: "it is not a form in JSON: refresh.seconds is a string, want int",
		`{"url":"x"}`:                 `it is not a form in JSON: json: unknown field "url"`,
		`{"steps":[{"auth":true}]}`:   `it is not a form in JSON: json: unknown field "auth"`,
		`{"name":"x"}{"name":"y"}`:    "it is not a form in JSON: something follows the form",
		`{"name":"x"} and more`:       "it is not a form in JSON: something follows the form",
		"null":                        "it is not a form in JSON: it is null",
		"\ufeff{}":                    "it is not a form in JSON: it begins with a byte order mark: save it as UTF-8 without one",
		`{"name":"x","name":"x"}`:     "it is not a form in JSON: /name is there twice",
		`{"headers":[{"key":"a"},{"key":"b","value":"c","value":"d"}]}`: "it is not a form in JSON: /headers/1/value is there twice",
		`{"steps":[{"fields":[{"label":"a","label":"b"}]}]}`:            "it is not a form in JSON: /steps/0/fields/0/label is there twice",
		`{"name":"x","Name":"y"}`:                                       "it is not a form in JSON: /Name is not the name of a field: capital letters count",
		`{"BASEURL":"x"}`:                                               "it is not a form in JSON: /BASEURL is not the name of a field: capital letters count",
		`{"refresh":{"Seconds":5}}`:                                     "it is not a form in JSON: /refresh/Seconds is not the name of a field: capital letters count",
		`{"ſteps":[]}`:                                                  "it is not a form in JSON: /ſteps is not the name of a field: capital letters count",
		"{\"name\":\"\xff\"}":                                           "it is not a form in JSON: jsontext: invalid UTF-8 within \"/name\" after offset 9",
		`{"` + strings.Repeat("0pAqUe", 40) + `":"x"}`:                  `it is not a form in JSON: json: unknown field "…"`,
	} {
		got, err := ReadJSON(strings.NewReader(text))
		expectError(t, err, want)
		if diff := cmp.Diff(Form{}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

// The page masks the values that the sections mark: the refresh token, in both lists
// of steps, and nothing else.
func TestTheSecretOfAFormIsMarked(t *testing.T) {
	for name, want := range map[string][]string{
		"shared-nested":   {`{"REFRESH_TOKEN":"the-token"}`, `{"REFRESH_TOKEN":"the-token"}`},
		"shared-flat":     {"the-token", "the-token"},
		"per-user-nested": nil,
		"per-user-flat":   nil,
	} {
		var got []string
		for _, section := range New(testDeployment, modes[name]).Sections() {
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

func TestAFailedWriteIsAnError(t *testing.T) {
	for format, write := range formats {
		if err := write(New(testDeployment, sharedNested), failing{}); err != io.ErrShortWrite {
			t.Errorf("%s: %v", format, err)
		}
	}
}

// failing is a writer that always fails.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrShortWrite }
