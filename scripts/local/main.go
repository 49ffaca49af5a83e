// Local runs the local cloud: MiniStack, an AWS emulator, on this machine and
// for this machine only.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"syscall"

	"github.com/alecthomas/kong"

	"retoolapi/internal/localcloud"
)

const description = `Run the local cloud: MiniStack, an AWS emulator, on this machine and for this machine only.

Its state and its log are in --dir. Its Python packages are in the user's cache folder, shared by all clones.

Examples:
  go run ./scripts/local up
  go run ./scripts/local run -- npx cdk deploy -c stage=local
  go run ./scripts/local run -- aws cloudformation describe-stacks
  LOCAL_PORT=4567 go run ./scripts/local up
  go run ./scripts/local down --wipe

Only the first start needs to name a port other than ${port}: the other commands find the one that runs, and the next start takes it again, until "down --wipe". Naming another one than that of the local cloud that runs is an error.`

type commandLine struct {
	Port localcloud.Port `env:"LOCAL_PORT" placeholder:"PORT" help:"Port on 127.0.0.1. Without: that of the local cloud that runs, or else ran last, in --dir; at first ${port}."`
	Dir  string          `env:"LOCAL_DIR" default:"${dir}" type:"path" help:"Folder of the state and the log, relative to the current one."`

	Up     upCommand     `cmd:"" help:"Start the local cloud and wait until it answers. Does nothing if it runs already."`
	Down   downCommand   `cmd:"" help:"Stop the local cloud. What is deployed comes back with the next up."`
	Status statusCommand `cmd:"" help:"Say whether the local cloud runs, and where. Exits with 1 if it does not."`
	Run    runCommand    `cmd:"" help:"Run a command with the environment of the local cloud."`
	Venv   venvCommand   `cmd:"" hidden:"" help:"Make a virtual environment for the project's other tools, as for MiniStack, unless it is there and whole."`
}

// AfterApply takes an empty LOCAL_DIR for none: else the folder would be the
// current one.
func (c *commandLine) AfterApply() error {
	if c.Dir == "" {
		c.Dir = kong.ExpandPath(localcloud.DefaultDir)
	}
	return nil
}

func (c *commandLine) cloud() cloud { return cloud{dir: c.Dir, port: c.Port} }

type upCommand struct{}

func (upCommand) Help() string {
	return `Needs Python 3.10 or later. The first time, it downloads about 25 MB of Python packages into the user's cache folder, each checked against its pinned hash; after that it takes a second. Your settings of pip (variables and files) say from which index, through which proxy and with which certificates; its other settings do not count. Packages that are damaged are installed again.`
}

func (upCommand) Run(ctx context.Context, c *commandLine) error {
	return c.cloud().up(ctx)
}

type downCommand struct {
	Wipe bool `help:"Forget everything deployed, too: remove the state and the log."`
}

func (d downCommand) Run(ctx context.Context, c *commandLine) error {
	if err := c.cloud().down(ctx); err != nil {
		return err
	}
	if d.Wipe {
		return c.cloud().wipe()
	}
	return nil
}

type statusCommand struct{}

func (statusCommand) Run(ctx context.Context, c *commandLine) error {
	return c.cloud().status(ctx)
}

type runCommand struct {
	Command []string `arg:"" passthrough:"" help:"The command and its arguments, after --."`
}

func (runCommand) Help() string {
	return `The command gets the local cloud's endpoint, credentials and region, and none of the AWS_ variables and profiles of your own: it cannot reach the real AWS.

Examples:
  go run ./scripts/local run -- npx cdk diff -c stage=local --method=template
  go run ./scripts/local run -- aws dynamodb list-tables`
}

// Run replaces this process by the command, so that signals, the terminal and
// the exit code are the command's.
func (r runCommand) Run(ctx context.Context, c *commandLine) error {
	command := r.Command
	if command[0] == "--" {
		command = command[1:]
	}
	if len(command) == 0 {
		return errors.New("run: no command given: name it after --")
	}
	port, err := localcloud.Locate(ctx, c.Dir, c.Port)
	if err != nil {
		return fmt.Errorf("run %s: %w", command[0], err)
	}
	path, err := exec.LookPath(command[0])
	if err != nil {
		return fmt.Errorf("run %s: %w", command[0], err)
	}
	if err := syscall.Exec(path, command, localcloud.Environ(port, os.Environ())); err != nil {
		return fmt.Errorf("run %s: %w", command[0], err)
	}
	return nil
}

type venvCommand struct {
	Packages     string   `required:"" help:"What the packages are called."`
	Requirements []string `required:"" type:"existingfile" help:"File of pinned packages with hashes."`
	Import       []string `required:"" help:"Module that must be there to be imported."`
	Into         string   `arg:"" type:"path" help:"Folder of the environment."`
}

func (v venvCommand) Run(ctx context.Context) error {
	requirements, err := readRequirements(v.Requirements)
	if err != nil {
		return fmt.Errorf("venv: %w", err)
	}
	if _, err := (environment{v.Into, v.Packages, requirements, v.Import}).python(ctx); err != nil {
		return fmt.Errorf("venv: %w", err)
	}
	return nil
}

func main() {
	var c commandLine
	parser := kong.Must(&c,
		kong.Name("local"),
		kong.Description(description),
		kong.Vars{"port": strconv.Itoa(localcloud.DefaultPort), "dir": localcloud.DefaultDir},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	cli, err := parser.Parse(os.Args[1:])
	parser.FatalIfErrorf(err)

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	cli.BindTo(ctx, (*context.Context)(nil))
	cli.FatalIfErrorf(cli.Run(&c))
}
