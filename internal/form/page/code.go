package page

import (
	"html/template"
	"regexp"
	"strings"
)

// codeWord finds what is code in a text by itself: a reference of Retool's, a
// method with its path, the name of a variable, and a name of several words, such
// as SerializationException or X-Amz-Target, a backslash, which Japanese fonts may
// show as ¥, and a quotation mark by itself. The remarks of the form have no
// backquotes around these, because a terminal would show the backquotes.
var codeWord = regexp.MustCompile(strings.Join([]string{
	`\{\{.*?\}\}`,
	`\b(?:GET|POST|PUT|PATCH|DELETE) /\S*[\w}]`,
	`\b[A-Z]+(?:_[A-Z]+)+\b`,
	`\b(?:[A-Z][a-z]+){2,}\b`,
	`\\|\B"\B`,
	`\bX-Amz-Target\b|\bContent-Type\b|\bAuthorization\b`,
}, "|"))

// label finds Retool's labels in a Japanese text: English words in a row, and the
// labels there that are a single word.
var label = regexp.MustCompile(`\b[A-Za-z][\w-]*(?: [A-Za-z][\w-]*)+|\b(?:Form|Value)\b`)

// markUp escapes a text and marks what is code in it: what is in backquotes, and
// what is code by itself.
func markUp(text string, l language) string {
	var b strings.Builder
	for i, part := range strings.Split(text, "`") {
		if i%2 == 1 {
			b.WriteString(code(part))
			continue
		}
		end := 0
		for _, at := range codeWord.FindAllStringIndex(part, -1) {
			b.WriteString(words(part[end:at[0]], l) + code(part[at[0]:at[1]]))
			end = at[1]
		}
		b.WriteString(words(part[end:], l))
	}
	return glue(b.String())
}

// besideCode matches code with the punctuation marks before and after it.
var besideCode = regexp.MustCompile(`([（「“(]*)(<code .*?</code>)([、。：）」”.,:;)]*)`)

// glue keeps code and the punctuation marks beside it on one line. A browser would
// break between them, because code is a block in its line.
func glue(html string) string {
	return besideCode.ReplaceAllStringFunc(html, func(match string) string {
		if strings.HasPrefix(match, "<code") && strings.HasSuffix(match, "</code>") {
			return match
		}
		return `<span class="glued">` + match + "</span>"
	})
}

// counted matches a number with the space before what it counts, and another word
// that is one with the next.
var counted = regexp.MustCompile(`(\d|\bID) ([\p{Han}\p{Hiragana}\p{Katakana}])`)

// words escapes a text without code. In a Japanese one it marks Retool's labels,
// so that they are read aloud as English, and keeps a number with what it counts.
func words(text string, l language) string {
	text = template.HTMLEscapeString(text)
	if l == english {
		return text
	}
	text = counted.ReplaceAllString(text, "$1\u00a0$2")
	return label.ReplaceAllString(text, `<span lang="en" translate="no">$0</span>`)
}

func code(text string) string {
	return `<code lang="en" translate="no">` + string(commandLine(text)) + "</code>"
}

// hyphened matches a word with a hyphen after another word, such as --stage.
var hyphened = regexp.MustCompile(` (\S*-\S*)`)

// commandLine returns a command that breaks between its words. A browser by itself
// breaks it also after a hyphen, so that -- is apart from its flag.
func commandLine(text string) template.HTML {
	return template.HTML(hyphened.ReplaceAllString(template.HTMLEscapeString(text), ` <span class="word">$1</span>`))
}
