package localcloud

import "fmt"

// The errors of this package have methods that tell the commands what a person
// can do and which exit code to use. Their texts do not repeat that.

// hinted is an error with what a person can do about it.
type hinted struct {
	error
	hint string
}

func (e hinted) Unwrap() error { return e.error }
func (e hinted) Hint() string  { return e.hint }

func fault(hint, format string, args ...any) error {
	return hinted{fmt.Errorf(format, args...), hint}
}

// unreachable is an error of a local cloud that does not run or does not answer.
type unreachable struct{ error }

func (e unreachable) Unwrap() error { return e.error }
func (unreachable) Unreachable()    {}
