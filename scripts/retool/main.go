// Command retool connects Retool to a deployed stack: it prints the filled-in
// form of the Retool resource and proves from outside that it works.
//
// The rules of its interface: what a person asked for goes to standard output,
// what is going on to standard error. A secret is read from the terminal
// without echo or from standard input, never from the command line. Every
// error says what was tried, the cause and what to do.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"retoolapi/infra/deployment"
	"retoolapi/scripts/internal/deployed"
	"retoolapi/scripts/internal/localcloud"
	"retoolapi/scripts/internal/sheet"
)

// The exit codes.
const (
	exitFailed      = 1 // a check failed
	exitUsage       = 2 // wrong use
	exitUnreachable = 3 // AWS or the stack cannot be reached
)

const description = `Connects Retool to a deployed stack.

After a deploy, "connect" prints what to type into Retool:

  go run ./scripts/retool connect                 the stage dev
  go run ./scripts/retool connect --stage prod    another stage
  go run ./scripts/retool check < token.txt       prove it again, from outside

For the stage local everything happens on the local cloud (make local); for
other stages the ordinary AWS credentials are used.

Exit code: 0 fine, 1 a check failed, 2 wrong use, 3 AWS or the stack cannot be reached.`

type commands struct {
	Connect connect `cmd:"" help:"Make or repair the service user, prove the flow and print what to type into Retool."`
	Check   check   `cmd:"" help:"Prove a deployed stack from outside, one line per check."`
}

// target are the flags that say which stack is meant.
type target struct {
	Stage   string `help:"Stage of the stack." default:"${stage}" env:"STAGE"`
	Region  string `help:"AWS region of the stack, if not that of the environment or profile."`
	Profile string `help:"AWS profile, if not that of the environment."`
	Port    int    `help:"Port of the local cloud, for the stage local." default:"${port}" env:"LOCAL_PORT"`
}

// form are the flags that say how Retool signs in.
type form struct {
	Request sheet.Request `help:"How the refresh request carries the token: ${enum}. Flat is for a Retool version that sends the nested value as text." enum:"nested,flat" default:"nested"`
}

// console is where a command talks to a person.
type console struct {
	in       *os.File
	out, err io.Writer
}

func (t target) open(ctx context.Context, c console) (*deployed.Stack, error) {
	fmt.Fprintf(c.err, "Looking up stack %s…\n", deployment.StackName(t.Stage))
	return deployed.Open(ctx, deployed.Location{Stage: t.Stage, Region: t.Region, Profile: t.Profile, Port: t.Port})
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], console{os.Stdin, os.Stdout, os.Stderr}))
}

// run runs the command line and returns the exit code.
func run(ctx context.Context, args []string, c console) int {
	var cli commands
	exited := -1
	parser, err := kong.New(&cli,
		kong.Name("retool"),
		kong.Description(description),
		kong.UsageOnError(),
		kong.ShortUsageOnError(),
		kong.Writers(c.out, c.err),
		kong.Exit(func(code int) { exited = code }),
		kong.Vars{"stage": deployment.DefaultStage, "port": fmt.Sprint(localcloud.DefaultPort)},
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(c),
	)
	if err != nil {
		panic(err) // the declaration of the flags is wrong
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	if exited >= 0 { // after --help
		return exited
	}
	if err != nil {
		parser.Errorf("%s", err)
		return exitUsage
	}
	return exitCode(command.Run(), command.Selected().Name, c)
}

// errFailed says that a check failed, whose line has said why.
var errFailed = errors.New("a check failed")

// usageError is an error in what the person typed.
type usageError struct{ error }

func exitCode(err error, name string, c console) int {
	var usage usageError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errFailed):
		return exitFailed
	}
	fmt.Fprintf(c.err, "%s: %v\n", name, err)
	switch {
	case errors.As(err, &usage):
		return exitUsage
	case errors.Is(err, deployed.ErrUnreachable):
		return exitUnreachable
	}
	return exitFailed
}
