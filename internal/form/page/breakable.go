package page

import (
	"html/template"
	"regexp"
)

// wordEnd is where a value may break, if a line has no room for it: after a
// punctuation mark of addresses, names and JSON objects, and between the words of a
// name such as InitiateAuth. A browser by itself breaks such a value in the middle of
// a word.
var wordEnd = regexp.MustCompile(`[./:_,=-]+|[a-z][A-Z]`)

// breakable returns a value with the places where it may break. They are no part
// of its text.
func breakable(value string) template.HTML {
	var b []byte
	end := 0
	for _, at := range wordEnd.FindAllStringIndex(value, -1) {
		next := at[1]
		if isUpper(value[next-1]) {
			next-- // it begins the next word
		}
		b = append(b, template.HTMLEscapeString(value[end:next])...)
		b = append(b, "<wbr>"...)
		end = next
	}
	return template.HTML(append(b, template.HTMLEscapeString(value[end:])...))
}

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }
