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

// pollPeriod is how often is looked whether what is waited for has happened.
const pollPeriod = 50 * time.Millisecond

// cloud is the local cloud of one folder: one emulator process at most.
//
// The emulator keeps everything in memory and saves it when it stops, so what
// comes back at the next start is of one moment. (Objects in S3 it forgets; the
// CDK CLI uploads its assets again when it needs them.)
type cloud struct {
	dir     string          // absolute
	port    localcloud.Port // the one asked for, if any
	console cli.Console
}

// at is the target for the commands that messages advise.
func (c cloud) at() command.Target { return command.Target{Dir: c.dir, Port: int(c.port)} }

func (c cloud) recordPath() string { return filepath.Join(c.dir, localcloud.Record) }
func (c cloud) lockPath() string   { return filepath.Join(c.dir, "ministack.lock") } // of the command that starts or wipes
func (c cloud) logPath() string    { return filepath.Join(c.dir, "ministack.log") }
func (c cloud) dataPath() string   { return filepath.Join(c.dir, "ministack") }

// logTail is the end of the log, in lines to be put behind an error.
func (c cloud) logTail() string {
	log, err := os.ReadFile(c.logPath())
	if err != nil || len(log) == 0 {
		return ""
	}
	lines := strings.Split(strings.TrimSpace(string(log)), "\n")
	return "\n" + strings.Join(lines[max(0, len(lines)-10):], "\n")
}

// waitUntil returns when something is done or has failed, or when ctx ends. It
// says what is going on to whoever waits.
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
