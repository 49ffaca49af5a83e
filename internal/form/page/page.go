// Package page shows a form as a page for the browser: one file that loads
// nothing, in English and Japanese.
//
// It changes when the page says or shows something else. It knows the form, but
// not how a form is run.
package page

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"retoolapi/internal/command"
	"retoolapi/internal/form"
)

// Page holds what the page shows.
type Page struct {
	Form      form.Form
	Proofs    []form.Proof   // what was proven, in order
	ProvenAt  time.Time      // zero if nothing was proven
	At        command.Target // where the stack is
	WrittenAt time.Time      // tells the page from an earlier one of the same file
	Local     bool           // it is on the local cloud: Retool's cloud cannot reach it
}

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string
	//go:embed page.js
	pageJS string
)

// policy lets the page use its own script and style, and load nothing. The page
// holds a secret, and with the policy not even a mistake in the page can send it
// away.
var policy = fmt.Sprintf("default-src 'none'; script-src '%s'; style-src '%s'; base-uri 'none'; form-action 'none'",
	contentHash(pageJS), contentHash(pageCSS))

func contentHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"t":         bilingual,
	"breakable": breakable,
	"command":   commandLine,
	"markUp":    func(text string, l language) template.HTML { return template.HTML(markUp(text, l)) },
	"words":     func(text string, l language) template.HTML { return template.HTML(words(text, l)) },
	"policy":    func() string { return policy },
	"style":     func() template.CSS { return template.CSS(pageCSS) },
	"script":    func() template.JS { return template.JS(pageJS) },
	"where":     func() []string { return strings.Split(form.Where, " › ") },
}).Parse(pageHTML))

// Write writes the page.
func (p Page) Write(w io.Writer) error { return pageTemplate.Execute(w, p) }

// card is a section as the page shows it.
type card struct {
	ID     string
	Number int
	Title  title
	Note   form.Note
	Groups []group
}

// group is a field, or the rows of a table of the form.
type group struct {
	ID              string
	Label, OldLabel string
	Rows            bool
	Entries         []entry
}

// entry is a field. For a row, Key is the input of the key.
type entry struct {
	ID         string
	Key, Value input
	Note       form.Note
	Command    string // that the note ends with
}

// input is one value of the form.
type input struct {
	ID     string // where the address of the page finds it
	Name   place  // which tells it from the others
	Text   string
	Counts bool   // copying it is progress; of what not every Retool needs, it is not
	Masked string // what is shown until a secret is revealed
	Choice bool   // it is chosen from a list, so that there is nothing to copy

	Expected bool // it is what Retool must show, so that there is nothing to copy either
}

// Cards returns the sections of the form.
func (p Page) Cards() []card {
	var cards []card
	for i, section := range p.Form.Sections() {
		c := card{ID: section.ID.Anchor(), Number: i + 1, Title: title(section), Note: section.Note}
		for _, field := range section.Fields {
			c.add(field, !section.Again && !section.Query)
		}
		cards = append(cards, c)
	}
	return cards
}

// inputs returns the values of the section, and the keys of its rows.
func (c card) inputs() []input {
	var all []input
	for _, group := range c.Groups {
		for _, entry := range group.Entries {
			all = append(all, entry.Key, entry.Value)
		}
	}
	return all
}

// add adds a field; rows of one table share a group.
func (c *card) add(f form.Field, counts bool) {
	e := entry{ID: f.ID.Anchor(), Value: inputOf(f.ID, f.Value, counts), Note: f.Note, Command: f.Command}
	if f.IsRow() {
		e.Key, e.Value = inputOf(f.ID.Of(form.KeyPart), f.ID.Key, counts), inputOf(f.ID.Of(form.ValuePart), f.Value, counts)
	}
	if f.HoldsSecret() {
		e.Value.Masked = mask(f.Value)
	}
	if f.Choice {
		e.Value.Choice, e.Value.Counts = true, false
	}
	e.Value.Expected = f.Expected
	if f.ID.Row > 1 {
		last := &c.Groups[len(c.Groups)-1]
		last.Entries = append(last.Entries, e)
		return
	}
	table := f.ID.Input(f.ID.Label) // or the field itself
	c.Groups = append(c.Groups, group{table.Anchor(), f.ID.Label, f.OldLabel, f.IsRow(), []entry{e}})
}

func inputOf(id form.ID, text string, counts bool) input {
	return input{ID: id.Anchor(), Name: place(id), Text: text, Counts: counts}
}

// secretText matches the secret in the value of AuthParameters, after what is before
// it.
var secretText = regexp.MustCompile(`("(?:REFRESH_TOKEN|PASSWORD)":")[^"]*`)

// mask returns the value with dots instead of the secret.
func mask(value string) string {
	const dots = "••••••••••••"
	if !secretText.MatchString(value) {
		return dots
	}
	return secretText.ReplaceAllString(value, "${1}"+dots)
}

// Copies is the number of values to copy into the form. Those of a second list of
// steps do not count: who has one list is done without them. Nor do those of the
// queries: the form is done before them.
func (p Page) Copies() int {
	count := 0
	for _, c := range p.Cards() {
		for _, input := range c.inputs() {
			if input.Counts {
				count++
			}
		}
	}
	return count
}

// HasNotice reports whether a person must know something before they begin.
func (p Page) HasNotice() bool { return p.HasSecret() || p.Form.LacksSecret() || p.Local }

// HasSecret reports whether the page holds a refresh token or a password.
func (p Page) HasSecret() bool {
	return slices.ContainsFunc(p.Form.Sections(), func(s form.Section) bool { return slices.ContainsFunc(s.Fields, form.Field.HoldsSecret) })
}

// Written is the time of writing. The page's script compares it.
func (p Page) Written() string { return p.WrittenAt.UTC().Format(time.RFC3339Nano) }

// PerUser reports whether each Retool user signs in.
func (p Page) PerUser() bool { return p.Form.SignIn() == form.PerUser }

// WithPassword reports whether the form has a password, in the place of a refresh
// token.
func (p Page) WithPassword() bool { return p.Form.SignIn() == form.Password }

// Connect is the command that makes the secret of this form and prints the form.
func (p Page) Connect() string { return p.retool("connect") }

// Check is the command that tries the values of this form. A person signs in for
// it if each signs in to Retool.
func (p Page) Check() string {
	if p.PerUser() {
		return p.retool("check", "--user", "NAME")
	}
	return p.retool("check")
}

// retool returns a command that is given the choices of this form.
func (p Page) retool(name string, args ...string) string {
	if signIn := p.Form.SignIn(); signIn != form.Shared {
		args = append(args, "--sign-in", string(signIn))
	}
	if !p.isNested() {
		args = append(args, "--request", string(form.Flat))
	}
	return p.At.Retool(name, args...)
}

// isNested reports whether the refresh request carries the token in an object.
func (p Page) isNested() bool {
	_, steps := p.Form.RefreshSteps()
	return !slices.ContainsFunc(steps, func(s form.Step) bool { return s.BodyValue("RefreshToken") != "" })
}

// DeployedStage is the command that deploys the default stage and prints its form.
func (p Page) DeployedStage() string { return command.DeployDefault() }
