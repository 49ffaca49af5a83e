package page

import (
	"fmt"
	"time"
)

// flow is a drawing of the tokens over time in one language. Lengths are in units
// of the drawing, of about one pixel.
type flow struct {
	ID       string
	Language language
	Size     string // "wide" or "narrow": the style shows the one that fits
	Width    int

	Title, Description string
	RefreshLabel       string
	Refresh            bar
	AccessLabel        string
	Access             []bar
	Gap                int // where time is left out
	Expiry             int // of the refresh token; 0 for a password, which has none
	ExpiryLabel        string
}

// bar is a token, drawn from its issue to its expiry.
type bar struct {
	X, Y, Width, Height int
	Label               string // inside
	Issued              string // below
}

// Middle is where the label is.
func (b bar) Middle() int { return b.X + b.Width/2 }

// Baseline is the line on which the label is.
func (b bar) Baseline() int { return b.Y + b.Height - 8 }

// Bottom is the lower edge.
func (b bar) Bottom() int { return b.Y + b.Height }

// Flows returns the drawings. The style shows one of them.
func (p Page) Flows() []flow {
	var flows []flow
	for _, l := range languages {
		flows = append(flows, p.flow(l, "wide", 720, 4), p.flow(l, "narrow", 300, 2))
	}
	return flows
}

// flow draws the first access tokens to scale and, after a gap, the expiry of the
// refresh token.
func (p Page) flow(l language, size string, width, count int) flow {
	const (
		left   = 2
		rest   = 72 // for the gap and the expiry
		height = 26
		first  = 72 // of the access tokens
		pitch  = height + 6
	)
	f := flow{
		ID:           fmt.Sprintf("flow-%s-%s", size, l),
		Language:     l,
		Size:         size,
		Width:        width,
		Title:        say("The tokens over time").in(l),
		Description:  p.flowDescription().in(l),
		RefreshLabel: say("Refresh token").in(l),
		AccessLabel:  say("Access tokens, a new one every %s", p.Period()).in(l),
		Expiry:       width - left,
		ExpiryLabel:  say("after %s", p.RefreshValidity()).in(l),
	}
	if expires := p.Form.Tokens.RefreshTokenExpires; expires != nil {
		f.ExpiryLabel = date(*expires).in(l)
	}
	f.Refresh = bar{X: left, Y: 22, Width: f.Expiry - left, Height: height, Label: p.RefreshValidity().in(l)}
	end := f.Expiry
	if p.WithPassword() {
		f.RefreshLabel, f.Refresh.Label, f.Expiry = say("Password").in(l), say("does not expire").in(l), 0
	}

	period, validity := time.Duration(p.Period()), time.Duration(p.AccessValidity())
	shown := max(time.Duration(count-1)*period+validity, 1)
	scale := func(d time.Duration) int { return int(d * time.Duration(width-left-rest) / shown) }
	for i := range count {
		issued := time.Duration(i) * period
		f.Access = append(f.Access, bar{
			X:      left + scale(issued),
			Y:      first + i%2*pitch, // a token is issued before the previous one expires
			Width:  scale(validity),
			Height: height,
			Label:  p.AccessValidity().in(l),
			Issued: span(issued).in(l),
		})
	}
	f.Gap = (left + scale(shown) + end) / 2
	return f
}

func (p Page) flowDescription() prose {
	if p.WithPassword() {
		return say("Every %s the password gives a new access token, which is valid for %s. The password does not expire.",
			p.Period(), p.AccessValidity())
	}
	if expires := p.Form.Tokens.RefreshTokenExpires; expires != nil {
		return say("Every %s the refresh token gives a new access token, which is valid for %s, until the refresh token expires on %s.",
			p.Period(), p.AccessValidity(), date(*expires))
	}
	return say("Every %s the refresh token gives a new access token, which is valid for %s, until the refresh token expires %s after the sign-in.",
		p.Period(), p.AccessValidity(), p.RefreshValidity())
}

// Period is the time between two refreshes.
func (p Page) Period() span { return span(time.Duration(p.Form.Refresh.Seconds) * time.Second) }

// AccessValidity is how long an access token is valid.
func (p Page) AccessValidity() span {
	return span(time.Duration(p.Form.Tokens.AccessTokenMinutes) * time.Minute)
}

// Overlap is how long before its expiry an access token is replaced.
func (p Page) Overlap() span { return p.AccessValidity() - p.Period() }

// RefreshValidity is how long a refresh token is valid.
func (p Page) RefreshValidity() days { return days(p.Form.Tokens.RefreshTokenDays) }

// Expires is when the refresh token in the form expires, or nil.
func (p Page) Expires() *moment { return (*moment)(p.Form.Tokens.RefreshTokenExpires) }
