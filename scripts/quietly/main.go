// Command quietly runs commands for the Makefile, and shows their output only if
// they fail. While they run, it says what is under way.
//
// Package cli has the rules of its interface.
package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"retoolapi/internal/cli"
)

const description = `Runs commands and shows their output only if they fail.

Examples:
  go run ./scripts/quietly run "deploying the stack" -- npx cdk deploy --progress events
  go run ./scripts/quietly together "setting up" "installing=npm ci" "compiling=go build ./..."`

type commands struct {
	Step string `placeholder:"N of M" help:"Number of the step that this is, which is said when it begins."`

	Run      run      `cmd:"" help:"Run a command. Its exit code is that of the command."`
	Together together `cmd:"" help:"Run shell commands at the same time. If one fails, the others are stopped."`
}

// run is for what make has announced.
type run struct {
	What    string   `arg:"" help:"What the command does: deploying the stack."`
	Command []string `arg:"" passthrough:"" help:"The command and its arguments, after --."`
}

func (cmd run) Run(ctx context.Context, c cli.Console, all *commands) error {
	args := cmd.Command
	if args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		return cli.Usage(errors.New("no command given"), "name it after --")
	}
	one := &job{args: args}
	doing := func() string { return cmd.What + one.progress() }
	return all.run(ctx, c, cmd.What, true, doing, one)
}

type together struct {
	What string   `arg:"" help:"What the commands do together: setting up."`
	Jobs []string `arg:"" placeholder:"WHAT=COMMAND" help:"What a command does, and the command for a shell."`
}

func (cmd together) Run(ctx context.Context, c cli.Console, all *commands) error {
	var jobs []*job
	for _, text := range cmd.Jobs {
		what, command, ok := strings.Cut(text, "=")
		if !ok || what == "" {
			return cli.Usage(errors.New("a job has no name"), "name it: WHAT=COMMAND")
		}
		jobs = append(jobs, &job{what: what, args: []string{"sh", "-c", command}})
	}
	doing := func() string { return cmd.What + ": " + underWay(jobs) }
	return all.run(ctx, c, cmd.What, all.Step != "", doing, jobs...)
}

// run runs jobs at the same time. doing says what is under way, announced whether the
// person has read what begins.
func (cmd commands) run(ctx context.Context, c cli.Console, what string, announced bool, doing func() string, jobs ...*job) error {
	step := ""
	if cmd.Step != "" {
		step = "at step " + cmd.Step + ", "
		fmt.Fprintf(c.Err, "%s: %s…\n", cmd.Step, what)
	}
	var failed *job
	err := c.Following(func() string { return step + doing() }, announced, func() (err error) {
		failed, err = runAll(ctx, jobs)
		return err
	})
	if failed == nil || ctx.Err() != nil {
		return err
	}
	if failed.what != "" {
		fmt.Fprintf(c.Err, "%s failed:\n", failed.what)
	}
	c.Err.Write(failed.output.text())
	return err
}

// underWay names the jobs that have not ended.
func underWay(jobs []*job) string {
	var names []string
	for _, j := range jobs {
		if !j.ended.Load() {
			names = append(names, j.what)
		}
	}
	return strings.Join(names, ", ")
}

func main() { program().Main() }

func program() cli.Program {
	return cli.Program{Name: "quietly", Description: description, Commands: new(commands)}
}
