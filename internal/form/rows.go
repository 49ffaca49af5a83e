package form

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode/utf8"
)

// lineWidth is the most characters in a line of a remark.
const lineWidth = 80

// secretBelow is in the place of a refresh token, which has some two thousand
// characters: in its row it would tear the columns apart.
const secretBelow = "(below this list, on a line of its own)"

// writeFields aligns the fields in columns: label, key of a row, value. The remark
// on a field follows its row, and the secrets follow the last one.
func writeFields(w io.Writer, fields []Field) error {
	rows, err := alignedRows(fields)
	if err != nil {
		return err
	}
	for i, f := range fields {
		fmt.Fprint(w, rows[i])
		if f.Note != "" {
			writeNote(w, "      ", string(f.Note))
		}
		if f.Command != "" {
			fmt.Fprintf(w, "        %s\n", f.Command)
		}
	}
	for _, f := range fields {
		if f.HoldsSecret() {
			fmt.Fprintf(w, "\n  %s\n%s\n", f.name(), f.Value)
		}
	}
	return nil
}

// alignedRows returns the line of each field.
func alignedRows(fields []Field) ([]string, error) {
	var b strings.Builder
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, f := range fields {
		label, value := f.ID.Label, f.Value
		if f.ID.Row > 1 {
			label = "" // it is above
		}
		if f.HoldsSecret() {
			value = secretBelow
		}
		if f.IsRow() {
			value = f.ID.Key + "\t" + value
		}
		fmt.Fprintf(table, "  %s\t%s\n", label, value)
	}
	if err := table.Flush(); err != nil {
		return nil, err
	}
	return strings.SplitAfter(b.String(), "\n"), nil
}

// name is what tells a field from the others of its section.
func (f Field) name() string {
	if f.IsRow() {
		return f.ID.Key
	}
	return f.ID.Label
}

// writeNote writes a remark in lines that fit on a terminal. They are indented
// alike, so that the remark cannot be taken for a row.
func writeNote(w io.Writer, indent, note string) {
	prefix := indent + "· "
	line := prefix
	for _, word := range strings.Fields(note) {
		if line != prefix && utf8.RuneCountInString(line+word) > lineWidth {
			fmt.Fprintln(w, strings.TrimRight(line, " "))
			prefix = indent + "  "
			line = prefix
		}
		line += word + " "
	}
	fmt.Fprintln(w, strings.TrimRight(line, " "))
}
