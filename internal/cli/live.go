package cli

import (
	"fmt"
	"io"
	"os"
	"sync"

	"golang.org/x/term"
)

// liveLine is the last line of a terminal while something is waited for. What is
// written otherwise takes its place. A nil liveLine shows nothing.
type liveLine struct {
	mu       sync.Mutex
	terminal io.Writer
	shown    bool
}

// newLiveLine returns nil for what is not a terminal that can clear a line.
func newLiveLine(w io.Writer) *liveLine {
	if !obeysCodes(w) {
		return nil
	}
	return &liveLine{terminal: w}
}

// obeysCodes reports whether a terminal shows what is written to w, and does what
// codes tell it.
func obeysCodes(w io.Writer) bool {
	return isTerminal(w) && os.Getenv("TERM") != "dumb" && os.Getenv("TERM") != ""
}

// clearLine moves to the start of the line and deletes it.
const clearLine = "\r\x1b[K"

// show shows a text with what follows it, which is never cut.
func (l *liveLine) show(text, after string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprint(l.terminal, clearLine+fitting(text, l.width()-len(after))+after)
	l.shown = true
}

// width returns the number of columns of the terminal, or 0 if it does not tell.
func (l *liveLine) width() int {
	file, ok := l.terminal.(*os.File)
	if !ok {
		return 0
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// fitting cuts a text to a width, because only one line of a terminal can be cleared.
func fitting(text string, width int) string {
	letters := []rune(text)
	if width < 2 || len(letters) < width {
		return text
	}
	return string(letters[:width-2]) + "…"
}

func (l *liveLine) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.clearLocked()
}

func (l *liveLine) clearLocked() {
	if l.shown {
		fmt.Fprint(l.terminal, clearLine)
		l.shown = false
	}
}

// writer returns w, before each write to which the live line is cleared.
func (l *liveLine) writer(w io.Writer) io.Writer {
	if l == nil {
		return w
	}
	return liveWriter{l, w}
}

type liveWriter struct {
	live *liveLine
	w    io.Writer
}

func (w liveWriter) Write(p []byte) (int, error) {
	w.live.mu.Lock()
	defer w.live.mu.Unlock()
	w.live.clearLocked()
	return w.w.Write(p)
}
