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

// exitCodes is their description, to which the name of the program is added.
const exitCodes = `

Exit code: 0 fine, 1 failed, 2 wrong use, 3 AWS, the local cloud or the stack cannot be reached, 130 interrupted. "go run" turns every failure into 1, a built command does not: go build -o %[1]s ./scripts/%[1]s`

// What an error can say of itself by a method, so that nobody has to read its
// text. It may be of any package, which need not import this one for that.
type (
	// hinter knows what the person can do, which its Error does not say too.
	hinter interface {
		error
		Hint() string
	}
	// misuse is of a person who asked for what cannot be.
	misuse interface {
		error
		Misuse()
	}
	// unreachable is of AWS or a stack that could not be reached.
	unreachable interface {
		error
		Unreachable()
	}
)

// ErrFailed says that a check failed, of which standard output has said why.
var ErrFailed = errors.New("a check failed")

// Hint adds to an error what the person can do, in an imperative: "deploy it
// (npx cdk deploy)". Of several hints the outermost one is shown.
func Hint(err error, hint string) error { return hinted{err, hint} }

type hinted struct {
	error
	hint string
}

func (e hinted) Unwrap() error { return e.error }
func (e hinted) Hint() string  { return e.hint }

// Usage is an error in what the person typed, with what to type instead.
func Usage(err error, hint string) error { return usage{hinted{err, hint}} }

type usage struct{ hinted }

func (usage) Misuse() {}

// Explain is an error as a person reads it: the cause, what another program said
// of it, and the hint on a line of its own. The lines after the first one begin
// with indent.
func Explain(err error, indent string) string {
	text := strings.TrimSpace(err.Error())
	if with, ok := errors.AsType[hinter](err); ok && with.Hint() != "" {
		text += "\nhint: " + with.Hint()
	}
	return strings.ReplaceAll(text, "\n", "\n"+indent)
}

// end says how a command ended and returns its exit code.
func (c Console) end(ctx context.Context, name string, err error) int {
	code := exitCode(ctx, err)
	switch {
	case code == exitInterrupted:
		fmt.Fprintf(c.Err, "%s: interrupted\n", name)
	case err != nil && !errors.Is(err, ErrFailed):
		fmt.Fprintf(c.Err, "%s: %s\n", name, Explain(err, "  "))
	}
	return code
}

func exitCode(ctx context.Context, err error) int {
	switch {
	case err == nil:
		return exitFine
	case ctx.Err() != nil, errors.Is(err, context.Canceled):
		return exitInterrupted
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
