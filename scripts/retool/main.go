// Command retool connects Retool to a deployed stack: it prints the filled-in
// form of the Retool resource and proves from outside that it works.
//
// The rules of its interface: what a person asked for goes to standard output,
// what is going on to standard error. A secret is read from the terminal
// without echo or from standard input, never from the command line. Every
// error says what was tried, the cause and what to do.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"retoolapi/infra/stage"
	"retoolapi/internal/deployed"
	"retoolapi/internal/form"
	"retoolapi/internal/localcloud"
)

// The exit codes.
const (
	exitFailed      = 1   // a check failed
	exitUsage       = 2   // wrong use
	exitUnreachable = 3   // AWS or the stack cannot be reached
	exitInterrupted = 130 // Ctrl-C, as shells count it
)

const description = `Connects Retool to a deployed stack.

After a deploy, "connect" creates the service user, proves the whole flow and
prints what to type into Retool:

  go run ./scripts/retool connect                        the stage dev
  go run ./scripts/retool connect --stage prod           another stage
  go run ./scripts/retool connect --sign-in per-user     each Retool user signs in
  go run ./scripts/retool check < token.txt              prove it again, from outside
  go run ./scripts/retool form --format markdown         the form, without the token
  go run ./scripts/retool user add alice                 a person who may sign in
  go run ./scripts/retool disconnect                     end the service user's access

For the stage local everything happens on the local cloud (make local); for
other stages the ordinary AWS credentials are used.

Exit code: 0 fine, 1 a check failed, 2 wrong use, 3 AWS or the stack cannot be
reached, 130 interrupted. ("go run" itself turns every failure into 1; a built command does not:
go build -o retool ./scripts/retool)`

type commands struct {
	Connect    connect     `cmd:"" help:"Create or repair the service user, prove the flow and print what to type into Retool."`
	Check      check       `cmd:"" help:"Prove a deployed stack from outside, one line per check."`
	Form       formCommand `cmd:"" help:"Print what to type into Retool, without making or changing anything."`
	User       user        `cmd:"" help:"Manage the people who sign in themselves (--sign-in per-user)."`
	Disconnect disconnect  `cmd:"" help:"Sign the service user out everywhere and disable it."`
}

// serviceUser is the default name of the user that Retool signs in as.
const serviceUser = "retool"

// target are the flags that say which stack is meant.
type target struct {
	Stage   string `help:"Stage of the stack." default:"${stage}" env:"STAGE"`
	Region  string `help:"AWS region of the stack, if not that of the environment or profile."`
	Profile string `help:"AWS profile, if not that of the environment."`

	Port localcloud.Port `help:"Port of the local cloud, for the stage local. Without: that of the one that runs in this folder." placeholder:"PORT" env:"LOCAL_PORT"`
	Dir  string          `help:"Folder of the local cloud." default:"${dir}" env:"LOCAL_DIR" hidden:""`
}

// choices are the flags that say how Retool signs in.
type choices struct {
	SignIn  form.SignIn  `help:"Who the API sees: ${enum}. Shared is one service user for all of Retool; per-user asks each Retool user for their own user name and password." enum:"shared,per-user" default:"shared"`
	Request form.Request `help:"How the refresh request carries the token: ${enum}. Flat is for a Retool version that sends the nested value as text." enum:"nested,flat" default:"nested"`
}

// console is where a command talks to a person.
type console struct {
	in       *os.File
	out, err io.Writer
}

func (t target) open(ctx context.Context, c console) (*deployed.Stack, error) {
	if err := stage.Check(t.Stage); err != nil {
		return nil, usageError{err}
	}
	dir := cmp.Or(t.Dir, localcloud.DefaultDir) // an empty LOCAL_DIR is none
	fmt.Fprintf(c.err, "Looking up stack %s…\n", stage.StackName(t.Stage))
	return deployed.Open(ctx, deployed.Location{Stage: t.Stage, Region: t.Region, Profile: t.Profile, Dir: dir, Port: t.Port})
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
		kong.Writers(c.out, c.err),
		kong.Exit(func(code int) { exited = code }),
		kong.Vars{"stage": stage.Default, "serviceUser": serviceUser, "dir": localcloud.DefaultDir},
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
		fmt.Fprintln(c.err, usageFault(err))
		return exitUsage
	}
	name := commandName(command)
	err = command.Run()
	if ctx.Err() != nil || errors.Is(err, context.Canceled) {
		fmt.Fprintf(c.err, "%s: interrupted\n", name)
		return exitInterrupted
	}
	return exitCode(err, name, c)
}

// commandName returns the words of a command, without its arguments.
func commandName(command *kong.Context) string {
	name, _, _ := strings.Cut(command.Command(), " <")
	return name
}

// usageFault says what is wrong with the command line. It does not repeat what
// stands where nothing belongs: it may be a secret.
func usageFault(err error) string {
	const secret = "a secret is typed when asked or given on standard input, where no other program sees it"
	name, fault := "retool", err.Error()
	var parse *kong.ParseError
	if errors.As(err, &parse) && parse.Context.Selected() != nil {
		name = "retool " + commandName(parse.Context)
		switch {
		case parse.Context.Selected().Leaf() && strings.HasPrefix(fault, "unexpected argument"):
			fault = "there is an argument too many: " + secret
		case strings.HasPrefix(fault, "--with-token:"):
			fault = "--with-token takes no value: " + secret
		}
	}
	return fmt.Sprintf("%[1]s: %[2]s (%[1]s --help)", name, fault)
}

// errFailed says that a check failed, whose line has said why.
var errFailed = errors.New("a check failed")

// usageError is an error in what the person typed.
type usageError struct{ error }

func exitCode(err error, name string, c console) int {
	var usage usageError
	var port localcloud.PortError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errFailed):
		return exitFailed
	}
	fmt.Fprintf(c.err, "%s: %v\n", name, err)
	switch {
	case errors.As(err, &usage), errors.As(err, &port):
		return exitUsage
	case errors.Is(err, deployed.ErrUnreachable):
		return exitUnreachable
	}
	return exitFailed
}
