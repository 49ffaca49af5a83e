package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"retoolapi/internal/cli"
	"retoolapi/internal/localcloud"
)

// The emulator saves its state when it stops. If it is killed before that is
// done, everything deployed since its start is lost.
const stopTimeout = 30 * time.Second

// downCommand is `local down`.
type downCommand struct {
	Wipe bool `help:"Forget everything deployed: remove the state and the log too."`
}

func (cmd downCommand) Run(ctx context.Context, c cli.Console, all *commands) error {
	cloud := all.cloud(c)
	if err := cloud.down(ctx); err != nil {
		return err
	}
	if cmd.Wipe {
		return cloud.wipe()
	}
	return nil
}

// down stops the emulator and everything it started, if it runs.
func (c cloud) down(ctx context.Context) error {
	running, err := localcloud.FindOn(c.at())
	if err != nil {
		return err
	}
	if running == nil {
		fmt.Fprintln(c.console.Out, "local cloud not running")
		return nil
	}
	if err := c.stop(ctx, running); err != nil {
		return err
	}
	fmt.Fprintln(c.console.Out, "local cloud stopped")
	return nil
}

func (c cloud) stop(ctx context.Context, running *localcloud.Emulator) error {
	group := running.PID
	if err := syscall.Kill(-group, syscall.SIGTERM); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("stop process group %d: %w", group, err)
	}
	deadline := time.Now().Add(stopTimeout)
	err := waitUntil(ctx, c.console, "stopping MiniStack", func() (bool, error) {
		now, err := localcloud.Find(c.dir)
		if err != nil || now == nil || now.PID != group {
			return true, err
		}
		if time.Now().Before(deadline) {
			return false, nil
		}
		fmt.Fprintf(c.console.Err, "MiniStack did not stop within %v and is killed: what was deployed since its start is lost\n", stopTimeout)
		return true, nil
	})
	if err != nil {
		return err
	}
	// The Lambda functions are children of the emulator and must stop too. No
	// other process can have the group's id while one of them runs.
	if err := syscall.Kill(-group, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("kill the rest of process group %d: %w", group, err)
	}
	return nil
}

// wipe removes the state, the log and the record of a stopped emulator.
func (c cloud) wipe() error {
	if _, err := os.Stat(c.dir); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	lock, err := os.OpenFile(c.lockPath(), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer lock.Close()
	locked, err := tryLock(lock)
	if err != nil {
		return err
	}
	running, err := localcloud.Find(c.dir)
	if err != nil {
		return err
	}
	if !locked || running != nil {
		return cli.Hint(fmt.Errorf("remove the state in %s: another command uses the local cloud", c.dir), "try again when it has finished")
	}
	for _, path := range []string{c.dataPath(), c.logPath(), c.recordPath()} {
		if err := os.RemoveAll(path); err != nil {
			return fmt.Errorf("remove the state: %w", err)
		}
	}
	fmt.Fprintf(c.console.Out, "state in %s removed\n", c.dir)
	return nil
}
