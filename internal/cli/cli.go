// Package cli is the manner that the project's commands share.
//
// The rules of their interface:
//
//   - What a person asked for goes to standard output, what is going on to
//     standard error. There are no colours and no lines that move, so that a
//     log of a CI reads like a terminal.
//   - Whoever has to wait is told within two seconds what for, and then every
//     five seconds.
//   - An error is one line: the command, what was tried, the cause. What another
//     program said of it follows, indented. What the person can do is the last
//     line, which begins with "hint:".
//   - A secret is read from the terminal without echo or from standard input,
//     never from the command line, and no error repeats one.
//   - Without arguments a command shows its help.
//   - Ctrl-C ends a command in an orderly way; a second one ends it at once.
//   - The exit code tells a script what happened: 0 fine, 1 failed, 2
//     wrong use, 3 AWS, the local cloud or the stack cannot be reached, 130
//     interrupted.
package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

// Program is a command of the project with its subcommands.
type Program struct {
	Name        string
	Description string // with examples; what the exit codes mean is added
	// Commands points to their declaration for kong. The Run method of each may
	// take a context.Context, a Console and this pointer.
	Commands any
	Vars     map[string]string // for the tags of the declaration
}

// Main runs the program with the arguments of this process, and ends the
// process.
func (p Program) Main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	context.AfterFunc(ctx, stop) // the second one has its usual effect
	os.Exit(p.Run(ctx, os.Args[1:], Console{os.Stdin, os.Stdout, os.Stderr}))
}

// Run runs a command line and returns the exit code.
func (p Program) Run(ctx context.Context, args []string, c Console) int {
	exited := -1
	parser, err := kong.New(p.Commands,
		kong.Name(p.Name),
		kong.Description(p.Description+fmt.Sprintf(exitCodes, p.Name)),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Writers(c.Out, c.Err),
		kong.Exit(func(code int) { exited = code }),
		kong.Vars(p.Vars),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(c),
	)
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
	return c.end(ctx, p.nameOf(command), command.Run(p.Commands))
}

// nameOf returns the words of a command, without its arguments.
func (p Program) nameOf(command *kong.Context) string {
	words, _, _ := strings.Cut(command.Command(), "<")
	return strings.TrimSpace(p.Name + " " + words)
}

// wrongUse returns which command was wrongly used, and how. It does not repeat
// what was given where nothing belongs: it may be a secret.
func (p Program) wrongUse(err error) (name string, fault error) {
	const secret = "a secret is typed when asked, or given on standard input, where no other program sees it"
	parse, ok := errors.AsType[*kong.ParseError](err)
	if !ok {
		return p.Name, Usage(err, help(p.Name))
	}
	name = p.nameOf(parse.Context)
	text := err.Error()
	unexpected := strings.HasPrefix(text, "unexpected argument")
	selected := parse.Context.Selected()
	switch flag := switchOf(parse.Context, text); {
	case unexpected && selected != nil && selected.Leaf():
		return name, Usage(errors.New("there is an argument too many"), secret)
	case unexpected && !strings.Contains(text, "did you mean"):
		err = errors.New("there is no such command")
	case flag != "":
		return name, Usage(errors.New(flag+" takes no value"), secret)
	}
	return name, Usage(err, help(name))
}

// help advises the command that shows how a command is used.
func help(name string) string { return "read its help: go run ./scripts/" + name + " --help" }

// switchOf returns the flag that takes no value, if the fault is that it got one.
func switchOf(command *kong.Context, fault string) string {
	for _, flag := range command.Flags() {
		if flag.IsBool() && strings.HasPrefix(fault, "--"+flag.Name+":") {
			return "--" + flag.Name
		}
	}
	return ""
}
