package main

import (
	"context"
	"errors"
	"strings"

	"retoolapi/internal/cli"
)

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
	}
	return "give the value of AuthParameters or RefreshToken as it is in Retool, or " + issue
}

// unfinished reports whether a text is the start of JSON, of which a terminal
// may give one line after the other.
func unfinished(text string) bool {
	return strings.Count(text, "{") > strings.Count(text, "}") || strings.Count(text, "[") > strings.Count(text, "]")
}
