// Package page shows a form as a page for the browser: one file that loads
// nothing, in English and Japanese.
//
// It changes when the page is to say or show something else. It knows the form,
// and nothing of how one is run.
package page

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"time"

	"retoolapi/internal/form"
)

// Page is what the page shows.
type Page struct {
	Form     form.Form
	Proofs   []form.Proof // what was proven, in order
	ProvenAt time.Time    // zero if nothing was proven
	Stage    string
	Local    bool   // the stage local: Retool's cloud cannot reach it
	Probe    string // the path of an operation that needs nothing but a token, such as /me
}

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string
	//go:embed page.js
	pageJS string
)

// policy lets the page run its own script and style and load nothing: the page
// holds a secret, so that not even a mistake in it may send something away.
var policy = fmt.Sprintf("default-src 'none'; script-src '%s'; style-src '%s'; base-uri 'none'; form-action 'none'",
	contentHash(pageJS), contentHash(pageCSS))

func contentHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"t":      bilingual,
	"policy": func() string { return policy },
	"style":  func() template.CSS { return template.CSS(pageCSS) },
	"script": func() template.JS { return template.JS(pageJS) },
	"where":  func() []string { return strings.Split(form.Where, " › ") },
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
	Label, OldLabel string
	Rows            bool
	Entries         []entry
}

// entry is a field; of a row it also has the input of the key.
type entry struct {
	Key, Value input
	Note       form.Note
}

// input is one value to copy.
type input struct {
	ID     string
	Name   string // tells it from the others: it is its identity in the form
	Text   string
	Masked string // what is in the place of a secret until it is revealed
	Choice bool
}

// Cards returns the sections of the form.
func (p Page) Cards() []card {
	var cards []card
	for i, section := range p.Form.Sections() {
		c := card{ID: fmt.Sprintf("section-%d", i+1), Number: i + 1, Title: title(section), Note: section.Note}
		for j, field := range section.Fields {
			c.add(field, fmt.Sprintf("field-%d-%d", i+1, j+1))
		}
		cards = append(cards, c)
	}
	return cards
}

// add adds a field; rows of one table share a group.
func (c *card) add(f form.Field, id string) {
	e := entry{Value: input{ID: id, Name: f.ID.String(), Text: f.Value, Choice: f.Choice}, Note: f.Note}
	if holdsSecret(f) {
		e.Value.Masked = mask(f.Value)
	}
	if f.IsRow() {
		e.Key = input{ID: id + "-key", Name: f.ID.Of(form.KeyPart).String(), Text: f.ID.Key}
		e.Value.Name = f.ID.Of(form.ValuePart).String()
	}
	if f.ID.Row > 1 {
		last := &c.Groups[len(c.Groups)-1]
		last.Entries = append(last.Entries, e)
		return
	}
	c.Groups = append(c.Groups, group{f.ID.Label, f.OldLabel, f.IsRow(), []entry{e}})
}

// holdsSecret reports whether the value is secret, not only its place.
func holdsSecret(f form.Field) bool { return f.Secret && !lacksSecret(f) }

func lacksSecret(f form.Field) bool { return strings.Contains(f.Value, form.TokenHint) }

// mask returns the value with dots for the secret in it: for the texts of a
// JSON object, which leaves the braces and keys to see, or for all of it.
func mask(value string) string {
	const dots = "••••••••••••"
	var object map[string]string
	if json.Unmarshal([]byte(value), &object) != nil {
		return dots
	}
	masked := make([]string, 0, len(object))
	for key := range object {
		masked = append(masked, fmt.Sprintf("%q:%q", key, dots))
	}
	slices.Sort(masked)
	return "{" + strings.Join(masked, ",") + "}"
}

// Copies is the number of values to copy into the form.
func (p Page) Copies() int {
	count := 0
	for _, section := range p.Form.Sections() {
		for _, field := range section.Fields {
			count++
			if field.IsRow() {
				count++
			}
		}
	}
	return count
}

// HasSecret reports whether the page holds a refresh token.
func (p Page) HasSecret() bool { return p.anyField(holdsSecret) }

// LacksSecret reports whether the page shows where a refresh token belongs but
// does not hold it.
func (p Page) LacksSecret() bool { return p.anyField(lacksSecret) }

func (p Page) anyField(is func(form.Field) bool) bool {
	return slices.ContainsFunc(p.Form.Sections(), func(s form.Section) bool { return slices.ContainsFunc(s.Fields, is) })
}

// AllProven reports whether every check passed.
func (p Page) AllProven() bool {
	return !slices.ContainsFunc(p.Proofs, func(proof form.Proof) bool { return !proof.OK })
}

// When is the time of the proofs.
func (p Page) When() moment { return moment(p.ProvenAt) }

// PerUser reports whether each Retool user signs in.
func (p Page) PerUser() bool { return p.Form.AsksPerson() }

// Connect is the command that issues a refresh token and prints this form.
func (p Page) Connect() string { return p.command("connect") }

// Check is the command that tries the values of this form.
func (p Page) Check() string { return p.command("check") }

// command returns a command of this project with the choices of this form.
func (p Page) command(name string) string {
	var choices string
	if p.PerUser() {
		choices += " --sign-in " + string(form.PerUser)
	}
	_, steps := p.Form.RefreshSteps()
	if slices.ContainsFunc(steps, func(s form.Step) bool { return s.BodyValue("RefreshToken") != "" }) {
		choices += " --request " + string(form.Flat)
	}
	if choices == "" {
		return "make " + name + " STAGE=" + p.Stage
	}
	return "go run ./scripts/retool " + name + " --stage " + p.Stage + choices
}
