package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"retoolapi/internal/visible"
)

// Console is where a command talks to a person.
type Console struct {
	In  *os.File
	Out io.Writer // for what the person asked for
	Err io.Writer // for what is going on

	terminal io.Writer // Err as it is, for what the terminal is to obey
	live     *liveLine // nil if Err is not a terminal
}

const (
	reportDelay  = 2 * time.Second // before the first report of Waiting, and on a terminal
	reportPeriod = 5 * time.Second // between two reports
	livePeriod   = time.Second     // between two on a terminal, where they are one line
)

// Doing prints what is being done, calls do, and reports regularly that it still
// runs.
func (c Console) Doing(what string, do func() error) error {
	fmt.Fprintf(c.Err, "%s%s…\n", strings.ToUpper(what[:1]), what[1:])
	return c.reporting(func() string { return what }, reportPeriod, do)
}

// Waiting is Doing for work that is usually short: it prints nothing before
// reportDelay.
func (c Console) Waiting(what string, do func() error) error {
	return c.reporting(func() string { return what }, reportDelay, do)
}

// Following is for work whose description changes while it is done. If it was
// announced, as Doing does, the first report comes later.
func (c Console) Following(what func() string, announced bool, do func() error) error {
	delay := reportDelay
	if announced {
		delay = reportPeriod
	}
	return c.reporting(what, delay, do)
}

func (c Console) reporting(what func() string, delay time.Duration, do func() error) error {
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		c.report(what, delay, done)
	}()
	defer func() {
		close(done)
		<-stopped // so that no report follows
	}()
	return do()
}

func (c Console) report(what func() string, delay time.Duration, done <-chan struct{}) {
	period := reportPeriod
	if c.live != nil {
		delay, period = reportDelay, livePeriod
		defer c.live.clear()
	}
	start := time.Now()
	next := time.NewTimer(delay)
	defer next.Stop()
	for {
		select {
		case <-done:
			return
		case now := <-next.C:
			text, seconds := "still "+what(), fmt.Sprintf(" (%d s)", int(now.Sub(start).Seconds()))
			if c.live != nil {
				c.live.show(visible.Text(text), seconds)
			} else {
				fmt.Fprintln(c.Err, text+seconds)
			}
			next.Reset(period)
		}
	}
}
