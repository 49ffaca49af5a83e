package main

import (
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"retoolapi/internal/form"
	"retoolapi/internal/form/runner"
)

// What can be wrong with a text in which a refresh token is looked for. No error
// holds a part of it.
var (
	errNoToken    = errors.New("standard input has no refresh token in it")
	errTokenPlace = errors.New("standard input has no refresh token in it, only its place")
	errTwoTokens  = errors.New("two different refresh tokens are in it")
	errAccess     = errors.New("this is an access token, not the refresh token")
	errID         = errors.New("this is an id token, not the refresh token")
	errPassword   = errors.New("this is a password that connect --sign-in password made, not a refresh token")
	errBoth       = errors.New("this is an access token and an id token, without the refresh token")
)

// findRefreshToken returns the refresh token in a text that a person copied from
// Retool, from a form or from the aws command: after its name or, if that is not
// there, alone or among the other values of an answer.
func findRefreshToken(text string) (string, error) {
	text = withoutMarks(valuesOfPage(text))
	tokens := named(text, tokenName)
	if len(tokens) == 0 {
		tokens = unnamed(text)
	}
	if len(tokens) == 0 {
		tokens = named(text, shortName)
	}
	switch len(tokens) {
	case 0:
		return "", whatElse(text)
	case 1:
		return tokens[0], nil
	}
	return "", errTwoTokens
}

// pageValue matches a value to copy in the source of the page.
var pageValue = regexp.MustCompile(`(?s)<code class="value"[^>]*>(.*?)</code>`)

// valuesOfPage returns the values to copy of the page, one after the other, and any
// other text as it is. In the page, the key of a row and its value are far apart.
func valuesOfPage(text string) string {
	found := pageValue.FindAllStringSubmatch(text, -1)
	if found == nil {
		return text
	}
	values := make([]string, len(found))
	for i, value := range found {
		values[i] = strings.ReplaceAll(value[1], "<wbr>", "")
	}
	return strings.Join(values, "\n\n") // an empty line ends a token
}

// plain takes out what editors, shells, HTML and JSON inside of JSON put around a
// text. No token has any of it. The zeros are in UTF-16, which PowerShell writes.
var plain = strings.NewReplacer(
	"\r\n", "\n", "\r", "\n", "\u2028", "\n",
	"\xff\xfe", "", "\xfe\xff", "", "\x00", "",
	"“", `"`, "”", `"`, "„", `"`, "‟", `"`, "«", `"`, "»", `"`, "″", `"`, "＂", `"`,
	"「", `"`, "」", `"`, "『", `"`, "』", `"`, "：", ":",
	"‘", "'", "’", "'", "‚", "'", "‛", "'", "‹", "'", "›", "'", "′", "'",
	"&#34;", `"`, "&quot;", `"`, "&#39;", "'", `\u0022`, `"`,
	`\n`, "\n", `\r`, "", `\t`, " ", `\`, "",
)

// What a line may begin with, and what a text may begin or end with, that is no
// part of it.
var (
	colour    = regexp.MustCompile(`\x1b\[[0-9;]*[A-Za-z]`) // of jq or grep
	mailQuote = regexp.MustCompile(`(?m)^[ \t]*>[> \t]*`)
	listMark  = regexp.MustCompile(`(?m)^[ \t]*[-*•–][ \t]+(\S)`)
	yamlStart = regexp.MustCompile(`^\s*---\s+`)
	// YAML ends with it after a text alone, and zsh shows a % if no line break is
	// at the end.
	textEnd = regexp.MustCompile(`\n\.\.\.\s*$|%\s*$`)
)

// withoutMarks returns a text without the marks that programs put into it.
func withoutMarks(text string) string {
	text = strings.Map(plainSpace, plain.Replace(text))
	text = colour.ReplaceAllString(text, "")
	text = mailQuote.ReplaceAllString(text, "")
	text = yamlStart.ReplaceAllString(text, "")
	text = textEnd.ReplaceAllString(text, "\n")
	return listMark.ReplaceAllString(text, "$1")
}

// plainSpace drops the characters that nobody sees, such as a byte order mark or the
// direction of a text, and makes every kind of space a space.
func plainSpace(r rune) rune {
	switch {
	case unicode.In(r, unicode.Cf):
		return -1
	case unicode.IsSpace(r) && r != '\n' && r != '\t':
		return ' '
	}
	return r
}

const (
	quotes  = "\"'`"
	closing = ",;|)]}*"
)

// between is what may be between a name and its value: quotes, a colon, a column
// of a table or the line below its head, the marks of bold text and of a YAML text
// of several lines.
const between = "(?:[\\s\"'`:=,•|*]|>-?|\\|-|-{3,}\\s)+"

var (
	// What a token is made of. Cognito's have some two thousand characters, but
	// no document promises that.
	tokenLike  = regexp.MustCompile(`^[A-Za-z0-9._+/-]{19,}[A-Za-z0-9_+/-]={0,2}$`)
	tokenStart = regexp.MustCompile(`^[A-Za-z0-9._+/-]+={0,2}`)
	// The refresh token's name in the form, in Cognito's API or in the aws command.
	tokenName = regexp.MustCompile(`(?i)(?:^|[^\w.+/-])(?:AuthParameters\.|AuthenticationResult\.)?[\w-]*refresh[ _-]?token` + between + `(?:value\b` + between + `)?`)
	// What a person may call it in a --query of the aws command, such as {token: …}.
	shortName = regexp.MustCompile(`(?i)(?:^|[\s"'{,])(?:refresh|token)["']?\s*[:=]` + between)
	// A letter or a digit, which every token has.
	letter = regexp.MustCompile(`[A-Za-z0-9]`)
	// Other values of a form or an answer that are made of the same characters.
	otherValue = regexp.MustCompile(`^(application/.*|AWSCognito.*|(?i:.*amazonaws.*|.*AuthenticationResult.*)|[a-z0-9]{26}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|.*\.(html|json|md|txt))$`)
	// What the aws command's text output has besides the tokens.
	label   = regexp.MustCompile(`^(AUTHENTICATIONRESULT|CHALLENGEPARAMETERS|Bearer|None)$`)
	seconds = regexp.MustCompile(`^\d+$`)
)

// named returns the different refresh tokens that follow a name of theirs.
func named(text string, name *regexp.Regexp) []string {
	found := map[string]bool{}
	for _, at := range name.FindAllStringIndex(text, -1) {
		token := valueAt(text[at[0]:at[1]], text[at[1]:])
		if isRefreshToken(token) {
			found[token] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// valueAt returns the value at the start of a text. It goes on to the closing
// quote, if a quote is before it, and else as long as nothing but it is in the
// lines: a terminal or a mail may have broken it.
func valueAt(before, text string) string {
	if quote := before[len(before)-1:]; strings.Contains(quotes, quote) {
		value, _, _ := strings.Cut(text, quote)
		return joined(value)
	}
	var value strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		piece := tokenStart.FindString(line)
		rest := line[len(piece):]
		if value.Len() > 0 && (followsWord(value.String(), piece) || rest != "" && !strings.Contains(quotes+closing, rest[:1])) {
			break
		}
		value.WriteString(piece)
		if rest != "" || piece == "" {
			break
		}
	}
	return withoutStop(value.String())
}

// unnamed returns the different refresh tokens in a text that has nothing else
// in it, or nothing but other values of the aws command's answer.
func unnamed(text string) []string {
	found := map[string]bool{}
	for _, word := range strings.FieldsFunc(joined(text), separates) {
		word = withoutStop(word)
		switch {
		case isRefreshToken(word):
			found[word] = true
		case tokenUse(word) == "" && !label.MatchString(word) && !seconds.MatchString(word):
			return nil
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// withoutStop takes away the full stop of a sentence. No refresh token ends in one.
func withoutStop(word string) string { return strings.TrimRight(word, ".") }

func separates(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune(quotes+closing+"[", r)
}

// joined takes the line breaks out of a text, except those between two words.
func joined(text string) string {
	var all strings.Builder
	last := 0 // where the last word begins
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if followsWord(all.String()[last:], line) {
			all.WriteByte('\n')
			last = all.Len()
		}
		if i := strings.LastIndexFunc(line, separates); i >= 0 {
			last = all.Len() + i + 1
		}
		all.WriteString(line)
	}
	return all.String()
}

// followsWord reports whether a line is not the rest of the word at the end of the
// line before it, but begins the next one.
func followsWord(last, line string) bool {
	first := line
	if i := strings.IndexFunc(line, separates); i > 0 {
		first = line[:i]
	}
	return isWhole(last) || label.MatchString(last) || label.MatchString(first) ||
		strings.HasPrefix(line, "eyJ") && mayBeWhole(last)
}

// isWhole reports whether nothing can follow a token: those of Cognito have five
// parts, and the last one is 16 bytes in base64url.
func isWhole(token string) bool {
	const tag = 22
	end := len(token) - tag - 1
	return strings.HasPrefix(token, "eyJ") && end > 0 && strings.LastIndexByte(token[end:], '.') == 0 && strings.Count(token, ".") == 4
}

// mayBeWhole reports whether a token has as many parts as Cognito's have, or an
// emulator's, which are three.
func mayBeWhole(token string) bool {
	dots := strings.Count(token, ".")
	return (dots == 4 || dots == 2) && !strings.HasSuffix(token, ".")
}

func isRefreshToken(text string) bool {
	return tokenLike.MatchString(text) && letter.MatchString(text) && !otherValue.MatchString(text) && !servicePassword.MatchString(text) && tokenUse(text) == ""
}

// tokenUse returns access or id for a token that is one of these, whatever was
// joined to it.
func tokenUse(text string) string {
	parts := strings.Split(text, ".")
	claims, err := runner.ParseClaims(strings.Join(parts[:min(len(parts), 3)], "."))
	if err != nil || claims.TokenUse == "refresh" { // the emulator's
		return ""
	}
	return claims.TokenUse
}

// whatElse says what a text is that has no refresh token in it.
func whatElse(text string) error {
	uses := map[string]bool{}
	for _, text := range []string{text, joined(text)} {
		for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !tokenRune(r) }) {
			uses[tokenUse(word)] = true
		}
	}
	switch {
	case uses["access"] && uses["id"]:
		return errBoth
	case uses["access"]:
		return errAccess
	case uses["id"]:
		return errID
	case servicePassword.MatchString(text):
		return errPassword
	case strings.Contains(text, form.TokenHint):
		return errTokenPlace
	}
	return errNoToken
}

func tokenRune(r rune) bool { return tokenStart.MatchString(string(r)) }
