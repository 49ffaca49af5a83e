package form

import (
	"fmt"
	"slices"
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
