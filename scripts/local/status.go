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

// status prints where the emulator runs. It fails if it does not run.
func (c cloud) status(ctx context.Context) error {
	running, err := localcloud.FindOn(c.dir, c.port)
	if err != nil {
		return err
	}
	if running == nil {
		fmt.Fprintf(c.console.Out, "local cloud of %s not running\n", c.dir)
		return cli.ErrFailed
	}
	state := "running"
	if err := running.Answers(ctx); err != nil {
		state = "running, but " + cli.Explain(err, "  ")
	}
	fmt.Fprintf(c.console.Out, "local cloud %s\nendpoint  %s\npid       %d\nlog       %s\n",
		state, localcloud.Endpoint(running.Port), running.PID, c.logPath())
	return nil
}
