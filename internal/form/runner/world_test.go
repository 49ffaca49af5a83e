package runner

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"retoolapi/internal/form"
	"retoolapi/internal/httpclient"
)

// servicePassword is one as connect makes it.
const servicePassword = "Aa1-ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// clientID is the app client of the tests' deployments.
const clientID = "1example23456789"

// world is a token endpoint at /token/ and an API at /api. It records the requests
// and answers as a test says. By default it issues the tokens access-1, access-2
// and so on, and accepts each of them.
type world struct {
	*httptest.Server
	calls  []string
	issued int

	claims func(map[string]any)         // changes the claims of a new token
	token  http.HandlerFunc             // instead of issuing tokens
	api    func(token, path string) int // the status of the API; token is such as access-1

	elsewhere string // where a redirect of the API leads
}

func newWorld(t *testing.T) *world {
	w := &world{}
	mux := http.NewServeMux()
	mux.HandleFunc("/token/", w.serveToken)
	mux.HandleFunc("/api/", w.serveAPI)
	w.Server = httptest.NewServer(mux)
	t.Cleanup(w.Close)
	return w
}

func (w *world) serveToken(rw http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	action := strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "AWSCognitoIdentityProviderService.")
	w.calls = append(w.calls, fmt.Sprintf("%s %s %s", r.Method, action, body))
	if w.token != nil {
		w.token(rw, r)
		return
	}
	w.issued++
	result := map[string]string{
		"AccessToken": w.jwt("access", fmt.Sprintf("access-%d", w.issued)),
		"IdToken":     w.jwt("id", fmt.Sprintf("id-%d", w.issued)),
	}
	if strings.Contains(string(body), "USER_PASSWORD_AUTH") {
		result["RefreshToken"] = fmt.Sprintf("refresh-%d", w.issued)
	}
	json.NewEncoder(rw).Encode(map[string]any{"AuthenticationResult": result})
}

// jwt returns a token that is valid for an hour. Its signature is its name.
func (w *world) jwt(use, name string) string {
	claims := map[string]any{"token_use": use, "username": "retool", "auth_time": 1000, "iat": 2000, "exp": 2000 + 3600}
	if w.claims != nil {
		w.claims(claims)
	}
	payload, _ := json.Marshal(claims)
	return "eyJhbGciOiJub25lIn0." + base64.RawURLEncoding.EncodeToString(payload) + "." + name
}

func (w *world) serveAPI(rw http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	bearer := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	token := bearer[strings.LastIndex(bearer, ".")+1:]
	w.calls = append(w.calls, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", r.Method, r.URL.Path, token, body)))
	if w.api != nil {
		if status := w.api(token, r.URL.Path); status != http.StatusOK {
			rw.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
			rw.Header().Set("Location", w.elsewhere)
			rw.WriteHeader(status)
			fmt.Fprintln(rw, `{"message":"No."}`)
			return
		}
	}
	fmt.Fprint(rw, `{"username":"retool"}`)
}

// deployment returns the stack of this world.
func (w *world) deployment() form.Deployment {
	return form.Deployment{
		Stage: "dev", BaseURL: w.URL + "/api", TokenURL: w.URL + "/token/", ClientID: clientID,
		AccessTokenMinutes: 60, RefreshTokenDays: 365,
	}
}

// form returns the form for this world.
func (w *world) form(choices form.Choices) form.Form { return form.New(w.deployment(), choices) }

// runner returns a runner that has not run its auth workflow.
func (w *world) runner(t *testing.T, f form.Form) *Runner {
	t.Helper()
	var typed map[string]string
	if f.SignIn() == form.PerUser {
		typed = map[string]string{"username": "alice", "password": "Alices-Example-1"}
	}
	r, err := New(f, w.deployment(), httpclient.New(w.Client().Transport, 0), typed)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// authenticated returns a runner that has run its auth workflow.
func (w *world) authenticated(t *testing.T, choices form.Choices) *Runner {
	t.Helper()
	r := w.runner(t, w.form(choices))
	if err := r.Authenticate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return r
}

// query sends GET /me and returns the status and whether a refresh ran.
func query(t *testing.T, r *Runner) (status int, refreshed bool) {
	t.Helper()
	answer, err := r.Query(t.Context(), "GET", "/me", nil)
	if err != nil {
		t.Fatal(err)
	}
	return answer.Status, answer.Refreshed
}

// The choices for each kind of form.
var (
	sharedNested  = form.Choices{SignIn: form.Shared, Request: form.Nested, RefreshToken: "the-token"}
	sharedFlat    = form.Choices{SignIn: form.Shared, Request: form.Flat, RefreshToken: "the-token"}
	perUserNested = form.Choices{SignIn: form.PerUser, Request: form.Nested}
	perUserFlat   = form.Choices{SignIn: form.PerUser, Request: form.Flat}
	withPassword  = form.Choices{SignIn: form.Password, User: "retool-password", Password: servicePassword}
)

// modes has them by name.
var modes = map[string]form.Choices{
	"shared-nested": sharedNested, "shared-flat": sharedFlat, "per-user-nested": perUserNested, "per-user-flat": perUserFlat,
	"password": withPassword,
}

// clock is a clock that only the test moves.
type clock struct{ time.Time }

func (c *clock) now() time.Time { return c.Time }

func expectError(t *testing.T, err error, want string) {
	t.Helper()
	got := "no error"
	if err != nil {
		got = err.Error()
	}
	var with interface{ Hint() string }
	if errors.As(err, &with) && with.Hint() != "" {
		got += "\nhint: " + with.Hint()
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
