package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// Console is where a command talks to a person.
type Console struct {
	In  *os.File
	Out io.Writer // for what the person asked for
	Err io.Writer // for what is going on

	terminal io.Writer // Err as it is, for what the terminal is to obey
}

const (
	// Whoever waits longer than this is told what for…
	reportDelay = 2 * time.Second
	// … and then again and again.
	reportPeriod = 5 * time.Second
)

// Doing says what is going on, does it, and says again and again that it still
// goes on.
func (c Console) Doing(what string, do func() error) error {
	fmt.Fprintf(c.Err, "%s%s…\n", strings.ToUpper(what[:1]), what[1:])
	return c.reporting(what, reportPeriod, do)
}

// Waiting is Doing for what is usually over at once: it says nothing before the
// person has waited for a while.
func (c Console) Waiting(what string, do func() error) error {
	return c.reporting(what, reportDelay, do)
}

func (c Console) reporting(what string, delay time.Duration, do func() error) error {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		c.report(what, delay, done)
	}()
	defer func() {
		close(done)
		<-ended // so that nothing is reported of what is over
	}()
	return do()
}

func (c Console) report(what string, delay time.Duration, done <-chan struct{}) {
	start := time.Now()
	next := time.NewTimer(delay)
	defer next.Stop()
	for {
		select {
		case <-done:
			return
		case now := <-next.C:
			fmt.Fprintf(c.Err, "still %s (%d s)\n", what, int(now.Sub(start).Seconds()))
			next.Reset(reportPeriod)
		}
	}
}
