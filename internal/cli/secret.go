package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/term"
)

// The most that is read of a secret, and of a text with one in it, in bytes.
// Cognito's refresh tokens have some two thousand, a page with one fifty thousand.
const (
	maxSecret     = 64 << 10
	maxSecretText = 1 << 20
)

// ReadSecret reads a secret from the terminal without echo, or, if standard
// input is not a terminal, all of standard input. It returns context.Canceled
// after Ctrl-C and when ctx is cancelled.
func (c Console) ReadSecret(ctx context.Context, what string) (string, error) {
	return c.readWithoutEcho(ctx, what, maxSecret, func() (string, error) { return c.typedSecret() })
}

// ReadNewSecret is ReadSecret for a secret that the person chooses. At a terminal,
// where nobody sees what is typed, it says the rule for the secret first, and wants
// the secret twice. One that check refuses is wanted once, because it is of no use.
func (c Console) ReadNewSecret(ctx context.Context, what, rule string, check func(secret string) error) (string, error) {
	if term.IsTerminal(int(c.In.Fd())) {
		fmt.Fprintln(c.Err, rule)
	}
	return c.readWithoutEcho(ctx, what, maxSecret, func() (string, error) { return c.typedTwice(what, check) })
}

// ReadSecretText is ReadSecret for a text of any number of lines with a secret
// in it. At a terminal Enter ends it, but not while unfinished says so of the
// text; then an empty line or Ctrl-D does. Line breaks in what is pasted do not.
func (c Console) ReadSecretText(ctx context.Context, what string, unfinished func(text string) bool) (string, error) {
	if isTerminal(c.terminal) {
		io.WriteString(c.terminal, markPastes)
		defer io.WriteString(c.terminal, markNoPastes)
	}
	return c.readWithoutEcho(ctx, what, maxSecretText, func() (string, error) { return c.typedText(unfinished) })
}

// readWithoutEcho returns what typed reads from the terminal, or, if standard
// input is not a terminal, all of it, without the space around it.
func (c Console) readWithoutEcho(ctx context.Context, what string, most int64, typed func() (string, error)) (string, error) {
	read := func() (string, error) {
		data, err := io.ReadAll(io.LimitReader(c.In, most))
		return string(data), err
	}
	if descriptor := int(c.In.Fd()); term.IsTerminal(descriptor) {
		// Without raw mode, macOS cuts a line after 1,024 characters. A refresh
		// token is longer.
		state, err := term.MakeRaw(descriptor)
		if err != nil {
			return "", fmt.Errorf("read the %s: %w", what, err)
		}
		defer term.Restore(descriptor, state)
		// Before anything is read, so that nothing follows an interruption.
		fmt.Fprint(c.terminal, what+" (not shown): ")
		read = typed
	}
	var text string
	err := interruptible(ctx, 0, func() (err error) {
		text, err = read()
		return err
	})
	if err != nil {
		return "", fmt.Errorf("read the %s: %w", what, err)
	}
	text = strings.TrimSpace(text)
	if text == "" {
		return "", Usage(fmt.Errorf("no %s was given", what), "type it when asked, or give it on standard input")
	}
	return text, nil
}

// typedSecret reads a line from a terminal in raw mode.
func (c Console) typedSecret() (string, error) {
	return c.typedLine(c.lines())
}

// typedTwice reads two lines from a terminal in raw mode, which must be the same.
func (c Console) typedTwice(what string, check func(string) error) (string, error) {
	lines := c.lines()
	first, err := c.typedLine(lines)
	if err != nil || strings.TrimSpace(first) == "" {
		return "", err
	}
	if check(strings.TrimSpace(first)) != nil {
		return first, nil
	}
	fmt.Fprint(c.terminal, what+", again (not shown): ")
	second, err := c.typedLine(lines)
	if err == nil && second != first {
		err = Usage(errors.New("the second time it was another one"), "type the same one twice")
	}
	return first, err
}

// lines returns what reads lines from the terminal. It may have read more than one.
func (c Console) lines() *term.Terminal {
	return term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{c.In, c.terminal}, "")
}

// typedLine reads a line. In raw mode Ctrl-C and Ctrl-D are input, for which
// ReadPassword returns io.EOF.
func (c Console) typedLine(lines *term.Terminal) (string, error) {
	text, err := lines.ReadPassword("")
	if errors.Is(err, io.EOF) {
		fmt.Fprint(c.terminal, "\r\n")
		return "", context.Canceled
	}
	return text, err
}
