package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// The exit codes, on which scripts rely.
const (
	exitFine        = 0
	exitFailed      = 1   // a check failed, or what was asked for cannot be done
	exitUsage       = 2   // wrong use
	exitUnreachable = 3   // AWS, the local cloud or the stack cannot be reached
	exitInterrupted = 130 // Ctrl-C, as shells count it
)

// exitCodes describes them. It is a format for the name of the program.
const exitCodes = `

Exit code: 0 fine, 1 failed, 2 wrong use, 3 AWS, the local cloud or the stack cannot be reached, 130 interrupted. "go run" turns every failure into 1, a built command does not: go build -o %[1]s ./scripts/%[1]s`

// An error can have these methods, so that nobody has to read its text. A
// package whose errors have them need not import this one.
type (
	// hinter says what the person can do. Its Error does not repeat that.
	hinter interface {
		error
		Hint() string
	}
	// misuse says that the command was used wrongly.
	misuse interface {
		error
		Misuse()
	}
	// unreachable says that AWS or a stack could not be reached.
	unreachable interface {
		error
		Unreachable()
	}
)

// ErrFailed says that a check failed. The command has printed why.
var ErrFailed = errors.New("a check failed")

// Exit says that another command failed with this exit code, and that it was printed
// why.
type Exit int

func (e Exit) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// Hint adds to an error what the person can do, as an imperative: "deploy it
// (npx cdk deploy)". If an error has several hints, the outermost one is shown.
func Hint(err error, hint string) error { return hinted{err, hint} }

type hinted struct {
	error
	hint string
}

func (e hinted) Unwrap() error { return e.error }
func (e hinted) Hint() string  { return e.hint }

// Usage returns an error about what the person typed. The hint says what to type
// instead.
func Usage(err error, hint string) error { return usage{hinted{err, hint}} }

type usage struct{ hinted }

func (usage) Misuse() {}

// Explain returns the text of an error for a person: the cause, the output of
// another program, and the hint on its own line. The lines after the first one
// begin with indent.
func Explain(err error, indent string) string {
	text := strings.TrimSpace(err.Error())
	if with, ok := errors.AsType[hinter](err); ok && with.Hint() != "" {
		text += "\nhint: " + with.Hint()
	}
	return strings.ReplaceAll(text, "\n", "\n"+indent)
}

// end prints how a command ended and returns its exit code.
func (c Console) end(ctx context.Context, name string, err error) int {
	code := exitCode(ctx, err)
	switch {
	case code == exitInterrupted:
		fmt.Fprintf(c.Err, "%s: interrupted\n", name)
	case err != nil && !errors.Is(err, ErrFailed) && !is[Exit](err):
		fmt.Fprintf(c.Err, "%s: %s\n", name, Explain(err, "  "))
	}
	return code
}

func exitCode(ctx context.Context, err error) int {
	exit, failed := errors.AsType[Exit](err)
	switch {
	case err == nil:
		return exitFine
	case ctx.Err() != nil, errors.Is(err, context.Canceled):
		return exitInterrupted
	case failed:
		return int(exit)
	case is[misuse](err):
		return exitUsage
	case is[unreachable](err):
		return exitUnreachable
	}
	return exitFailed
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
