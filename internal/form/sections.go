package sheet

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Section is a part of Retool's form with its fields, top to bottom. Every
// format of the sheet is a rendering of the sections.
type Section struct {
	Title  string
	Note   Note // what to do there, may be empty
	Fields []Field
}

// Field is one input of the form.
type Field struct {
	Label    string // as the form labels it, of a row that of its table
	OldLabel string // as older versions label it, if they differ
	Key      string // of a row, which has two inputs; otherwise empty
	Value    string
	Secret   bool // Value holds a refresh token
	Choice   bool // Value is chosen from a list or by a switch, not typed
	Note     Note // may be empty
}

// Note is a remark on a field or a section.
type Note string

// The remarks that a sheet makes. Formats in other languages translate them.
const (
	NoteName          Note = "Any name you like."
	NoteBaseURL       Note = "No slash at the end."
	NoteHeader        Note = "AUTHORIZATION_TOKEN stands bare, without {{ }}: it is the name of the variable that the auth workflow defines."
	NoteSteps         Note = "Press “Add new step to the auth workflow” for each step, in this order."
	NoteNested        Note = "One row: the value is the whole object, braces included. If “Test auth workflow” answers SerializationException, your Retool sends it as text: print the sheet again with --request flat."
	NotePassword      Note = "One row: the value is the whole object. If the references do not fill in, pick the names from the scope that “Test auth workflow” shows. If it answers SerializationException, your Retool sends the object as text: then only the shared sign-in with --request flat works. A password with \" or \\ would break the row."
	NoteSecret        Note = "A secret: whoever has it can use the API until it ends."
	NoteReference     Note = "If “Test auth workflow” shows another path, pick the one that ends in this token's name from the scope it shows."
	NoteRefreshOwn    Note = "If “Test refresh auth workflow” does not fill the variable in, pick it from the scope it shows."
	NoteRefreshSame   Note = "The refresh workflow has the same steps: the refresh token in them stays valid."
	NoteRefreshSteps  Note = "The refresh workflow has its own steps: it uses each person's own refresh token."
	NotePeriod        Note = "In seconds; five sixths of the access token's validity."
	NoteTest          Note = "Press “Save changes”, then “Test auth workflow” and “Test refresh auth workflow”."
	NoteFormField     Note = "The key is the name that the next step uses."
	NotePublicApps    Note = "Not for public apps: their viewers have no Retool account to keep the tokens with."
	NoteSharedAccount Note = "Every Retool user is the same API user."
)

// Sections returns the resource as the form shows it, from top to bottom.
func (r Resource) Sections() []Section {
	sections := []Section{r.generalSection()}
	sections = append(sections, stepSections(authWorkflow, r.Steps)...)
	sections = append(sections, r.refreshSection())
	sections = append(sections, stepSections(refreshWorkflow, r.Refresh.Steps)...)
	return append(sections, Section{Title: "Save and test", Note: NoteTest})
}

func (r Resource) generalSection() Section {
	note := NoteSharedAccount
	if r.AsksPerson() {
		note = NotePublicApps
	}
	fields := []Field{
		{Label: "Name", Value: r.Name, Note: NoteName},
		{Label: "Base URL", Value: r.BaseURL, Note: NoteBaseURL},
	}
	fields = append(fields, pairFields("Headers", r.Headers, func(Pair) (Note, bool) { return NoteHeader, false })...)
	fields = append(fields, Field{Label: "Authentication", Value: r.Authentication, Choice: true})
	return Section{Title: "Resource", Note: note, Fields: fields}
}

func (r Resource) refreshSection() Section {
	note := NoteRefreshSteps
	if r.Refresh.Same {
		note = NoteRefreshSame
	}
	return Section{Title: refreshWorkflow, Note: note, Fields: []Field{
		{Label: "Refresh Auth trigger", OldLabel: "Auth trigger", Value: r.Refresh.Trigger, Choice: true},
		{Label: "Period", Value: strconv.Itoa(r.Refresh.Seconds), Note: NotePeriod},
	}}
}

// AsksPerson reports whether the resource asks each Retool user to sign in,
// which is PerUser; no refresh token stands in it then.
func (r Resource) AsksPerson() bool { return len(r.Steps) > 0 && r.Steps[0].Type == Form }

func stepSections(workflow string, steps []Step) []Section {
	var sections []Section
	for i, step := range steps {
		s := Section{Title: fmt.Sprintf("%s, step %d: %s", workflow, i+1, step.Type), Fields: stepFields(step)}
		if i == 0 {
			s.Note = NoteSteps
		}
		sections = append(sections, s)
	}
	return sections
}

func stepFields(step Step) []Field {
	fields := []Field{
		{Label: "Step type", Value: stepType(step.Type), Choice: true},
		{Label: "Step name", Value: step.Name},
	}
	switch step.Type {
	case Form:
		return append(fields, formFields(step.Fields)...)
	case APIRequest:
		fields = append(fields,
			Field{Label: "Action type", Value: step.Method, Choice: true},
			Field{Label: "URL", Value: step.URL})
		fields = append(fields, pairFields("Headers", step.Headers, func(Pair) (Note, bool) { return "", false })...)
		return append(fields, pairFields("Body params", step.Body, bodyNote)...)
	default:
		return append(fields,
			Field{Label: "Variable", Value: step.Variable},
			Field{Label: "Value", Value: step.Value, Note: NoteReference})
	}
}

// stepType returns the type as the form's list names it.
func stepType(t string) string {
	if t == Form {
		return "Form (modal)"
	}
	return t
}

func formFields(inputs []FormField) []Field {
	var fields []Field
	for i, input := range inputs {
		label := fmt.Sprintf("Input %d", i+1)
		kind := "text"
		if input.Secret {
			kind = "password"
		}
		fields = append(fields,
			Field{Label: label + " key", Value: input.Key, Note: NoteFormField},
			Field{Label: label + " label", Value: input.Label},
			Field{Label: label + " type", Value: kind, Choice: true})
	}
	return fields
}

// bodyNote returns the remark on a row of a token request's body, and whether
// the row holds a refresh token.
func bodyNote(p Pair) (Note, bool) {
	reference := strings.Contains(p.Value, "{{")
	switch {
	case p.Key == "AuthParameters" && strings.Contains(p.Value, "PASSWORD"):
		return NotePassword, false
	case p.Key == "AuthParameters" && !reference:
		return NoteNested, true
	case p.Key == "RefreshToken" && !reference:
		return NoteSecret, true
	case reference:
		return NoteRefreshOwn, false
	}
	return "", false
}

func pairFields(table string, rows []Pair, about func(Pair) (Note, bool)) []Field {
	var fields []Field
	for _, pair := range rows {
		note, secret := about(pair)
		fields = append(fields, Field{Label: table, Key: pair.Key, Value: pair.Value, Note: note, Secret: secret})
	}
	return fields
}

// day writes a date for people.
func day(t time.Time) string { return t.UTC().Format("2 January 2006") }
