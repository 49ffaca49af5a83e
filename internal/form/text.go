package form

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// Where is how to get to the form in Retool.
const Where = "Retool › Resources › Create New › Resource › REST API"

// WriteText writes the form for a terminal.
func (f Form) WriteText(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintln(&b, Where)
	for _, section := range f.Sections() {
		fmt.Fprintf(&b, "\n%s\n", section.Title())
		if section.Note != "" {
			writeNote(&b, "  ", string(section.Note))
		}
		if err := writeFields(&b, section.Fields); err != nil {
			return err
		}
	}
	fmt.Fprintf(&b, "\n%s\n", f.validity())
	if f.LacksSecret() {
		fmt.Fprintf(&b, "%s\n  %s\n", f.lacks(), f.Commands.Connect)
	}
	fmt.Fprintf(&b, "\n%s\n", WayTitle)
	writeNote(&b, "  ", string(f.Way().Note))
	fmt.Fprintf(&b, "\n%s\n", OtherWaysTitle)
	for _, way := range f.OtherWays() {
		writeNote(&b, "  ", string(way.Note))
		fmt.Fprintf(&b, "      %s\n", way.Command)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// lacks says which secret is not in the form.
func (f Form) lacks() string {
	if f.SignIn() == Password {
		return "The password is not in this form. This command sets another one and prints the form with it:"
	}
	return "The refresh token is not in this form. This command issues one and prints the form with it:"
}

// validity says how long the tokens and the password are valid.
func (f Form) validity() string {
	text := fmt.Sprintf("An access token is valid for %d minutes", f.Tokens.AccessTokenMinutes)
	if f.SignIn() == Password {
		return text + ". The password does not expire."
	}
	text += fmt.Sprintf(", a refresh token for %d days.", f.Tokens.RefreshTokenDays)
	if expires := f.Tokens.RefreshTokenExpires; expires != nil {
		text += fmt.Sprintf(" The one above expires on %s: connect again before then.", Day(*expires))
	}
	return text
}

// WriteMarkdown writes the form as a document.
func (f Form) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n", f.Name, Where)
	for _, section := range f.Sections() {
		fmt.Fprintf(&b, "\n## %s\n", section.Title())
		if section.Note != "" {
			fmt.Fprintf(&b, "\n%s\n", section.Note)
		}
		if len(section.Fields) > 0 {
			fmt.Fprint(&b, "\n| Field | Key | Value | Note |\n|---|---|---|---|\n")
		}
		for _, f := range section.Fields {
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", f.ID.Label, code(f.ID.Key), code(f.Value), strings.TrimSpace(cell(string(f.Note))+" "+code(f.Command)))
		}
	}
	fmt.Fprintf(&b, "\n%s\n", f.validity())
	if f.LacksSecret() {
		fmt.Fprintf(&b, "\n%s\n\n```\n%s\n```\n", f.lacks(), f.Commands.Connect)
	}
	fmt.Fprintf(&b, "\n## %s\n\n%s\n\n## %s\n\n", WayTitle, f.Way().Note, OtherWaysTitle)
	for _, way := range f.OtherWays() {
		fmt.Fprintf(&b, "- %s %s\n", way.Note, code(way.Command))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// code returns a value of a table as code, so that it is shown exactly.
func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + cell(text) + "`"
}

func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// WriteJSON writes the form as data.
func (f Form) WriteJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(f)
}

// ReadJSON reads a form that WriteJSON wrote. It refuses what a form does not
// have, and what would not be read as it is written.
func ReadJSON(r io.Reader) (Form, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return Form{}, err
	}
	f, err := readExactly(data)
	if err != nil {
		// A token may be in the place of a key.
		return Form{}, errors.New("it is not a form in JSON: " + WithoutSecrets(err.Error()))
	}
	return *f, nil
}

func readExactly(data []byte) (*Form, error) {
	if bytes.HasPrefix(data, []byte("\ufeff")) {
		return nil, errors.New("it begins with a byte order mark: save it as UTF-8 without one")
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	var f *Form
	err := decoder.Decode(&f)
	if fault, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return nil, fmt.Errorf("%s is a %s, want %s", fault.Field, fault.Value, fault.Type.Kind()) // its text depends on the version of Go
	}
	if err != nil {
		return nil, err
	}
	if f == nil {
		return nil, errors.New("it is null")
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, errors.New("something follows the form")
	}
	return f, checkExact[Form](data)
}

// Day returns a date for people. Whatever shows one uses it, so that a person can
// compare what the form, its page and a command say.
func Day(t time.Time) string { return t.UTC().Format("2 January 2006") }

// Moment returns a point in time for people, to the minute.
func Moment(t time.Time) string { return Day(t) + t.UTC().Format(", 15:04 UTC") }
