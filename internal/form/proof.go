package form

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Proof is a check of the deployed stack, and what it found.
type Proof struct {
	Name   ProofName
	Detail Detail
	Field  ID // the field that is wrong, if a check that failed names one
	OK     bool
}

// Detail is what a check found: a text with the verbs of package fmt, and its
// values. Formats in other languages translate the text. A time is shown as its day.
type Detail struct {
	Text string
	Args []any
}

// Found returns the detail of a check that passed.
func Found(text string, args ...any) Detail { return Detail{text, args} }

// Failed returns the error of a check that is a detail, too.
func Failed(text string, args ...any) error { return failure{Detail{text, args}} }

type failure struct{ detail Detail }

func (f failure) Error() string { return f.detail.String() }

// DetailOf returns what the error of a check says. Of an error that is no detail,
// it keeps the text, and the field that it begins with.
func DetailOf(err error) Detail {
	if failed, ok := errors.AsType[failure](err); ok && failed.Error() == err.Error() {
		return failed.detail
	}
	if fault, ok := errors.AsType[*FieldError](err); ok {
		if text, ok := strings.CutPrefix(err.Error(), fault.Field.String()+": "); ok {
			return Found("%s: %s", fault.Field, text)
		}
	}
	return Found("%s", err.Error())
}

// String returns the detail in English.
func (d Detail) String() string {
	args := slices.Clone(d.Args)
	for i, arg := range args {
		if day, ok := arg.(time.Time); ok {
			args[i] = Day(day)
		}
	}
	return fmt.Sprintf(d.Text, args...)
}

// ProofName says what a check proves. Formats in other languages translate it.
type ProofName string

// The checks, in their order.
const (
	ProofForm         ProofName = "the form agrees with the stack"
	ProofWithoutToken ProofName = "a request without a token is refused"
	ProofTokenRequest ProofName = "Retool's token request gives an access token"
	ProofQuery        ProofName = "the API accepts the token"
	ProofBrokenToken  ProofName = "a broken token is refused"
	ProofIDToken      ProofName = "an id token is refused"
	ProofRecovery     ProofName = "Retool recovers from a refused token"
	ProofExpiry       ProofName = "the refresh token is valid"
)

// ProofNames are all names, in their order.
var ProofNames = []ProofName{ProofForm, ProofWithoutToken, ProofTokenRequest, ProofQuery, ProofBrokenToken, ProofIDToken, ProofRecovery, ProofExpiry}
