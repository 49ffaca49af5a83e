package main

import (
	"context"
	"fmt"

	"retoolapi/internal/cli"
	"retoolapi/internal/localcloud"
)

// statusCommand is `local status`.
type statusCommand struct{}

func (statusCommand) Run(ctx context.Context, c cli.Console, all *commands) error {
	return all.cloud(c).status(ctx)
}

// status prints where the emulator runs. It fails if it does not run or does not
// answer.
func (c cloud) status(ctx context.Context) error {
	running, err := localcloud.FindOn(c.at())
	if err != nil {
		return err
	}
	if running == nil {
		fmt.Fprintf(c.console.Out, "local cloud of %s not running\n", c.dir)
		return cli.ErrFailed
	}
	fmt.Fprintf(c.console.Out, "local cloud running\nendpoint  %s\npid       %d\nlog       %s\n",
		localcloud.Endpoint(running.Port), running.PID, c.logPath())
	return running.Answers(ctx, c.at())
}
