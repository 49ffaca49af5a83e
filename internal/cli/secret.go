package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/term"
)

// maxSecret is the most that is read of a secret, in bytes; Cognito's refresh
// tokens have some two thousand, and an answer of the aws CLI has two other tokens
// besides.
const maxSecret = 64 << 10

// ReadSecret reads a secret from the terminal without echo, or, if standard
// input is not a terminal, all of standard input. A JSON text, or what is pasted,
// may have several lines. It returns context.Canceled after Ctrl-C and when ctx is
// cancelled.
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
	text, err := readInterruptibly(ctx, read)
	if err != nil {
		return "", fmt.Errorf("read the %s: %w", what, err)
	}
	text = strings.TrimSpace(text)
	if text == "" {
		return "", Usage(fmt.Errorf("no %s was given", what), "type it when asked, or give it on standard input")
	}
	return text, nil
}

// maxLine is the most characters that package term keeps of a line. It drops
// those that follow.
const maxLine = 4096

// typedSecret reads from a terminal that is in raw mode, in which Ctrl-C and
// Ctrl-D are input like any other.
func (c Console) typedSecret(what string) (string, error) {
	terminal := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{c.In, c.terminal}, "")
	terminal.SetBracketedPasteMode(true)
	defer terminal.SetBracketedPasteMode(false)
	var lines []string
	for prompt := what + " (not shown): "; ; prompt = "the rest, or Enter: " {
		line, err := terminal.ReadPassword(prompt)
		pasted := errors.Is(err, term.ErrPasteIndicator)
		switch {
		case errors.Is(err, io.EOF):
			fmt.Fprint(c.terminal, "\r\n")
			return "", context.Canceled
		case err != nil && !pasted:
			return "", err
		case len([]rune(line)) >= maxLine:
			return "", Usage(fmt.Errorf("the %s is too long to be typed", what), "give it on standard input")
		}
		lines = append(lines, line)
		text := strings.Join(lines, "")
		switch {
		case line == "" && !pasted, isJSON(text) && json.Valid([]byte(text)), !pasted && !unfinished(text):
			return strings.Join(lines, "\n"), nil
		}
	}
}

// unfinished reports whether more of a JSON text must follow.
func unfinished(text string) bool {
	var value any
	return isJSON(text) && errors.Is(json.NewDecoder(strings.NewReader(text)).Decode(&value), io.ErrUnexpectedEOF)
}

// isJSON reports whether a text begins as an object or an array of JSON.
func isJSON(text string) bool {
	text = strings.TrimSpace(text)
	return strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")
}

// readInterruptibly returns what read returns or, if ctx is cancelled before, its
// error.
func readInterruptibly(ctx context.Context, read func() (string, error)) (string, error) {
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
