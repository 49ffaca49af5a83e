package main

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"

	"retoolapi/internal/cli"
	"retoolapi/internal/form/runner"
)

// readRefreshToken reads a refresh token from what a person copied.
func readRefreshToken(ctx context.Context, c cli.Console) (string, error) {
	text, err := c.ReadSecret(ctx, "refresh token")
	if err != nil {
		return "", err
	}
	token, err := refreshTokenIn(text)
	if err != nil {
		return "", cli.Usage(err, "give the token alone, or the value of the row with it, as Retool's field or this command's form has it")
	}
	return token, nil
}

// refreshTokenIn returns the refresh token in what a person copied: the token
// alone, the row of the form as Retool, a printed or a saved form has it, or an
// answer of the aws CLI in any of its formats. Its errors are about the text and
// repeat nothing of it.
func refreshTokenIn(text string) (string, error) {
	text = straighten(text)
	for _, find := range []func(string) []string{inJSON, alone, amongOthers} {
		found := slices.Compact(slices.Sorted(slices.Values(find(text))))
		found = slices.DeleteFunc(found, func(token string) bool { return useOf(token) != "" })
		switch len(found) {
		case 0:
		case 1:
			return found[0], nil
		default:
			return "", errors.New("the input has more than one refresh token in it")
		}
	}
	return "", errors.New(complaint(text))
}

// straighten undoes what mail and word processors do to quotation marks.
func straighten(text string) string {
	return strings.TrimSpace(strings.NewReplacer("\ufeff", "", "“", `"`, "”", `"`, "„", `"`, "«", `"`, "»", `"`, "‘", "'", "’", "'", "\u00a0", " ").Replace(text))
}

// joined returns the text without its line breaks, with which a terminal or a
// mail wraps a token, and without the space at them.
func joined(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(strings.TrimSpace(line))
	}
	return b.String()
}

var tokenKey = regexp.MustCompile(`(?i)^refresh_?token$`)

// inJSON returns the values of the keys that name a refresh token in a JSON text,
// also in the JSON texts that are values in it, as in a row of the form. The
// braces may be missing.
func inJSON(text string) []string {
	var value any
	if json.Unmarshal([]byte(joined(text)), &value) != nil && json.Unmarshal([]byte("{"+joined(text)+"}"), &value) != nil {
		return nil
	}
	return inValue(value)
}

func inValue(value any) []string {
	var found []string
	switch value := value.(type) {
	case string:
		if bare.MatchString(value) {
			return nil // a value on its own is of no key
		}
		return inJSON(value)
	case []any:
		for _, each := range value {
			found = append(found, inValue(each)...)
		}
	case map[string]any:
		// A row of the form is an object of two keys.
		if key, ok := value["key"].(string); ok && len(value) == 2 {
			value = map[string]any{key: value["value"]}
		}
		for key, each := range value {
			if token, ok := each.(string); ok && tokenKey.MatchString(key) && bare.MatchString(token) {
				found = append(found, token)
			} else {
				found = append(found, inValue(each)...)
			}
		}
	}
	return found
}

// bare matches a token, which is base64url in parts; other base64 does no harm.
var bare = regexp.MustCompile(`^[A-Za-z0-9._~+/=-]+$`)

var keyBefore = regexp.MustCompile(`(?i)^["'` + "`" + `]?refresh_?token["'` + "`" + `]?\s*[:=]\s*`)

// alone returns the text if it is a token and nothing else, but for a key before
// it and quotation marks.
func alone(text string) []string {
	token := strings.Trim(joined(keyBefore.ReplaceAllString(text, "")), "\"'`,;")
	if !bare.MatchString(token) {
		return nil
	}
	return []string{token}
}

var (
	keyed = regexp.MustCompile(`(?i)refresh_?token[\\"'` + "`" + `\s:=|]+([A-Za-z0-9._~+/=-]{20,})`)
	jwt   = regexp.MustCompile(`eyJ[A-Za-z0-9._~+/=-]{17,}`)
)

// amongOthers returns what can be a refresh token in any other text.
func amongOthers(text string) []string {
	var found []string
	for _, match := range keyed.FindAllStringSubmatch(text, -1) {
		found = append(found, strings.TrimRight(match[1], "."))
	}
	return append(found, jwt.FindAllString(text, -1)...)
}

// useOf returns what another token than a refresh token is for: "access" or "id".
func useOf(token string) string {
	claims, err := runner.ParseClaims(token)
	if err != nil || claims.TokenUse == "refresh" {
		return ""
	}
	return claims.TokenUse
}

// complaint says what a text without a refresh token is.
func complaint(text string) string {
	for _, token := range amongOthers(text) {
		if use := useOf(token); use != "" {
			return "the input has an " + use + " token in it, but no refresh token"
		}
	}
	if strings.ContainsAny(text, " \t") && bare.MatchString(strings.Join(strings.Fields(text), "")) {
		return "the refresh token has spaces in it"
	}
	return "the input has no refresh token in it"
}
