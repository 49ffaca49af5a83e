package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"retoolapi/internal/cli"
)

// job is a command that runs, with what it printed.
type job struct {
	what   string // of one of several
	args   []string
	output output
	ended  atomic.Bool
}

// stopping is how long a command has to end by itself before it is killed. It is
// shorter than what package cli gives this command after an interruption.
const stopping = 400 * time.Millisecond

// runAll runs the jobs at the same time. When one fails, or ctx is canceled, it stops
// the others. It returns the first one that failed.
func runAll(ctx context.Context, jobs []*job) (failed *job, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var once sync.Once
	var all sync.WaitGroup
	for _, j := range jobs {
		all.Go(func() {
			defer j.ended.Store(true)
			if fault := j.run(ctx); fault != nil {
				once.Do(func() { failed, err = j, fault })
				stop()
			}
		})
	}
	all.Wait()
	return failed, err
}

// run runs the command in a process group of its own, so that what it started ends
// with it.
func (j *job) run(ctx context.Context) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	command := exec.Command(j.args[0], j.args[1:]...)
	command.Stdout, command.Stderr = &j.output, &j.output
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.WaitDelay = stopping // for children that keep the output open
	if err := command.Start(); err != nil {
		return fmt.Errorf("start the command: %w", err)
	}
	group := -command.Process.Pid
	ended := make(chan struct{})
	defer context.AfterFunc(ctx, func() { end(group, ended) })()
	err := command.Wait()
	close(ended)
	if ctx.Err() != nil {
		syscall.Kill(group, syscall.SIGKILL) // the rest, which does not end by itself
		return ctx.Err()
	}
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return cli.Exit(exitCode(exit))
	}
	if errors.Is(err, exec.ErrWaitDelay) {
		return nil
	}
	return err
}

// end ends a process group: npm, for one, does not listen while it waits for an
// answer.
func end(group int, ended <-chan struct{}) {
	syscall.Kill(group, syscall.SIGTERM)
	select {
	case <-ended:
	case <-time.After(stopping):
		syscall.Kill(group, syscall.SIGKILL)
	}
}

// exitCode counts the end by a signal as shells do.
func exitCode(exit *exec.ExitError) int {
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return exit.ExitCode()
}

// output collects what a command prints.
type output struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.all.Write(p)
}
