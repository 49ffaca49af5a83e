package page

import "retoolapi/internal/form"

// shownProof is a check as the page shows it.
type shownProof struct {
	Name   form.ProofName
	Detail []detail // in each language
	OK     bool
}

// detail is what a check found, in one language.
type detail struct {
	Language language
	Passages []passage
}

// Passed are the checks that passed. The page folds them into one line, so that
// the first value to copy is on the first screen.
func (p Page) Passed() []shownProof { return p.shown(true) }

// Failed are the checks that failed, which are always visible.
func (p Page) Failed() []shownProof { return p.shown(false) }

func (p Page) shown(ok bool) []shownProof {
	var proofs []shownProof
	for _, proof := range p.Proofs {
		if proof.OK != ok {
			continue
		}
		shown := shownProof{Name: proof.Name, OK: ok}
		for _, l := range languages {
			shown.Detail = append(shown.Detail, detail{l, p.detail(proof, l)})
		}
		proofs = append(proofs, shown)
	}
	return proofs
}

// When is the time of the proofs, and Day its day.
func (p Page) When() moment { return moment(p.ProvenAt) }
func (p Page) Day() date    { return date(p.ProvenAt) }
