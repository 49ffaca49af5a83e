package cli

import (
	"bytes"
	"io"
	"os"
)

// painter colours the words with which lines begin: what passed, failed or needs
// attention, so that the eye finds it. It writes to a terminal, behind the writer
// that escapes foreign codes.
type painter struct {
	w    io.Writer
	into bool // a line has begun
}

// painted returns w as it is unless file is a terminal that shows colours, and the
// person has not turned them off: https://no-color.org
func painted(w, file io.Writer) io.Writer {
	if !obeysCodes(file) || os.Getenv("NO_COLOR") != "" {
		return w
	}
	return &painter{w: w}
}

// colours are those of the words, with the spaces that follow them.
var colours = []struct{ word, after, colour string }{
	{"ok", "    ", "\x1b[32m"},      // green
	{"FAIL", "  ", "\x1b[1;31m"},    // bold red
	{"warn", "  ", "\x1b[33m"},      // yellow
	{"  hint:", " ", "\x1b[1m"},     // bold
	{"      hint:", " ", "\x1b[1m"}, // of a check
}

const noColour = "\x1b[0m"

func (p *painter) Write(text []byte) (int, error) {
	var out bytes.Buffer
	for line := range bytes.Lines(text) {
		if !p.into {
			line = paint(line)
		}
		p.into = !bytes.HasSuffix(line, []byte("\n"))
		out.Write(line)
	}
	if _, err := p.w.Write(out.Bytes()); err != nil {
		return 0, err
	}
	return len(text), nil
}

// paint returns the start of a line with its word in colour.
func paint(line []byte) []byte {
	for _, c := range colours {
		if rest, ok := bytes.CutPrefix(line, []byte(c.word)); ok && bytes.HasPrefix(rest, []byte(c.after)) {
			return append([]byte(c.colour+c.word+noColour), rest...)
		}
	}
	return line
}
