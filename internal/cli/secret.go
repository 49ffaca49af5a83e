package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/term"
)

// maxSecret is the most that is read of a secret, in bytes; Cognito's refresh
// tokens have some two thousand.
const maxSecret = 64 << 10

// ReadSecret reads a secret from the terminal without echo, or, if standard
// input is not a terminal, all of standard input. Ctrl-C or the end of ctx end
// it with context.Canceled.
func (c Console) ReadSecret(ctx context.Context, what string) (string, error) {
	read := func() (string, error) {
		data, err := io.ReadAll(io.LimitReader(c.In, maxSecret))
		return string(data), err
	}
	if descriptor := int(c.In.Fd()); term.IsTerminal(descriptor) {
		// Raw: macOS cuts a line that the terminal collects itself after 1,024
		// characters, and a refresh token is longer.
		state, err := term.MakeRaw(descriptor)
		if err != nil {
			return "", fmt.Errorf("read the %s: %w", what, err)
		}
		defer term.Restore(descriptor, state)
		read = func() (string, error) { return c.typedSecret(what) }
	}
	text, err := interruptible(ctx, read)
	if err != nil {
		return "", fmt.Errorf("read the %s: %w", what, err)
	}
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return "", Usage(fmt.Errorf("no %s was given", what), "type it when asked, or give it on standard input")
	case strings.ContainsAny(text, " \t\r\n"):
		return "", Usage(fmt.Errorf("the %s has spaces or line breaks in it", what), "copy it again, alone")
	}
	return text, nil
}

// typedSecret reads a line from a terminal that is in raw mode, in which
// Ctrl-C and Ctrl-D are input like any other.
func (c Console) typedSecret(what string) (string, error) {
	terminal := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{c.In, c.Err}, "")
	text, err := terminal.ReadPassword(what + " (not shown): ")
	if errors.Is(err, io.EOF) {
		fmt.Fprint(c.Err, "\r\n")
		return "", context.Canceled
	}
	return text, err
}

// interruptible returns what read returns or, if ctx ends before, its error.
func interruptible(ctx context.Context, read func() (string, error)) (string, error) {
	type result struct {
		text string
		err  error
	}
	done := make(chan result, 1)
	go func() {
		text, err := read()
		done <- result{text, err}
	}()
	select {
	case got := <-done:
		return got.text, got.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}
