package page

import "bytes"

// holdsToken begins the notice on a page with a refresh token.
const holdsToken = "This file holds a refresh token"

// HoldsToken reports whether a page that was written before holds a refresh token.
func HoldsToken(page []byte) bool { return bytes.Contains(page, []byte(holdsToken)) }
