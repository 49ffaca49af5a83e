package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/term"
)

// maxSecret is the most that is read of a secret, in bytes; Cognito's refresh
// tokens have some two thousand.
const maxSecret = 64 << 10

// readSecret reads a secret from the terminal without echo, or, if standard
// input is not a terminal, all of standard input.
func (c console) readSecret(what string) (string, error) {
	var secret []byte
	var err error
	if descriptor := int(c.in.Fd()); term.IsTerminal(descriptor) {
		fmt.Fprintf(c.err, "%s (not shown): ", what)
		secret, err = term.ReadPassword(descriptor)
		fmt.Fprintln(c.err)
	} else {
		secret, err = io.ReadAll(io.LimitReader(c.in, maxSecret))
	}
	if err != nil {
		return "", fmt.Errorf("read the %s: %w", what, err)
	}
	text := strings.TrimSpace(string(secret))
	switch {
	case text == "":
		return "", usageError{fmt.Errorf("no %s was given: type it when asked, or give it on standard input", what)}
	case strings.ContainsAny(text, " \t\r\n"):
		return "", usageError{errors.New("the " + what + " has spaces or line breaks in it: copy it again, alone")}
	}
	return text, nil
}
