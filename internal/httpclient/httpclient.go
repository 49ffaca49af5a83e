// Package httpclient makes the HTTP clients of the scripts. What they send is
// secret and meant for one address, so they follow no redirect.
package httpclient

import (
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// New returns a client that fails with a *RedirectError where others follow a
// redirect.
func New(transport http.RoundTripper, timeout time.Duration) *http.Client {
	return &http.Client{Transport: direct{transport}, Timeout: timeout}
}

// direct turns redirects into errors. It does so below http.Client, whose
// CheckRedirect is not asked about every one and whose errors show the whole
// address, in which a secret may be sent back.
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
// if it leads to none. The rest of the address may hold what was sent.
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

// maxOrigin is the most that is shown of a scheme and host, in bytes.
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

// RetryableError tells the AWS SDK, which takes every error of a client for a
// broken connection, not to send the request again.
func (*RedirectError) RetryableError() bool { return false }
