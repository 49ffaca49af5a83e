// Package visible shows texts of others on a terminal: of servers, files and
// programs. A terminal obeys escape codes, and bidirectional and invisible
// characters change what a person reads.
//
// It changes when another kind of character turns out to do that.
package visible

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Text returns a text for one line, with Go's escapes in the place of the
// characters that are not shown as themselves: control and format characters, line
// breaks, and bytes that are no UTF-8. All other text stays as it is.
func Text(text string) string {
	var b strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		write(&b, r, text[:size])
		text = text[size:]
	}
	return b.String()
}

// write writes one character, encoded as in text.
func write(b *strings.Builder, r rune, encoded string) {
	switch {
	case r == utf8.RuneError && len(encoded) == 1:
		fmt.Fprintf(b, `\x%02x`, encoded[0])
	case hidden(r) && r < ' ':
		quoted := strconv.QuoteRuneToASCII(r)
		b.WriteString(quoted[1 : len(quoted)-1])
	case hidden(r):
		// As in JSON, which has none of the characters below a space: it may be
		// JSON that is written.
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(b, `\u%04x`, unit)
		}
	default:
		b.WriteString(encoded)
	}
}

// hidden reports whether a character is not shown as itself.
func hidden(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

// Writer returns a writer that hands texts of lines on to w as Text shows them,
// but for line breaks and tabs. It keeps a character that is written in two parts
// until it is whole.
func Writer(w io.Writer) io.Writer { return &writer{w: w} }

type writer struct {
	w    io.Writer
	part []byte // of a character
}

func (w *writer) Write(p []byte) (int, error) {
	data := append(w.part, p...)
	var b strings.Builder
	for len(data) > 0 && utf8.FullRune(data) {
		r, size := utf8.DecodeRune(data)
		if r == '\n' || r == '\t' {
			b.WriteRune(r)
		} else {
			write(&b, r, string(data[:size]))
		}
		data = data[size:]
	}
	w.part = append([]byte(nil), data...)
	if _, err := io.WriteString(w.w, b.String()); err != nil {
		return 0, err
	}
	return len(p), nil
}
