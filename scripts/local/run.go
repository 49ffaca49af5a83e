package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"retoolapi/internal/cli"
	"retoolapi/internal/localcloud"
)

// runCommand is `local run`.
type runCommand struct {
	Command []string `arg:"" passthrough:"" help:"The command and its arguments, after --."`
}

func (runCommand) Help() string {
	return `The command gets the local cloud's endpoint, credentials and region, and none of your own AWS_ variables and profiles: it cannot reach the real AWS.

Examples:
  go run ./scripts/local run -- npx cdk diff -c stage=local --method=template
  go run ./scripts/local run -- aws dynamodb list-tables`
}

// Run replaces this process with the command, so that signals, the terminal and
// the exit code are those of the command.
func (cmd runCommand) Run(ctx context.Context, all *commands) error {
	command := cmd.Command
	if command[0] == "--" {
		command = command[1:]
	}
	if len(command) == 0 {
		return cli.Usage(errors.New("no command given"), "name it after --")
	}
	port, err := localcloud.Locate(ctx, all.cloud(cli.Console{}).at())
	if err != nil {
		return err
	}
	path, err := exec.LookPath(command[0])
	if err != nil {
		return cli.Usage(fmt.Errorf("run the command: %w", cause(err)), "check the name of the command, or install it")
	}
	return fmt.Errorf("%s: %w", path, syscall.Exec(path, command, localcloud.Environ(port, os.Environ())))
}

// cause returns the innermost error. The outer ones have the name of the command
// in their texts, which may be a secret in the wrong place.
func cause(err error) error {
	for inner := err; inner != nil; inner = errors.Unwrap(inner) {
		err = inner
	}
	return err
}
