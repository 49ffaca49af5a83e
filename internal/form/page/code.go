package page

import (
	"html/template"
	"regexp"
	"strings"
)

// codeWord finds what is code in a text by itself: a reference of Retool's, a
// method with its path, the name of a variable, and a name of several words, such
// as SerializationException or X-Amz-Target. The remarks of the form have no
// backquotes around these, because a terminal would show the backquotes.
var codeWord = regexp.MustCompile(strings.Join([]string{
	`\{\{.*?\}\}`,
	`\b(?:GET|POST|PUT|PATCH|DELETE) /\S*[\w}]`,
	`\b[A-Z]+(?:_[A-Z]+)+\b`,
	`\b(?:[A-Z][a-z]+){2,}\b`,
	`\bX-Amz-Target\b|\bContent-Type\b|\bAuthorization\b`,
}, "|"))

// markUp escapes a text and marks what is code in it: what is in backquotes, and
// what is code by itself.
func markUp(text string) string {
	var b strings.Builder
	for i, part := range strings.Split(text, "`") {
		if i%2 == 1 {
			b.WriteString(code(part))
			continue
		}
		end := 0
		for _, at := range codeWord.FindAllStringIndex(part, -1) {
			b.WriteString(template.HTMLEscapeString(part[end:at[0]]) + code(part[at[0]:at[1]]))
			end = at[1]
		}
		b.WriteString(template.HTMLEscapeString(part[end:]))
	}
	return b.String()
}

func code(text string) string {
	return `<code lang="en" translate="no">` + template.HTMLEscapeString(text) + "</code>"
}
