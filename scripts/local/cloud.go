package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"

	"retoolapi/internal/cli"
	"retoolapi/internal/command"
	"retoolapi/internal/localcloud"
)

// pollPeriod is the time between two tries of waitUntil.
const pollPeriod = 50 * time.Millisecond

// cloud is the local cloud of one folder: one emulator process at most.
//
// The emulator keeps everything in memory and saves it when it stops, so that the
// next start restores a consistent state. It does not save objects in S3, but the
// CDK CLI uploads its assets again when it needs them.
type cloud struct {
	dir     string          // absolute
	port    localcloud.Port // from the command line, if any
	console cli.Console
}

// at is the target for the commands that messages advise.
func (c cloud) at() command.Target { return command.Target{Dir: c.dir, Port: int(c.port)} }

func (c cloud) recordPath() string { return filepath.Join(c.dir, localcloud.Record) }
func (c cloud) lockPath() string   { return filepath.Join(c.dir, "ministack.lock") } // of the command that starts or wipes
func (c cloud) logPath() string    { return filepath.Join(c.dir, "ministack.log") }
func (c cloud) dataPath() string   { return filepath.Join(c.dir, "ministack") }

// logTail returns the last lines of the log, each after a newline.
func (c cloud) logTail() string {
	log, err := os.ReadFile(c.logPath())
	if err != nil || len(log) == 0 {
		return ""
	}
	lines := strings.Split(strings.TrimSpace(string(log)), "\n")
	return "\n" + strings.Join(lines[max(0, len(lines)-10):], "\n")
}

// waitUntil calls done until it returns true or an error, or ctx is canceled. It
// tells the person what it waits for.
func waitUntil(ctx context.Context, c cli.Console, what string, done func() (bool, error)) error {
	return c.Waiting(what, func() error {
		for {
			if ok, err := done(); ok || err != nil {
				return err
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(pollPeriod):
			}
		}
	})
}
