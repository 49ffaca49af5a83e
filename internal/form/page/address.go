package page

import (
	"strings"

	"retoolapi/internal/form"
)

// passage is a part of a text. With an address it links to a place on the page.
type passage struct{ Text, Address string }

// detail returns what a check found, in a language. The field that it names is a
// link to the field's place on the page.
func (p Page) detail(proof form.Proof, l language) []passage {
	text := found(proof.Detail).in(l)
	name := place(proof.Field).in(l)
	before, after, named := strings.Cut(text, name)
	if name == "" || !named {
		return []passage{{Text: text}}
	}
	return []passage{{Text: before}, {name, p.address(proof.Field)}, {Text: after}}
}

// address returns the place of a field on the page or, if the form does not have
// it, the place of what the field would be in. It is empty if there is neither.
func (p Page) address(field form.ID) string {
	places := p.places()
	row := field.Of("")
	for _, id := range []form.ID{field, row, field.Input(field.Label), {Section: field.Section}} {
		if places[id.Anchor()] {
			return id.Anchor()
		}
	}
	return ""
}

// places are the addresses on the page.
func (p Page) places() map[string]bool {
	places := map[string]bool{}
	for _, card := range p.Cards() {
		places[card.ID] = true
		for _, group := range card.Groups {
			places[group.ID] = true
			for _, entry := range group.Entries {
				for _, id := range []string{entry.ID, entry.Key.ID, entry.Value.ID} {
					places[id] = true
				}
			}
		}
	}
	return places
}
