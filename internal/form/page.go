package sheet

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
)

// Page is the sheet as a page for the browser: one file that loads nothing, in
// English and Japanese. It holds what the page shows besides the resource.
type Page struct {
	Resource Resource
	Proofs   []Proof   // what was proven, in order
	ProvenAt time.Time // zero if nothing was proven
	Stage    string
	Local    bool // the stage local: Retool's cloud cannot reach it
}

// Proof is a check of the deployed stack and what came of it.
type Proof struct {
	Name   string // English; the page translates the names it knows
	Detail string
	OK     bool
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
	"where":  func() []string { return strings.Split(where, " › ") },
}).Parse(pageHTML))

// Write writes the page.
func (p Page) Write(w io.Writer) error { return pageTemplate.Execute(w, p) }

// card is a section as the page shows it.
type card struct {
	ID     string
	Number int
	Title  title
	Note   Note
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
	Note       Note
}

// input is one value to copy.
type input struct {
	ID     string
	Name   string // tells it from the others: "Headers › Authorization › Value"
	Text   string
	Masked string // what stands in the place of a secret until it is revealed
	Choice bool
}

// Cards returns the sections of the form.
func (p Page) Cards() []card {
	var cards []card
	for i, section := range p.Resource.Sections() {
		c := card{ID: fmt.Sprintf("section-%d", i+1), Number: i + 1, Title: title(section.Title), Note: section.Note}
		for j, field := range section.Fields {
			c.add(field, fmt.Sprintf("field-%d-%d", i+1, j+1))
		}
		cards = append(cards, c)
	}
	return cards
}

// add adds a field; rows of one table share a group.
func (c *card) add(f Field, id string) {
	e := entry{Value: input{ID: id, Name: f.Label, Text: f.Value, Choice: f.Choice}, Note: f.Note}
	if f.holdsSecret() {
		e.Value.Masked = mask(f.Value)
	}
	row := f.Key != ""
	if row {
		e.Key = input{ID: id + "-key", Name: f.Label + " › " + f.Key + " › Key", Text: f.Key}
		e.Value.Name = f.Label + " › " + f.Key + " › Value"
	}
	if last := len(c.Groups) - 1; row && last >= 0 && c.Groups[last].Rows && c.Groups[last].Label == f.Label {
		c.Groups[last].Entries = append(c.Groups[last].Entries, e)
		return
	}
	c.Groups = append(c.Groups, group{f.Label, f.OldLabel, row, []entry{e}})
}

// holdsSecret reports whether the value is secret, not only its place.
func (f Field) holdsSecret() bool { return f.Secret && !strings.Contains(f.Value, TokenHint) }

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
	for _, section := range p.Resource.Sections() {
		for _, field := range section.Fields {
			count++
			if field.Key != "" {
				count++
			}
		}
	}
	return count
}

// HasSecret reports whether the page holds a refresh token.
func (p Page) HasSecret() bool { return p.anyField(Field.holdsSecret) }

// LacksSecret reports whether the page shows where a refresh token belongs but
// does not hold it.
func (p Page) LacksSecret() bool {
	return p.anyField(func(f Field) bool { return strings.Contains(f.Value, TokenHint) })
}

func (p Page) anyField(is func(Field) bool) bool {
	return slices.ContainsFunc(p.Resource.Sections(), func(s Section) bool { return slices.ContainsFunc(s.Fields, is) })
}

// AllProven reports whether every check passed.
func (p Page) AllProven() bool {
	return !slices.ContainsFunc(p.Proofs, func(proof Proof) bool { return !proof.OK })
}

// When is the time of the proofs.
func (p Page) When() moment { return moment(p.ProvenAt) }

// PerUser reports whether each Retool user signs in.
func (p Page) PerUser() bool { return p.Resource.AsksPerson() }

// Connect is the command that issues a refresh token and prints this sheet.
func (p Page) Connect() string { return p.command("connect") }

// Check is the command that tries the values of this sheet.
func (p Page) Check() string { return p.command("check") }

// command returns a command of this project with the choices of this sheet.
func (p Page) command(name string) string {
	var choices string
	if p.PerUser() {
		choices += " --sign-in " + string(PerUser)
	}
	if slices.ContainsFunc(p.Resource.refreshSteps(), func(s Step) bool { return s.row("RefreshToken") != "" }) {
		choices += " --request " + string(Flat)
	}
	if choices == "" {
		return "make " + name + " STAGE=" + p.Stage
	}
	return "go run ./scripts/retool " + name + " --stage " + p.Stage + choices
}
