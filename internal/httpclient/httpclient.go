// Package httpclient creates the HTTP clients of the commands. They send secrets
// that are meant for one address, so they follow no redirect.
package httpclient

import (
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// New returns a client that fails with a *RedirectError if the answer is a
// redirect.
func New(transport http.RoundTripper, timeout time.Duration) *http.Client {
	return &http.Client{Transport: direct{transport}, Timeout: timeout}
}

// direct turns redirects into errors. http.Client cannot do that: it does not
// call CheckRedirect for every redirect, and its errors show the full address,
// in which a server may send a secret back.
type direct struct{ http.RoundTripper }

func (d direct) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := d.RoundTripper.RoundTrip(req)
	if err != nil || !redirects(resp.StatusCode) {
		return resp, err
	}
	resp.Body.Close()
	return nil, &RedirectError{resp.StatusCode, destination(req.URL, resp.Header.Get("Location"))}
}

func redirects(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// destination returns the scheme and the host that a redirect leads to, or ""
// if there is no valid address. The rest of the address may hold what was sent.
func destination(from *url.URL, location string) string {
	to, err := from.Parse(location)
	if location == "" || err != nil || to.Host == "" || to.Scheme != "http" && to.Scheme != "https" {
		return ""
	}
	origin := (&url.URL{Scheme: to.Scheme, Host: to.Host}).String()
	if len(origin) > maxOrigin {
		origin = origin[:maxOrigin] + "…"
	}
	return origin + "/…"
}

// maxOrigin limits how many bytes of a scheme and host are shown.
const maxOrigin = 90

// RedirectError is a redirect that was not followed.
type RedirectError struct {
	Status int
	To     string // such as "https://elsewhere.example/…"; "" if it leads nowhere
}

func (e *RedirectError) Error() string {
	to := "to " + e.To
	if e.To == "" {
		to = "without a usable address"
	}
	return fmt.Sprintf("answers %d, a redirect %s, which is not followed", e.Status, to)
}

// RetryableError tells the AWS SDK not to send the request again. The SDK would
// take the error for a broken connection.
func (*RedirectError) RetryableError() bool { return false }
