// Command local runs the local cloud: MiniStack, an AWS emulator, on this
// machine and for this machine only.
//
// Package cli has the rules of its interface.
package main

import (
	"cmp"
	"strconv"

	"github.com/alecthomas/kong"

	"retoolapi/internal/cli"
	"retoolapi/internal/localcloud"
)

const description = `Runs the local cloud: MiniStack, an AWS emulator, on this machine and for this machine only.

Its state and its log are in --dir. Its Python packages are in the user's cache folder, shared by all clones.

Examples:
  go run ./scripts/local up
  go run ./scripts/local run -- npx cdk deploy -c stage=local
  go run ./scripts/local run -- aws cloudformation describe-stacks
  LOCAL_PORT=4567 go run ./scripts/local up
  go run ./scripts/local down --wipe

Only the first start needs to name a port other than ${port}: the other commands find the local cloud that runs, and the next start uses the same port again, until "down --wipe". It is an error to name another port while the local cloud runs.`

type commands struct {
	Port localcloud.Port   `env:"LOCAL_PORT" placeholder:"PORT" help:"Port on 127.0.0.1. Default: the port of the local cloud in --dir that runs or ran last, or else ${port}."`
	Dir  localcloud.Folder `env:"LOCAL_DIR" default:"${dir}" help:"Folder of the state and the log, relative to the current one."`

	Up     upCommand     `cmd:"" help:"Start the local cloud and wait until it answers. Does nothing if it runs already."`
	Down   downCommand   `cmd:"" help:"Stop the local cloud. What is deployed comes back with the next up."`
	Status statusCommand `cmd:"" help:"Say whether the local cloud runs, and where. The exit code is 1 if it does not run, 3 if it does not answer."`
	Run    runCommand    `cmd:"" help:"Run a command with the environment of the local cloud. Its exit code is that of the command."`
	Venv   venvCommand   `cmd:"" hidden:"" help:"Create a virtual environment for the project's other tools, unless it is there and complete."`
}

func (cmd *commands) cloud(c cli.Console) cloud {
	dir := cmp.Or(cmd.Dir, localcloud.DefaultDir) // an empty LOCAL_DIR is none
	return cloud{dir: kong.ExpandPath(string(dir)), port: cmd.Port, console: c}
}

func main() { program().Main() }

func program() cli.Program {
	return cli.Program{
		Name:        "local",
		Description: description,
		Commands:    new(commands),
		Vars:        map[string]string{"port": strconv.Itoa(localcloud.DefaultPort), "dir": localcloud.DefaultDir},
	}
}
