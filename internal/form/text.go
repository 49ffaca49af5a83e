package sheet

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// where is how to get to the form.
const where = "Retool › Resources › Create New › Resource › REST API"

// WriteText writes the sheet for a terminal.
func (r Resource) WriteText(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintln(&b, where)
	for _, section := range r.Sections() {
		fmt.Fprintf(&b, "\n%s\n", section.Title)
		if section.Note != "" {
			fmt.Fprintf(&b, "  · %s\n", section.Note)
		}
		if err := writeFields(&b, section.Fields); err != nil {
			return err
		}
	}
	fmt.Fprintf(&b, "\n%s\n", r.Tokens)
	_, err := io.WriteString(w, b.String())
	return err
}

// writeFields aligns the fields in columns: label, key of a row, value.
func writeFields(w io.Writer, fields []Field) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for i, f := range fields {
		label := f.Label
		if f.Key != "" && i > 0 && fields[i-1].Label == label {
			label = "" // a further row of the same table
		}
		value := f.Value
		if f.Key != "" {
			value = f.Key + "\t" + f.Value
		}
		fmt.Fprintf(table, "  %s\t%s\n", label, value)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, f := range fields {
		if f.Note == "" {
			continue
		}
		name := f.Label
		if f.Key != "" {
			name = f.Key
		}
		fmt.Fprintf(w, "  · %s: %s\n", name, f.Note)
	}
	return nil
}

// String says how long the tokens live.
func (t Tokens) String() string {
	text := fmt.Sprintf("An access token lives %d minutes, a refresh token %d days.", t.AccessTokenMinutes, t.RefreshTokenDays)
	if t.RefreshTokenEnds != nil {
		text += fmt.Sprintf(" The one above ends on %s: connect again before.", day(*t.RefreshTokenEnds))
	}
	return text
}

// WriteMarkdown writes the sheet as a document.
func (r Resource) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n", r.Name, where)
	for _, section := range r.Sections() {
		fmt.Fprintf(&b, "\n## %s\n", section.Title)
		if section.Note != "" {
			fmt.Fprintf(&b, "\n%s\n", section.Note)
		}
		if len(section.Fields) > 0 {
			fmt.Fprint(&b, "\n| Field | Key | Value | Note |\n|---|---|---|---|\n")
		}
		for _, f := range section.Fields {
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", f.Label, code(f.Key), code(f.Value), cell(string(f.Note)))
		}
	}
	fmt.Fprintf(&b, "\n%s\n", r.Tokens)
	_, err := io.WriteString(w, b.String())
	return err
}

// code writes a value of a table as code, so that it is shown to the letter.
func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + cell(text) + "`"
}

func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// WriteJSON writes the resource itself.
func (r Resource) WriteJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(r)
}

// ReadJSON reads a resource that WriteJSON wrote. It refuses what a resource
// does not have.
func ReadJSON(r io.Reader) (Resource, error) {
	decoder := json.NewDecoder(r)
	decoder.DisallowUnknownFields()
	var resource Resource
	if err := decoder.Decode(&resource); err != nil {
		return Resource{}, fmt.Errorf("it is not a sheet in JSON: %w", err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return Resource{}, errors.New("it is not a sheet in JSON: something follows the sheet")
	}
	return resource, nil
}
