package httpclient

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// server starts a server that counts its requests.
func server(t *testing.T, start func(http.Handler) *httptest.Server, handler http.HandlerFunc) (*httptest.Server, *atomic.Int64) {
	var requests atomic.Int64
	s := start(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		handler(w, r)
	}))
	t.Cleanup(s.Close)
	return s, &requests
}

func ok(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "here") }

func redirectTo(location string, status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if location != "" {
			w.Header().Set("Location", location)
		}
		w.WriteHeader(status)
		fmt.Fprint(w, "moved")
	}
}

var statuses = []int{301, 302, 303, 307, 308}

func TestNoRedirectIsFollowed(t *testing.T) {
	elsewhere, reached := server(t, httptest.NewServer, ok)
	encrypted, reachedEncrypted := server(t, httptest.NewTLSServer, ok)
	for name, to := range map[string]struct{ location, shown string }{
		"to another host":             {elsewhere.URL + "/token?x=y", elsewhere.URL + "/…"},
		"to https":                    {encrypted.URL, encrypted.URL + "/…"},
		"to the same host":            {"/elsewhere", "SELF/…"},
		"to itself":                   {"?", "SELF/…"},
		"to the same scheme":          {strings.TrimPrefix(elsewhere.URL, "http:"), elsewhere.URL + "/…"},
		"to a port that is no number": {"http://127.0.0.1:port/", ""},
		"to an invalid address":       {"http://%zz/", ""},
		"to another scheme":           {"ftp://127.0.0.1/", ""},
		"to an address without host":  {"mailto:s3cret@example.com", ""},
	} {
		for _, status := range statuses {
			for _, method := range []string{"GET", "POST", "DELETE"} {
				t.Run(fmt.Sprintf("%s %d %s", name, status, method), func(t *testing.T) {
					origin, requests := server(t, httptest.NewServer, redirectTo(to.location, status))
					want := &RedirectError{status, strings.ReplaceAll(to.shown, "SELF", origin.URL)}
					expectRefusal(t, method, origin.URL, want)
					if n := requests.Load(); n != 1 {
						t.Errorf("the origin got %d requests, want 1", n)
					}
				})
			}
		}
	}
	if n := reached.Load() + reachedEncrypted.Load(); n != 0 {
		t.Errorf("%d requests went elsewhere", n)
	}
}

func TestARedirectWithoutAnAddressIsAnErrorToo(t *testing.T) {
	for _, status := range statuses {
		origin, _ := server(t, httptest.NewServer, redirectTo("", status))
		expectRefusal(t, "POST", origin.URL, &RedirectError{status, ""})
	}
}

func expectRefusal(t *testing.T, method, address string, want *RedirectError) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader("s3cret"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = New(http.DefaultTransport, time.Minute).Do(req)
	var got *RedirectError
	if !errors.As(err, &got) {
		t.Fatalf("error %v, want a redirect", err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// 300, 304 and the like are answers: no client follows them.
func TestOtherAnswersPass(t *testing.T) {
	for _, status := range []int{200, 204, 300, 304, 305, 401, 404, 500} {
		origin, _ := server(t, httptest.NewServer, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "http://127.0.0.1:1/")
			w.WriteHeader(status)
		})
		resp, err := New(http.DefaultTransport, time.Minute).Get(origin.URL)
		if err != nil {
			t.Errorf("%d: %v", status, err)
			continue
		}
		resp.Body.Close()
		if resp.StatusCode != status {
			t.Errorf("%d became %d", status, resp.StatusCode)
		}
	}
}

func TestTheClientGivesUpInTime(t *testing.T) {
	origin, _ := server(t, httptest.NewServer, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	_, err := New(http.DefaultTransport, 50*time.Millisecond).Get(origin.URL)
	var timeout interface{ Timeout() bool }
	if !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Errorf("error %v, want a timeout", err)
	}
}

// A server may send back what it got, in any part of an address.
func TestAnAddressIsShownWithoutWhatMayBeASecret(t *testing.T) {
	from, err := url.Parse("https://api.example/me?s3cret#s3cret")
	if err != nil {
		t.Fatal(err)
	}
	for location, want := range map[string]string{
		"https://elsewhere.example":                         "https://elsewhere.example/…",
		"https://s3cret:s3cret@elsewhere.example/":          "https://elsewhere.example/…",
		"https://elsewhere.example/s3cret/?s3cret#s3cret":   "https://elsewhere.example/…",
		"http://api.example:8080/me":                        "http://api.example:8080/…",
		"http://[::1]:8080/":                                "http://[::1]:8080/…",
		"me/s3cret":                                         "https://api.example/…",
		"?s3cret":                                           "https://api.example/…",
		"//elsewhere.example":                               "https://elsewhere.example/…",
		"https://" + strings.Repeat("h", 82) + "s3cret.com": "https://" + strings.Repeat("h", 82) + "…/…",
		"https://elsewhere.example\u202e/":                  "https://elsewhere.example%E2%80%AE/…",
		"s3cret://elsewhere.example/":                       "",
		"https:///s3cret":                                   "",
		"javascript:s3cret":                                 "",
		"https://elsewhere.example:s3cret/":                 "",
		"https://elsewhere.example/\x00s3cret":              "",
		"":                                                  "",
	} {
		if got := destination(from, location); got != want {
			t.Errorf("%q is shown as %q, want %q", location, got, want)
		}
	}
}

func TestTheErrorSaysWhereTheRedirectLeads(t *testing.T) {
	for want, err := range map[string]error{
		"answers 307, a redirect to https://elsewhere.example/…, which is not followed": &RedirectError{307, "https://elsewhere.example/…"},
		"answers 302, a redirect without a usable address, which is not followed":       &RedirectError{302, ""},
	} {
		if diff := cmp.Diff(want, err.Error()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}
