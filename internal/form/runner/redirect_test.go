package runner

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

// elsewhere returns the URL of a server that redirects lead to. The server must
// get no request.
func elsewhere(t *testing.T) string {
	var requests atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests.Add(1) }))
	t.Cleanup(func() {
		server.Close()
		if n := requests.Load(); n != 0 {
			t.Errorf("%d requests followed the redirect", n)
		}
	})
	return server.URL
}

// The errors of a runner's redirects say that there was one, in the field
// whose address it is, and where it leads.
const sentAway = "%s: %s answers %d, a redirect to %s/…, which is not followed: the secret would go with it\nhint: look for a proxy or the sign-in page of a network, which answers in its place"

// redirecting is a token endpoint that redirects to another address.
func redirecting(to string, status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to+"/token/?copied=s3cret", status) }
}

func TestNoTokenRequestFollowsARedirect(t *testing.T) {
	for name, fields := range map[string]struct{ signIn, refresh string }{
		"shared-nested":   {"Auth workflow, step 1 › URL", "Auth workflow, step 1 › URL"},
		"shared-flat":     {"Auth workflow, step 1 › URL", "Auth workflow, step 1 › URL"},
		"password":        {"Auth workflow, step 1 › URL", "Auth workflow, step 1 › URL"},
		"per-user-nested": {"Auth workflow, step 2 › URL", "Refresh auth workflow, step 1 › URL"},
		"per-user-flat":   {"Auth workflow, step 2 › URL", "Refresh auth workflow, step 1 › URL"},
	} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			t.Run(fmt.Sprint(name, " ", status), func(t *testing.T) {
				w, to := newWorld(t), elsewhere(t)
				signedIn, signedOut := w.authenticated(t, modes[name]), w.runner(t, w.form(modes[name]))
				w.calls, w.token = nil, redirecting(to, status)
				says := func(field string) string {
					return fmt.Sprintf(sentAway, field, w.URL+"/token/", status, to)
				}
				expectError(t, signedOut.Authenticate(t.Context()), says(fields.signIn))
				expectError(t, signedIn.Refresh(t.Context()), says(fields.refresh))
				if len(w.calls) != 2 {
					t.Errorf("the token endpoint got %q, want two requests", w.calls)
				}
			})
		}
	}
}

func TestNoQueryFollowsARedirect(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, method := range []string{"GET", "POST", "DELETE"} {
			t.Run(fmt.Sprint(method, " ", status), func(t *testing.T) {
				w := newWorld(t)
				s := w.authenticated(t, sharedNested)
				w.elsewhere, w.calls = elsewhere(t), nil
				w.api = func(string, string) int { return status }
				answer, err := s.Query(t.Context(), method, "/me", []byte(`{"name":"bolt"}`))
				expectError(t, err, fmt.Sprintf(sentAway, "Resource › Base URL", w.URL+"/api", status, w.elsewhere))
				if answer != nil || len(w.calls) != 1 {
					t.Errorf("answer %v; the API got %q, want one request", answer, w.calls)
				}
			})
		}
	}
}
