package deployed

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxUserName is the most characters that a user name of Cognito has.
const maxUserName = 128

// CheckUserName returns an error unless Cognito takes the user name: 1 to 128
// letters, marks, symbols, digits and punctuation, so no white space.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminCreateUser.html
// The error does not repeat the name, which may be a secret in the wrong place.
func CheckUserName(name string) error {
	if name == "" {
		return errors.New("is empty")
	}
	if !utf8.ValidString(name) {
		return errors.New("is not valid UTF-8")
	}
	if count := utf8.RuneCountInString(name); count > maxUserName {
		return fmt.Errorf("has %d characters, and Cognito takes %d at most", count, maxUserName)
	}
	position := 0
	for _, r := range name {
		position++
		if !unicode.In(r, unicode.L, unicode.M, unicode.S, unicode.N, unicode.P) {
			return fmt.Errorf("has %s in it (character %d), and Cognito takes letters, digits, symbols and punctuation", describe(r), position)
		}
	}
	return nil
}

// describe names a character for a message.
func describe(r rune) string {
	switch {
	case r == ' ':
		return "a space"
	case r == '\t':
		return "a tab"
	case r == '\n', r == '\r':
		return "a line break"
	case unicode.IsSpace(r):
		return fmt.Sprintf("white space (%U)", r)
	case unicode.IsControl(r):
		return fmt.Sprintf("a control character (%U)", r)
	case unicode.IsPrint(r):
		return fmt.Sprintf("%c", r)
	}
	return fmt.Sprintf("an invisible character (%U)", r)
}

// PasswordRule is the pool's policy in words (PasswordPolicy in infra/identity.go).
const PasswordRule = "at least 12 characters, with a small and a capital letter, a digit and a symbol"

// TypableRule is what CheckTypable refuses, in words.
const TypableRule = `no ", no \ and no {{`

// CheckTypable returns an error if a text would not reach Cognito as typed: a
// row of the Retool form puts it into JSON text, and {{ begins a reference.
func CheckTypable(text string) error {
	for _, r := range text {
		if r == '"' || r == '\\' || unicode.IsControl(r) {
			return fmt.Errorf("has %s in it, which Retool would not put into the request as typed", describe(r))
		}
	}
	if strings.Contains(text, "{{") {
		return errors.New("has {{ in it, which Retool would not put into the request as typed")
	}
	return nil
}

// SameUser reports whether two names are of one user: the pool ignores case
// (SignInCaseSensitive in infra/identity.go).
func SameUser(a, b string) bool { return strings.EqualFold(a, b) }

// region matches the names of AWS's regions in every partition.
var region = regexp.MustCompile(`^[a-z]{2,}(-[a-z]+)+-\d+$`)

// IsRegion reports whether an AWS region can have this name.
func IsRegion(name string) bool { return region.MatchString(name) }
