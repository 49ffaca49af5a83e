package page

import "bytes"

// What the notice on a page with a secret begins with.
const (
	holdsToken    = "This file holds a refresh token"
	holdsPassword = "This file holds a password"
)

// HoldsSecret reports whether a page that was written before holds a refresh token
// or a password.
func HoldsSecret(page []byte) bool {
	return bytes.Contains(page, []byte(holdsToken)) || bytes.Contains(page, []byte(holdsPassword))
}

// SecretNotice says which secret the page holds.
func (p Page) SecretNotice() prose {
	if p.WithPassword() {
		return say("This file holds a password: whoever has it can use the API. Do not send it to anyone, and delete it once Retool's form is saved.")
	}
	return say("This file holds a refresh token: whoever has it can use the API. Do not send it to anyone, and delete it once Retool's form is saved.")
}

// LackNotice says which secret the page does not hold.
func (p Page) LackNotice() prose {
	if p.WithPassword() {
		return say("This page holds no password. `%s` sets another one and writes the page with it.", p.Connect())
	}
	return say("This page holds no refresh token. `%s` issues one and writes the page with it.", p.Connect())
}

// Disconnect is the command that ends the service user's access.
func (p Page) Disconnect() string { return p.At.Retool("disconnect") }
