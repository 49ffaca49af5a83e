package form

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// ID identifies one input of the form, in the words of Retool's form. The printed
// form, the page, the checks and the errors all use it.
type ID struct {
	Section string // such as "Auth workflow, step 1"
	Label   string // such as "URL" or, of a row, that of its table: "Body params"
	Row     int    // of a row, from 1; otherwise 0
	Key     string // of a row: what is in its first input
	Part    Part   // of a row: which of its two inputs
}

// Part is one of the two inputs of a row, or "" for the row itself.
type Part string

// The inputs of a row.
const (
	KeyPart   Part = "Key"
	ValuePart Part = "Value"
)

// String returns the parts from the outside to the inside:
//
//	Auth workflow, step 1 › Body params › row 3 (AuthParameters) › Value
func (id ID) String() string {
	parts := []string{id.Section}
	if id.Label != "" {
		parts = append(parts, id.Label)
	}
	if id.Row > 0 {
		// A token may be pasted into the key, too.
		parts = append(parts, fmt.Sprintf("row %d (%s)", id.Row, printable(WithoutSecrets(id.Key))))
	}
	if id.Part != "" {
		parts = append(parts, string(id.Part))
	}
	return strings.Join(parts, " › ")
}

// Anchor returns the identity as the fragment of an address, such as
//
//	auth-workflow-step-1-body-params-row-3-value
//
// It does not hold what is in a row's key, which may be a token.
func (id ID) Anchor() string {
	id.Key = ""
	words := strings.FieldsFunc(id.String(), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.ToLower(strings.Join(words, "-"))
}

// printable returns a text of a form file, in quotes if it is not shown as it is.
func printable(text string) string {
	if strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.Quote(text)
	}
	return text
}

// Of returns the identity of one of a row's two inputs.
func (id ID) Of(part Part) ID {
	id.Part = part
	return id
}

// Input returns the ID of an input in the section of id.
func (id ID) Input(label string) ID { return ID{Section: id.Section, Label: label} }

// TableRow returns the ID of a row of a table in the section of id. The first row
// is 1.
func (id ID) TableRow(table string, number int, key string) ID {
	return ID{Section: id.Section, Label: table, Row: number, Key: key}
}

// The sections that are not steps. TokensSection is not in Retool's form: it is what
// this project's form says about the tokens.
var (
	ResourceSection = ID{Section: "Resource"}
	RefreshSection  = ID{Section: string(RefreshWorkflow)}
	TokensSection   = ID{Section: "Tokens"}
)

// Workflow is a list of steps.
type Workflow string

// The workflows.
const (
	AuthWorkflow    Workflow = "Auth workflow"
	RefreshWorkflow Workflow = "Refresh auth workflow"
)

// Step returns the ID of a step. The first step is 1.
func (w Workflow) Step(number int) ID {
	return ID{Section: fmt.Sprintf("%s, step %d", w, number)}
}

// The labels of the form's inputs.
const (
	LabelName           = "Name"
	LabelBaseURL        = "Base URL"
	LabelHeaders        = "Headers"
	LabelAuthentication = "Authentication"
	LabelStepType       = "Step type"
	LabelStepName       = "Step name"
	LabelActionType     = "Action type"
	LabelURL            = "URL"
	LabelBody           = "Body params"
	LabelVariable       = "Variable"
	LabelValue          = "Value"
	LabelTrigger        = "Refresh Auth trigger"
	LabelPeriod         = "Period"

	LabelAccessMinutes  = "Access token minutes"
	LabelRefreshDays    = "Refresh token days"
	LabelRefreshExpires = "Refresh token expires"
)

// The settings of an input of the sign-in modal.
const (
	ModalKey     = "key"
	ModalCaption = "label"
	ModalType    = "type"
)

// ModalLabel returns the label of a setting of an input of the sign-in modal. The
// first input is 1.
func ModalLabel(number int, setting string) string {
	return fmt.Sprintf("Input %d %s", number, setting)
}

// FieldError says which input is wrong, and how.
type FieldError struct {
	Field ID
	Err   error
}

// Error returns one line: what is in a form may have several.
func (e *FieldError) Error() string {
	return e.Field.String() + ": " + strings.ReplaceAll(WithoutSecrets(e.Err.Error()), "\n", "; ")
}

func (e *FieldError) Unwrap() error { return e.Err }

// Fault returns a FieldError.
func (id ID) Fault(format string, args ...any) error {
	return &FieldError{id, fmt.Errorf(format, args...)}
}

// FaultHint returns a FieldError with a hint: what a person can do about it. The
// commands show the hint on its own line.
func (id ID) FaultHint(hint, format string, args ...any) error {
	return &FieldError{id, hinted{fmt.Errorf(format, args...), hint}}
}

type hinted struct {
	error
	hint string
}

func (e hinted) Unwrap() error { return e.error }
func (e hinted) Hint() string  { return e.hint }
