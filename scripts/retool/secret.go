package main

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"

	"retoolapi/internal/cli"
	"retoolapi/internal/form"
)

// fillIn reads the secret that a form of these choices has, if it has one.
func fillIn(ctx context.Context, c cli.Console, known advice, to *form.Choices) (err error) {
	switch to.SignIn {
	case form.Shared:
		to.RefreshToken, err = readRefreshToken(ctx, c, known)
	case form.Password:
		to.User = known.user
		to.Password, err = readServicePassword(ctx, c, known)
	}
	return err
}

// readRefreshToken reads a refresh token, in whatever it was copied with.
func readRefreshToken(ctx context.Context, c cli.Console, known advice) (string, error) {
	text, err := c.ReadSecretText(ctx, "refresh token", unfinished)
	if err != nil {
		return "", err
	}
	token, err := findRefreshToken(text)
	if err != nil {
		return "", cli.Usage(err, hintToken(err, known))
	}
	return token, nil
}

// hintToken says what to give in the place of a text with this fault.
func hintToken(fault error, known advice) string {
	issue := "issue a new one: " + known.connect()
	switch {
	case errors.Is(fault, errTwoTokens):
		return "give one of them alone"
	case errors.Is(fault, errTokenPlace):
		return issue
	case errors.Is(fault, errPassword):
		return "add --sign-in password, or " + issue
	}
	return "give the value of AuthParameters or RefreshToken as it is in Retool, or " + issue
}

// readServicePassword reads the password that connect made for Retool, in whatever
// it was copied with.
func readServicePassword(ctx context.Context, c cli.Console, known advice) (string, error) {
	text, err := c.ReadSecretText(ctx, "password of "+known.user, unfinished)
	if err != nil {
		return "", err
	}
	password, err := findPassword(text)
	if err != nil {
		return "", cli.Usage(err, "give the value of AuthParameters as it is in Retool, or set another password: "+known.connect())
	}
	return password, nil
}

// What can be wrong with a text in which the password is looked for.
var (
	errNoPassword   = errors.New("standard input has no password in it that connect --sign-in password made")
	errTwoPasswords = errors.New("two different passwords are in it")
)

var servicePassword = regexp.MustCompile(`\b` + form.GeneratedPassword + `\b`)

// findPassword returns the password in a text that a person copied from Retool or
// from a form. Its shape tells it from everything else.
func findPassword(text string) (string, error) {
	found := servicePassword.FindAllString(withoutMarks(text), -1)
	slices.Sort(found)
	switch found = slices.Compact(found); len(found) {
	case 0:
		return "", errNoPassword
	case 1:
		return found[0], nil
	}
	return "", errTwoPasswords
}

// unfinished reports whether a text is the start of JSON, of which a terminal
// may give one line after the other.
func unfinished(text string) bool {
	return strings.Count(text, "{") > strings.Count(text, "}") || strings.Count(text, "[") > strings.Count(text, "]")
}
