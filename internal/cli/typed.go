package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"
)

// What a terminal is told so that it marks the start and the end of what is
// pasted. Only with the marks a line break in it is not the key Enter.
const (
	markPastes   = "\x1b[?2004h"
	markNoPastes = "\x1b[?2004l"

	pasteStart = "200~" // after Escape and [
	pasteEnd   = "201~"
)

// The keys that are not part of a text.
const (
	ctrlC     = 3
	ctrlD     = 4
	ctrlH     = 8
	ctrlU     = 21
	ctrlW     = 23
	escape    = 27
	backspace = 127
)

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// typedText reads a text of any number of lines from a terminal that is in raw
// mode. term.Terminal cuts a line after 4,096 characters and drops the tabs, but
// the answer of a sign-in on one line is longer.
func (c Console) typedText(unfinished func(text string) bool) (string, error) {
	defer fmt.Fprint(c.terminal, "\r\n")
	keys := &keyboard{in: bufio.NewReader(c.In)}
	for told := false; ; told = true {
		if err := keys.readLine(); err != nil {
			return "", err
		}
		text := string(keys.text)
		if keys.ended || lastLine(text) == "" || !unfinished(text) {
			return text, nil
		}
		if !told {
			fmt.Fprint(c.terminal, "\r\nthe next lines of it (an empty line ends it): ")
		}
		keys.text = append(keys.text, '\n')
	}
}

func lastLine(text string) string {
	return strings.TrimSpace(text[strings.LastIndexByte(text, '\n')+1:])
}

// keyboard collects what is typed and pasted.
type keyboard struct {
	in      *bufio.Reader
	text    []byte
	pasting bool
	ended   bool // by Ctrl-D
	last    byte // the key before
}

// readLine reads until Enter or Ctrl-D. A line break in what is marked as pasted
// is part of the text. Ctrl-C, or Ctrl-D before any text, is context.Canceled.
func (k *keyboard) readLine() error {
	for len(k.text) < maxSecretText {
		key, err := k.in.ReadByte()
		if err != nil {
			return endOfTerminal(err)
		}
		before := k.last
		k.last = key
		switch {
		case key == ctrlC, key == ctrlD && !k.pasting && len(k.text) == 0:
			return context.Canceled
		case key == escape:
			k.pasting = k.sequence(k.pasting)
		case key == '\n' && before == '\r':
			// The second half of a line break.
		case k.pasting && key == '\r':
			k.text = append(k.text, '\n')
		case key == '\t', k.pasting && key == '\n', key >= ' ' && key != backspace:
			k.text = append(k.text, key)
		case k.pasting:
			// A control character that came along.
		case key == '\r', key == '\n':
			return nil
		case key == ctrlD:
			k.ended = true
			return nil
		case key == ctrlH, key == backspace:
			_, size := utf8.DecodeLastRune(k.text)
			k.text = k.text[:len(k.text)-size]
		case key == ctrlU, key == ctrlW:
			k.text = nil
		}
	}
	return errors.New("it is too long")
}

// sequence reads the rest of an escape sequence and returns whether a paste goes
// on after it. Keys such as the arrows have no meaning in what nobody sees.
func (k *keyboard) sequence(pasting bool) bool {
	if next, err := k.in.Peek(1); err != nil || next[0] != '[' {
		return pasting
	}
	k.in.ReadByte()
	var sequence []byte
	for {
		next, err := k.in.Peek(1)
		if err != nil || next[0] < ' ' { // no part of a sequence, perhaps Ctrl-C
			return pasting
		}
		k.in.ReadByte()
		sequence = append(sequence, next[0])
		if next[0] >= '@' {
			break
		}
	}
	switch string(sequence) {
	case pasteStart:
		return true
	case pasteEnd:
		return false
	}
	return pasting
}

// endOfTerminal is the error of a terminal that is gone.
func endOfTerminal(err error) error {
	if errors.Is(err, io.EOF) {
		return context.Canceled
	}
	return err
}
