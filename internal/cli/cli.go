// Package cli holds what the project's commands share: arguments, output, errors
// and exit codes.
//
// The rules of their interface:
//
//   - Results go to standard output, progress and errors to standard error.
//     There are no colours.
//   - A command that takes longer says within two seconds what it waits for, and
//     then every five seconds. On a terminal that is one line, which shows the
//     seconds and disappears when there is something else to say.
//   - An error is one line: the command, what was tried, the cause. The output
//     of another program follows, indented. The last line says what the person
//     can do, and begins with "hint:".
//   - A secret is read from the terminal without echo or from standard input,
//     never from the command line, and no error repeats one.
//   - Without arguments a command shows its help.
//   - Ctrl-C ends a command in an orderly way within a second, whatever it waits
//     for. A second one ends it at once.
//   - What servers, files and programs say is shown, and not obeyed by the
//     terminal (package visible).
//   - The exit code tells a script what happened: 0 fine, 1 failed, 2
//     wrong use, 3 AWS, the local cloud or the stack cannot be reached, 130
//     interrupted.
package cli

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"reflect"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"retoolapi/internal/visible"
)

// Program is a command of the project with its subcommands.
type Program struct {
	Name        string
	Description string // with examples; the help adds the exit codes
	// Commands points to the declaration of the subcommands for kong. The Run
	// method of a subcommand may take a context.Context, a Console and this
	// pointer.
	Commands any
	Vars     map[string]string // for the tags of the declaration
	// Checks are those of texts that flags take, by the tag type of the flag. Such
	// an error says what the flag takes, and repeats no value: "takes a name".
	Checks map[string]func(text string) error
}

// Main runs the program with the arguments of this process, and exits.
func (p Program) Main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	context.AfterFunc(ctx, stop) // the second one has its usual effect
	os.Exit(p.Run(ctx, os.Args[1:], Console{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}

// Run runs a command line and returns the exit code.
func (p Program) Run(ctx context.Context, args []string, c Console) int {
	c.terminal, c.live = c.Err, newLiveLine(c.Err)
	c.Out = visible.Writer(painted(c.live.writer(c.Out), c.Out))
	c.Err = visible.Writer(painted(c.live.writer(c.Err), c.Err))
	exited := -1
	options := []kong.Option{
		kong.Name(p.Name),
		kong.Description(p.Description + fmt.Sprintf(exitCodes, p.Name)),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Writers(c.Out, c.Err),
		kong.Exit(func(code int) { exited = code }),
		kong.Vars(p.Vars),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(c),
	}
	for name, check := range p.Checks {
		options = append(options, kong.NamedMapper(name, checked(check)))
	}
	parser, err := kong.New(p.Commands, options...)
	if err != nil {
		panic(err) // the declaration is wrong
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	switch {
	case exited >= 0: // after --help
		return exited
	case err != nil:
		name, err := p.wrongUse(err)
		return c.end(ctx, name, err)
	}
	return c.end(ctx, p.nameOf(command), interruptible(ctx, grace, func() error { return command.Run(p.Commands) }))
}

// grace is how long a command has to clean up after an interruption.
const grace = 800 * time.Millisecond

// interruptible returns what run returns or, if that still waits for something
// else so long after an interruption, the error of ctx. What run does then goes
// on, until the process ends.
func interruptible(ctx context.Context, grace time.Duration, run func() error) error {
	done := make(chan error, 1)
	go func() { done <- run() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-done:
		return err
	case <-time.After(grace):
		return ctx.Err()
	}
}

// checked reads a text that check returns no error for.
func checked(check func(string) error) kong.MapperFunc {
	return func(command *kong.DecodeContext, target reflect.Value) error {
		var text string
		if err := command.Scan.PopValueInto("value", &text); err != nil {
			return err
		}
		target.SetString(text)
		return check(text)
	}
}

// nameOf returns the words of a command, without its arguments.
func (p Program) nameOf(command *kong.Context) string {
	words, _, _ := strings.Cut(command.Command(), "<")
	return strings.TrimSpace(p.Name + " " + words)
}
