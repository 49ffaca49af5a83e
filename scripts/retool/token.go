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
	errBoth       = errors.New("this is an access token and an id token, without the refresh token")
)

// findRefreshToken returns the refresh token in a text that a person copied from
// Retool, from a form or from the aws command: after its name or, if that is not
// there, alone or among the other values of an answer.
func findRefreshToken(text string) (string, error) {
	text = plain.Replace(text)
	text = mailQuote.ReplaceAllString(text, "")
	tokens := named(text)
	if len(tokens) == 0 {
		tokens = unnamed(text)
	}
	switch len(tokens) {
	case 0:
		return "", whatElse(text)
	case 1:
		return tokens[0], nil
	}
	return "", errTwoTokens
}

// plain takes out what editors, shells, HTML and JSON inside of JSON put around a
// text. No token has any of it. The zeros are in UTF-16, which PowerShell writes.
var plain = strings.NewReplacer(
	"\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u00a0", " ",
	"\ufeff", "", "\xff\xfe", "", "\xfe\xff", "", "\x00", "",
	"\u200b", "", "\u200c", "", "\u200d", "", "\u2060", "", "\u00ad", "",
	"“", `"`, "”", `"`, "„", `"`, "‟", `"`, "«", `"`, "»", `"`, "″", `"`, "＂", `"`,
	"‘", "'", "’", "'", "‚", "'", "‛", "'", "‹", "'", "›", "'", "′", "'",
	"&#34;", `"`, "&quot;", `"`, "&#39;", "'", `\u0022`, `"`,
	`\n`, "\n", `\r`, "", `\t`, " ", `\`, "",
)

var mailQuote = regexp.MustCompile(`(?m)^[ \t]*>[> \t]*`)

const (
	quotes  = "\"'`"
	closing = ",;|)]}"
)

// between is what may be between a name and its value: quotes, a colon, a column
// of a table, the mark of a YAML text of several lines.
const between = "(?:[\\s\"'`:=,•|]|>-?|\\|-)+"

var (
	// What a token is made of. Cognito's have some two thousand characters, but
	// no document promises that.
	tokenLike  = regexp.MustCompile(`^[A-Za-z0-9._+/-]{20,}={0,2}$`)
	tokenStart = regexp.MustCompile(`^[A-Za-z0-9._+/-]+={0,2}`)
	// The refresh token's name in the form, in Cognito's API or in the aws command.
	tokenName = regexp.MustCompile(`(?i)(?:^|[^\w.+/-])[\w-]*refresh[ _-]?token` + between + `(?:value\b` + between + `)?`)
	// Other values of a form or an answer that are made of the same characters.
	otherValue = regexp.MustCompile(`^(application/.*|AWSCognito.*|(?i:.*amazonaws.*|.*AuthenticationResult.*)|[a-z0-9]{26}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$`)
	// What the aws command's text output has besides the tokens.
	besides = regexp.MustCompile(`^(AUTHENTICATIONRESULT|CHALLENGEPARAMETERS|Bearer|None|\d+)$`)
)

// named returns the different refresh tokens that follow a name of theirs.
func named(text string) []string {
	found := map[string]bool{}
	for _, at := range tokenName.FindAllStringIndex(text, -1) {
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
	value := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		piece := tokenStart.FindString(line)
		rest := line[len(piece):]
		if value != "" && (followsToken(value, piece) || rest != "" && !strings.Contains(quotes+closing, rest[:1])) {
			break
		}
		value += piece
		if rest != "" || piece == "" {
			break
		}
	}
	return value
}

// unnamed returns the different refresh tokens in a text that has nothing else
// in it, or nothing but other values of the aws command's answer.
func unnamed(text string) []string {
	found := map[string]bool{}
	for _, word := range strings.FieldsFunc(joined(text), separates) {
		switch {
		case isRefreshToken(word):
			found[word] = true
		case tokenUse(word) == "" && !besides.MatchString(word):
			return nil
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func separates(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune(quotes+closing+"[", r)
}

// joined takes the line breaks out of a text, except those between two tokens.
func joined(text string) string {
	var all strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if followsToken(all.String(), line) {
			all.WriteByte('\n')
		}
		all.WriteString(line)
	}
	return all.String()
}

// followsToken reports whether a line is not the rest of the token before it, but
// the next one. Cognito's begin with eyJ and have five parts; an emulator's three.
func followsToken(before, line string) bool {
	if !strings.HasPrefix(line, "eyJ") || strings.HasSuffix(before, ".") {
		return false
	}
	last := before[strings.LastIndexFunc(before, separates)+1:]
	dots := strings.Count(last, ".")
	return dots == 4 || dots == 2
}

func isRefreshToken(text string) bool {
	return tokenLike.MatchString(text) && !otherValue.MatchString(text) && tokenUse(text) == ""
}

// tokenUse returns access or id for a token that is one of these.
func tokenUse(text string) string {
	claims, err := runner.ParseClaims(text)
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
	case strings.Contains(text, form.TokenHint):
		return errTokenPlace
	}
	return errNoToken
}

func tokenRune(r rune) bool { return tokenStart.MatchString(string(r)) }
