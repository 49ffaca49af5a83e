package form

import (
	"strconv"
	"strings"
)

// Section is a part of Retool's form with its fields, from top to bottom. The
// printed form and the page both show the sections.
type Section struct {
	ID     ID
	Kind   string // of a step: its type; of a query: its method and path
	Note   Note   // what to do there, may be empty
	Again  bool   // only for a Retool with a second list of steps; the form is complete without it
	Query  bool   // a query or their introduction: it follows the form
	Fields []Field
}

// Title returns the heading of the section.
func (s Section) Title() string {
	if s.Kind == "" {
		return s.ID.Section
	}
	return s.ID.Section + ": " + s.Kind
}

// Field is one input of the form or, in a table, one row of two inputs.
type Field struct {
	ID       ID
	OldLabel string // the label in older versions of Retool, if it differs
	Value    string
	Secret   bool   // Value holds a refresh token or a password, or its place
	Choice   bool   // Value is chosen from a list or by a switch, not typed
	Expected bool   // Value is what Retool must show, not typed
	Note     Note   // may be empty
	Command  string // that the note ends with, if any
}

// IsRow reports whether the field is a row, with an input for the key, too.
func (f Field) IsRow() bool { return f.ID.Row > 0 }

// HoldsSecret reports whether the value is a secret, not only its place.
func (f Field) HoldsSecret() bool { return f.Secret && placeOf(f.Value) == "" }

// Note is a remark on a field or a section.
type Note string

// The remarks in a form. Formats in other languages translate them.
const (
	NoteName          Note = "Any name you like."
	NoteBaseURL       Note = "No slash at the end."
	NoteHeader        Note = "AUTHORIZATION_TOKEN has no {{ }} around it: it is the name of the variable that the auth workflow defines."
	NoteCreate        Note = "Press “Create resource”, go back to the configuration of the resource, then choose Custom Auth there."
	NoteSteps         Note = "Press “Add new step to the auth workflow” for each step, in this order."
	NoteNested        Note = "One row: the value is the whole object, braces included. If “Test auth workflow” answers SerializationException, your Retool sends it as text. Then print the form with the flat request:"
	NoteNestedFixed   Note = "One row: the value is the whole object, braces included. If “Test auth workflow” answers SerializationException, your Retool sends it as text. Then only a refresh token works, with the flat request:"
	NotePassword      Note = "One row: the value is the whole object. If the references do not fill in, pick the names from the scope that “Test auth workflow” shows. A password with \" or \\ would break the row. If it answers SerializationException, your Retool sends the object as text. Then only a form with a refresh token works, with the flat request:"
	NoteSecret        Note = "A secret: whoever has it can use the API until it expires."
	NoteReference     Note = "If “Test auth workflow” shows another path, pick the one that ends in this token's name from the scope it shows."
	NoteRefreshPath   Note = "If “Test refresh auth workflow” shows another path, pick the one that ends in this token's name from the scope it shows."
	NoteRefreshOwn    Note = "If “Test refresh auth workflow” does not fill in the variable, pick it from the scope it shows."
	NoteRefreshSame   Note = "Some versions of Retool have one list of steps, which the trigger runs again; others have a refresh workflow with steps and a test button of its own. If yours has a second list, fill in the same steps there: they follow below."
	NoteRefreshSteps  Note = "The refresh workflow has its own steps: it uses each person's own refresh token. A Retool with one list of steps has no place for them: use a form with a refresh token or a password there."
	NoteAgain         Note = "Only if your Retool has a second list of steps: the same values as in the auth workflow."
	NotePeriod        Note = "In seconds; five sixths of the access token's validity."
	NoteTest          Note = "Press “Save changes”, then “Test auth workflow” and, if your Retool has it, “Test refresh auth workflow”."
	NoteFormField     Note = "The key is the name that the next step uses."
	NotePublicApps    Note = "Not for public apps: their viewers have no Retool account to keep the tokens with."
	NoteSharedAccount Note = "Every Retool user is the same API user."
	NoteWayShared     Note = "Refresh token: one service user for all of Retool. The token expires by itself, also one that leaked. Before that, the next one has to be copied into the form."
	NoteWayPassword   Note = "Password: one service user for all of Retool. It never expires, so that nothing has to be copied again. One that leaked works until another one is set."
	NoteWayPerUser    Note = "Per user: each Retool user signs in with their own name and password. The API knows who did what, and one person's access can end alone."
)

// Notes are all notes.
var Notes = []Note{
	NoteName, NoteBaseURL, NoteHeader, NoteCreate, NoteSteps, NoteNested, NoteNestedFixed,
	NotePassword, NoteSecret, NoteReference, NoteRefreshPath, NoteRefreshOwn,
	NoteRefreshSame, NoteRefreshSteps, NoteAgain, NotePeriod, NoteTest,
	NoteFormField, NotePublicApps, NoteSharedAccount,
	NoteWayShared, NoteWayPassword, NoteWayPerUser,
	NoteQueries, NoteOpenAPI, NoteComponents, NoteStatus, NoteSaved, NoteSharedCaller,
	NoteOwnCaller, NoteRows, NoteTransformer, NoteNextCursor, NoteHasNextPage,
	NoteErrorMessages,
}

// The sections that say when to press a button. The field of CreateSection belongs
// to the resource; SaveSection is the last one of the form and has no fields.
var (
	CreateSection = ID{Section: "Create resource"}
	SaveSection   = ID{Section: "Save and test"}
)

// Sections returns the form from top to bottom, and then the queries.
func (f Form) Sections() []Section {
	sections := []Section{f.resourceSection(), f.createSection()}
	sections = append(sections, f.stepSections(AuthWorkflow, f.Steps)...)
	sections = append(sections, f.refreshSection())
	if f.Refresh.Same {
		sections = append(sections, f.againSections()...)
	}
	sections = append(sections, f.stepSections(RefreshWorkflow, f.Refresh.Steps)...)
	sections = append(sections, Section{ID: SaveSection, Note: NoteTest})
	return append(sections, f.querySections()...)
}

func (f Form) resourceSection() Section {
	at := ResourceSection
	note := NoteSharedAccount
	if f.SignIn() == PerUser {
		note = NotePublicApps
	}
	fields := []Field{
		{ID: at.Input(LabelName), Value: f.Name, Note: NoteName},
		{ID: at.Input(LabelBaseURL), Value: f.BaseURL, Note: NoteBaseURL},
	}
	for _, field := range rowFields(at, LabelHeaders, f.Headers) {
		field.Note = NoteHeader
		fields = append(fields, field)
	}
	return Section{ID: at, Note: note, Fields: fields}
}

// createSection is apart from the resource's, because Retool's own guide creates
// the resource before the authentication is chosen.
func (f Form) createSection() Section {
	return Section{ID: CreateSection, Note: NoteCreate, Fields: []Field{
		{ID: ResourceSection.Input(LabelAuthentication), Value: f.Authentication, Choice: true},
	}}
}

func (f Form) refreshSection() Section {
	at := RefreshSection
	note := NoteRefreshSteps
	if f.Refresh.Same {
		note = NoteRefreshSame
	}
	return Section{ID: at, Note: note, Fields: []Field{
		{ID: at.Input(LabelTrigger), OldLabel: "Auth trigger", Value: f.Refresh.Trigger, Choice: true},
		{ID: at.Input(LabelPeriod), Value: strconv.Itoa(f.Refresh.Seconds), Note: NotePeriod},
	}}
}

func (f Form) stepSections(workflow Workflow, steps []Step) []Section {
	var sections []Section
	for i, step := range steps {
		at := workflow.Step(i + 1)
		s := Section{ID: at, Kind: step.Type, Fields: f.stepFields(at, step)}
		if i == 0 {
			s.Note = NoteSteps
		}
		sections = append(sections, s)
	}
	return sections
}

// againSections are the steps of the auth workflow a second time, each with its own
// identity. The remark on the section replaces those on how a value is typed, which
// the person has read before.
func (f Form) againSections() []Section {
	sections := f.stepSections(RefreshWorkflow, f.Steps)
	for i := range sections {
		sections[i].Again, sections[i].Note = true, NoteAgain
		for j := range sections[i].Fields {
			field := &sections[i].Fields[j]
			if field.Note == NoteNested || field.Note == NoteNestedFixed {
				field.Note, field.Command = "", ""
			}
		}
	}
	return sections
}

func (f Form) stepFields(at ID, step Step) []Field {
	fields := []Field{
		{ID: at.Input(LabelStepType), Value: listedType(step.Type), Choice: true},
		{ID: at.Input(LabelStepName), Value: step.Name},
	}
	switch step.Type {
	case ModalStep:
		return append(fields, modalFields(at, step.Fields)...)
	case RequestStep:
		fields = append(fields,
			Field{ID: at.Input(LabelActionType), Value: step.Method, Choice: true},
			Field{ID: at.Input(LabelURL), Value: step.URL})
		fields = append(fields, rowFields(at, LabelHeaders, step.Headers)...)
		for _, field := range rowFields(at, LabelBody, step.Body) {
			f.describe(&field)
			fields = append(fields, field)
		}
		return fields
	default:
		return append(fields,
			Field{ID: at.Input(LabelVariable), Value: step.Variable},
			Field{ID: at.Input(LabelValue), Value: step.Value, Note: pathNote(at)})
	}
}

// pathNote names the test button of the workflow in which the step is.
func pathNote(step ID) Note {
	if strings.HasPrefix(step.Section, string(RefreshWorkflow)) {
		return NoteRefreshPath
	}
	return NoteReference
}

// listedType returns the type of a step as Retool's list names it.
func listedType(t string) string {
	if t == ModalStep {
		return "Form (modal)"
	}
	return t
}

func modalFields(at ID, inputs []ModalInput) []Field {
	var fields []Field
	for i, input := range inputs {
		fields = append(fields,
			Field{ID: at.Input(ModalLabel(i+1, ModalKey)), Value: input.Key, Note: NoteFormField},
			Field{ID: at.Input(ModalLabel(i+1, ModalCaption)), Value: input.Label},
			Field{ID: at.Input(ModalLabel(i+1, ModalType)), Value: modalType(input.Secret), Choice: true})
	}
	return fields
}

// modalType returns the type of an input of the modal as Retool's list names it.
func modalType(secret bool) string {
	if secret {
		return "password"
	}
	return "text"
}

// describe adds to a row of a token request's body the remark on it, and whether
// it holds a secret.
func (f Form) describe(row *Field) {
	reference := HasReference(row.Value)
	switch {
	case row.ID.Key == "AuthParameters" && f.SignIn() == Password:
		row.Secret, row.Note, row.Command = true, NoteNestedFixed, f.Commands.Flat
	case row.ID.Key == "AuthParameters" && strings.Contains(row.Value, "PASSWORD"):
		row.Note, row.Command = NotePassword, f.Commands.Flat
	case row.ID.Key == "AuthParameters" && !reference:
		row.Secret, row.Note, row.Command = true, NoteNested, f.Commands.Flat
	case row.ID.Key == "RefreshToken" && !reference:
		row.Secret, row.Note = true, NoteSecret
	case reference:
		row.Note = NoteRefreshOwn
	}
}

func rowFields(at ID, table string, rows []Row) []Field {
	var fields []Field
	for i, row := range rows {
		fields = append(fields, Field{ID: at.TableRow(table, i+1, row.Key), Value: row.Value})
	}
	return fields
}
