package visible

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestWhatATerminalWouldObeyIsShown(t *testing.T) {
	for text, want := range map[string]string{
		"": "",
		"Ana wrote “ciao” – 日本語 🙂 é": "Ana wrote “ciao” – 日本語 🙂 é",
		"\x1b[2Jgone":               `\x1b[2Jgone`,
		"\x1b]8;;http://x\a":        `\x1b]8;;http://x\a`,
		"ok\r":                      `ok\r`,
		"a\nok    forged":           `a\nok    forged`,
		"a\tb":                      `a\tb`,
		"\x00\x7f":                  `\x00\u007f`,
		"\u009b31m":                 `\u009b31m`,
		"user\u202etxt.exe":         `user\u202etxt.exe`,
		"\u2066a\u2069\u200f\u061c": `\u2066a\u2069\u200f\u061c`,
		"a\u200bb\ufeff":            `a\u200bb\ufeff`,
		"a\u2028b\u2029":            `a\u2028b\u2029`,
		"\U000e0041":                `\udb40\udc41`,
		"\xff\xc3":                  `\xff\xc3`,
		`\x1b`:                      `\x1b`,
	} {
		if got := Text(text); got != want {
			t.Errorf("Text(%q) is %q, want %q", text, got, want)
		}
	}
}

func TestAWriterKeepsLinesAndCharactersInParts(t *testing.T) {
	text := "é\tlatté\n\x1b[31m日本\u202e\xff語\n"
	want := "é\tlatté\n" + `\x1b[31m日本\u202e\xff語` + "\n"
	for size := 1; size <= len(text); size++ {
		var b bytes.Buffer
		w := Writer(&b)
		for rest := text; rest != ""; {
			n := min(size, len(rest))
			if written, err := fmt.Fprint(w, rest[:n]); written != n || err != nil {
				t.Fatal(written, err)
			}
			rest = rest[n:]
		}
		if b.String() != want {
			t.Errorf("in parts of %d: %q, want %q", size, &b, want)
		}
	}
}

// A form is printed as JSON, too.
func TestJSONKeepsItsValue(t *testing.T) {
	want := "a\u202eb\u200b\x1b\x7f\u0085\U000e0041日本語"
	var b bytes.Buffer
	if err := json.NewEncoder(Writer(&b)).Encode(want); err != nil {
		t.Fatal(err)
	}
	var got string
	if err := json.Unmarshal(b.Bytes(), &got); err != nil || got != want {
		t.Errorf("%q, %v, from %s", got, err, &b)
	}
}

func FuzzText(f *testing.F) {
	f.Add("plain")
	f.Add("\x1b[2J\u202e\xff\n")
	f.Fuzz(func(t *testing.T, text string) {
		got := Text(text)
		if !utf8.ValidString(got) || strings.ContainsFunc(got, hidden) {
			t.Errorf("Text(%q) is %q", text, got)
		}
		if Text(got) != got {
			t.Errorf("Text(%q) is not shown as itself: %q", got, Text(got))
		}
		var b strings.Builder
		fmt.Fprint(Writer(&b), text)
		if strings.ContainsFunc(b.String(), func(r rune) bool { return hidden(r) && r != '\n' && r != '\t' }) {
			t.Errorf("Writer writes %q as %q", text, b.String())
		}
	})
}
