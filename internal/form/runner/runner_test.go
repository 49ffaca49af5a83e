package runner

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"retoolapi/internal/form"
	"retoolapi/internal/httpclient"
)

// The auth workflow sends the first request, the refresh workflow the second one.
func TestEachModeSendsItsRequests(t *testing.T) {
	const (
		nested = `POST InitiateAuth {"AuthFlow":"REFRESH_TOKEN_AUTH","AuthParameters":{"REFRESH_TOKEN":"%s"},"ClientId":"` + clientID + `"}`
		flat   = `POST GetTokensFromRefreshToken {"ClientId":"` + clientID + `","RefreshToken":"%s"}`
		signIn = `POST InitiateAuth {"AuthFlow":"USER_PASSWORD_AUTH","AuthParameters":{"PASSWORD":"%s","USERNAME":"%s"},"ClientId":"` + clientID + `"}`
	)
	person, service := fmt.Sprintf(signIn, "Alices-Example-1", "alice"), fmt.Sprintf(signIn, servicePassword, "retool-password")
	for name, want := range map[string][]string{
		"shared-nested": {fmt.Sprintf(nested, "the-token"), fmt.Sprintf(nested, "the-token")},
		"shared-flat":   {fmt.Sprintf(flat, "the-token"), fmt.Sprintf(flat, "the-token")},
		// The refresh token is the person's own, from the sign-in.
		"per-user-nested": {person, fmt.Sprintf(nested, "refresh-1")},
		"per-user-flat":   {person, fmt.Sprintf(flat, "refresh-1")},
		// Nothing of the first sign-in is needed for the second.
		"password": {service, service},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			if err := w.authenticated(t, modes[name]).Refresh(t.Context()); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, w.calls); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTokenRequestsArePublicCallsOfCognito(t *testing.T) {
	w := newWorld(t)
	var headers http.Header
	w.token = func(_ http.ResponseWriter, r *http.Request) { headers = r.Header }
	w.runner(t, w.form(sharedNested)).Authenticate(t.Context())
	want := http.Header{
		"Content-Type": {"application/x-amz-json-1.1"}, "X-Amz-Target": {"AWSCognitoIdentityProviderService.InitiateAuth"},
		"Accept-Encoding": {"gzip"}, "User-Agent": {"Go-http-client/1.1"}, "Content-Length": headers["Content-Length"],
	}
	if diff := cmp.Diff(want, headers); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A domain does not lead to the API before its owner has set up the DNS.
func TestAnUnknownDomainIsPointedAtItsTarget(t *testing.T) {
	unknown := func(name string) error {
		return &url.Error{Op: "Get", URL: "https://" + name, Err: &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}}
	}
	for name, want := range map[string]string{
		"api.example.com":                         "point the domain's DNS at the stack's output DomainTarget, and wait until it is known",
		"abc.execute-api.eu-west-1.amazonaws.com": "",
	} {
		err := BaseURLError("https://"+name, unknown(name))
		var hinted interface{ Hint() string }
		hint := ""
		if errors.As(err, &hinted) {
			hint = hinted.Hint()
		}
		if hint != want {
			t.Errorf("%s: hint %q, want %q", name, hint, want)
		}
		if text := `Resource › Base URL: Get "https://` + name + `": lookup ` + name + `: no such host`; err.Error() != text {
			t.Errorf("error %q, want %q", err, text)
		}
	}
}

func TestASignInDefinesTheVariables(t *testing.T) {
	w := newWorld(t)
	got := w.authenticated(t, perUserNested)
	want := map[string]string{form.AccessTokenVariable: w.jwt("access", "access-1"), form.RefreshTokenVariable: "refresh-1"}
	if diff := cmp.Diff(want, got.variables); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(w.jwt("id", "id-1"), got.IDToken()); diff != "" {
		t.Errorf("id token (-want +got):\n%s", diff)
	}
}

func TestVariablesInHeadersAreReplacedLongestNameFirst(t *testing.T) {
	s := Runner{variables: map[string]string{"TOKEN": "a", "TOKEN_2": "b", "OTHER_TOKEN_2": "c", "NAMES_ANOTHER": "TOKEN_2"}}
	for text, want := range map[string]string{
		"Bearer TOKEN":          "Bearer a",
		"Bearer TOKEN_2":        "Bearer b",
		"OTHER_TOKEN_2":         "c",
		"TOKEN TOKEN_2 TOKEN":   "a b a",
		"Bearer {{ TOKEN }}":    "Bearer {{ a }}", // braces are no part of it
		"Bearer token, nothing": "Bearer token, nothing",
		"NAMES_ANOTHER":         "TOKEN_2", // what is in a value is not a name
	} {
		if got := s.withVariables(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// The runner types nothing that nobody gave it.
func TestAnInputForWhichThereIsNothingToTypeIsNamed(t *testing.T) {
	w := newWorld(t)
	f := w.form(perUserNested)
	f.Steps[0].Fields = append(f.Steps[0].Fields, form.ModalInput{Key: "tenant", Label: "Tenant"})
	_, err := New(f, w.deployment(), httpclient.New(nil, 0), map[string]string{"username": "alice", "password": "Alices-Example-1"})
	expectError(t, err, `Auth workflow, step 1 › Input 3 key: is "tenant", for which there is nothing to type`)
	if w.calls != nil {
		t.Errorf("it sent %q", w.calls)
	}
}

func TestRefreshRunsWhenItsPeriodIsOver(t *testing.T) {
	w := newWorld(t)
	clock := &clock{time.Unix(5000, 0)}
	s := w.runner(t, w.form(sharedNested))
	s.now = clock.now
	if err := s.Authenticate(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.calls = nil
	for _, step := range []struct {
		after     time.Duration
		refreshed bool
	}{
		{0, false}, {2999 * time.Second, false}, {time.Second, true}, {2999 * time.Second, false}, {time.Hour, true},
	} {
		clock.Time = clock.Add(step.after)
		if status, refreshed := query(t, s); status != http.StatusOK || refreshed != step.refreshed {
			t.Errorf("at %s: %d, refreshed %t, want 200 and %t", clock.Time, status, refreshed, step.refreshed)
		}
	}
	refresh := `POST InitiateAuth {"AuthFlow":"REFRESH_TOKEN_AUTH","AuthParameters":{"REFRESH_TOKEN":"the-token"},"ClientId":"` + clientID + `"}`
	want := []string{"GET /api/me access-1", "GET /api/me access-1", refresh, "GET /api/me access-2", "GET /api/me access-2", refresh, "GET /api/me access-3"}
	if diff := cmp.Diff(want, w.calls); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestARefusedQueryIsSentAgainOnceAfterARefresh(t *testing.T) {
	for _, refusal := range []int{http.StatusUnauthorized, http.StatusForbidden} {
		t.Run(fmt.Sprint(refusal), func(t *testing.T) {
			w := newWorld(t)
			w.api = func(token, _ string) int {
				if token == "access-1" {
					return refusal
				}
				return http.StatusOK
			}
			s := w.authenticated(t, perUserFlat)
			w.calls = nil
			answer, err := s.Query(t.Context(), "POST", "/items", []byte(`{"name":"bolt"}`))
			if err != nil || answer.Status != http.StatusOK || !answer.Refreshed {
				t.Fatalf("%+v, %v", answer, err)
			}
			want := []string{
				`POST /api/items access-1 {"name":"bolt"}`,
				`POST GetTokensFromRefreshToken {"ClientId":"` + clientID + `","RefreshToken":"refresh-1"}`,
				`POST /api/items access-2 {"name":"bolt"}`,
			}
			if diff := cmp.Diff(want, w.calls); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestOtherAnswersAreNoReasonToRefresh(t *testing.T) {
	for _, status := range []int{http.StatusNotFound, http.StatusConflict, http.StatusTooManyRequests, http.StatusInternalServerError} {
		w := newWorld(t)
		w.api = func(string, string) int { return status }
		s := w.authenticated(t, sharedNested)
		w.calls = nil
		if got, refreshed := query(t, s); got != status || refreshed {
			t.Errorf("%d, refreshed %t, want %d and false", got, refreshed, status)
		}
		if diff := cmp.Diff([]string{"GET /api/me access-1"}, w.calls); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// There is no endless loop, even if the period is over too.
func TestAnAPIThatRefusesEveryTokenGetsTheQueryTwice(t *testing.T) {
	w := newWorld(t)
	w.api = func(string, string) int { return http.StatusUnauthorized }
	clock := &clock{time.Unix(5000, 0)}
	s := w.runner(t, w.form(sharedFlat))
	s.now = clock.now
	if err := s.Authenticate(t.Context()); err != nil {
		t.Fatal(err)
	}
	refresh := `POST GetTokensFromRefreshToken {"ClientId":"` + clientID + `","RefreshToken":"the-token"}`
	w.calls = nil
	if status, refreshed := query(t, s); status != http.StatusUnauthorized || !refreshed {
		t.Errorf("%d, refreshed %t", status, refreshed)
	}
	if diff := cmp.Diff([]string{"GET /api/me access-1", refresh, "GET /api/me access-2"}, w.calls); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	w.calls, clock.Time = nil, clock.Add(time.Hour)
	query(t, s)
	if diff := cmp.Diff([]string{refresh, "GET /api/me access-3", refresh, "GET /api/me access-4"}, w.calls); diff != "" {
		t.Errorf("after the period (-want +got):\n%s", diff)
	}
}

func TestARefreshThatFailsIsTheQuerysError(t *testing.T) {
	w := newWorld(t)
	s := w.authenticated(t, perUserNested)
	before := s.AccessToken()
	s.SetAccessToken("not.a.token")
	w.api = func(string, string) int { return http.StatusUnauthorized }
	w.token = refusing("NotAuthorizedException", "Refresh Token has been revoked")
	answer, err := s.Query(t.Context(), "GET", "/me", nil)
	var field *form.FieldError
	if answer != nil || !errors.As(err, &field) || field.Field.String() != "Refresh auth workflow, step 1 › Body params › row 3 (AuthParameters) › Value" {
		t.Errorf("%+v, %v", answer, err)
	}
	// The old variables stay until a refresh succeeds.
	if diff := cmp.Diff("refresh-1", s.variables[form.RefreshTokenVariable]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	w.token, w.api = nil, nil
	if err := s.Refresh(t.Context()); err != nil || s.AccessToken() == before {
		t.Errorf("%v, the access token is new: %t", err, s.AccessToken() != before)
	}
}

// Retool was seen to send a row that holds an object as an object, and every other
// row as text.
func TestARowIsSentAsAnObjectIfItIsOne(t *testing.T) {
	s := &Runner{}
	scope := map[string]any{"form1": map[string]any{"password": `a"b`}}
	for value, want := range map[string]string{
		`{"REFRESH_TOKEN":"x"}`:                  `{"REFRESH_TOKEN":"x"}`,
		`{"a":{"b":[1,true]}}`:                   `{"a":{"b":[1,true]}}`,
		`{}`:                                     `{}`,
		`text`:                                   `"text"`,
		`5`:                                      `"5"`,
		`true`:                                   `"true"`,
		`["a"]`:                                  `"[\"a\"]"`,
		`"quoted"`:                               `"\"quoted\""`,
		`{"REFRESH_TOKEN":`:                      `"{\"REFRESH_TOKEN\":"`,
		`{"PASSWORD":"{{ form1.password }}"}`:    `"{\"PASSWORD\":\"a\"b\"}"`, // no JSON with this password
		`{{ form1.password }}{{form1.password}}`: `"a\"ba\"b"`,
	} {
		body, err := s.requestBody(form.AuthWorkflow.Step(1), form.Step{Body: []form.Row{{Key: "Row", Value: value}}}, scope)
		if err != nil {
			t.Errorf("%s: %v", value, err)
			continue
		}
		if diff := cmp.Diff(`{"Row":`+want+`}`, string(body)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", value, diff)
		}
	}
}

func TestTheErrorOfAWrongReferenceListsTheNamesThatThereAre(t *testing.T) {
	w := newWorld(t)
	s := w.authenticated(t, perUserNested)
	scope := map[string]any{}
	if err := json.Unmarshal([]byte(`{"http1":{"body":{"ok":"yes","number":1,"nothing":{}}},"form1":{"username":"alice"}}`), &scope); err != nil {
		t.Fatal(err)
	}
	for reference, want := range map[string]string{
		"{{ http2.body }}":            `{{ http2.body }}: there is no "http2"; there is form1 (Auth workflow, step 1 › Step name), http1 (Auth workflow, step 2 › Step name)`,
		"{{ form1.password }}":        `{{ form1.password }}: there is no "password"; there is username (Auth workflow, step 1 › Input 1 key)`,
		"{{ http1.body.nothing.at }}": `{{ http1.body.nothing.at }}: there is no "at"; there is nothing`,
		"{{ http1.body.ok.more }}":    `{{ http1.body.ok.more }}: there is no "more"; there is nothing`,
		"{{ http1.body.number }}":     "{{ http1.body.number }} is not a text",
		"{{ http1.body }}":            "{{ http1.body }} is not a text",
		"{{}}":                        `{{  }}: there is no ""; there is form1 (Auth workflow, step 1 › Step name), http1 (Auth workflow, step 2 › Step name)`,
	} {
		if text, err := s.resolve(reference, scope); err == nil {
			t.Errorf("%s becomes %q", reference, text)
		} else if diff := cmp.Diff(want, err.Error()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", reference, diff)
		}
	}
	if text, err := s.resolve("a {{http1.body.ok}} b {{   form1.username   }}", scope); err != nil || text != "a yes b alice" {
		t.Errorf("%q, %v", text, err)
	}
}

// refusing is a token endpoint that refuses as Cognito does.
func refusing(errorType, message string) http.HandlerFunc {
	return answering(http.StatusBadRequest, fmt.Sprintf(`{"__type":%q,"message":%q}`, errorType, message))
}

func answering(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

func TestARefusalNamesTheFieldToBlame(t *testing.T) {
	const (
		notAuthorized = "NotAuthorizedException"
		invalid       = "InvalidParameterException"
	)
	for _, test := range []struct {
		mode    form.Choices
		refusal http.HandlerFunc
		field   string
	}{
		{sharedNested, refusing(notAuthorized, "Invalid Refresh Token"), "Auth workflow, step 1 › Body params › row 3 (AuthParameters) › Value"},
		{sharedFlat, refusing(notAuthorized, "Invalid Refresh Token"), "Auth workflow, step 1 › Body params › row 2 (RefreshToken) › Value"},
		{perUserNested, refusing(notAuthorized, "Incorrect username or password."), "Auth workflow, step 2 › Body params › row 3 (AuthParameters) › Value"},
		{perUserNested, refusing("UserNotFoundException", "User does not exist."), "Auth workflow, step 2 › Body params › row 3 (AuthParameters) › Value"},
		{perUserNested, refusing("UserNotConfirmedException", "User is not confirmed."), "Auth workflow, step 2 › Body params › row 3 (AuthParameters) › Value"},
		{sharedNested, answering(400, `{"__type":"SerializationException","Message":"Expected map or null"}`), "Auth workflow, step 1 › Body params › row 3 (AuthParameters) › Value"},
		{sharedNested, answering(400, `{"__type":"SerializationException"}`), "Auth workflow, step 1 › Body params › row 3 (AuthParameters) › Value"},
		{sharedFlat, refusing("SerializationException", ""), "Auth workflow, step 1"},
		{sharedNested, refusing("ResourceNotFoundException", "User pool client x does not exist."), "Auth workflow, step 1 › Body params › row 2 (ClientId) › Value"},
		{sharedFlat, refusing("ResourceNotFoundException", "User pool client x does not exist."), "Auth workflow, step 1 › Body params › row 1 (ClientId) › Value"},
		{sharedNested, refusing(invalid, "REFRESH_TOKEN_AUTH flow not enabled for this client"), "Auth workflow, step 1 › Body params › row 1 (AuthFlow) › Value"},
		{perUserNested, refusing(invalid, "USER_PASSWORD_AUTH flow not enabled for this client"), "Auth workflow, step 2 › Body params › row 1 (AuthFlow) › Value"},
		{sharedNested, refusing(invalid, "1 validation error detected: Value at 'clientId' failed to satisfy constraint"), "Auth workflow, step 1 › Body params › row 2 (ClientId) › Value"},
		{sharedNested, refusing(invalid, "Something else"), "Auth workflow, step 1"},
		{sharedNested, refusing("TooManyRequestsException", "Rate exceeded"), "Auth workflow, step 1"},
		{sharedNested, refusing("SomethingNewException", "No."), "Auth workflow, step 1"},
		{sharedNested, answering(200, `{"ChallengeName":"NEW_PASSWORD_REQUIRED"}`), "Auth workflow, step 1"},
		{sharedNested, answering(200, `{"AuthenticationResult":{}}`), "Auth workflow, step 2 › Value"},
		{sharedNested, answering(200, `{"AuthenticationResult":{"AccessToken":"opaque"}}`), "Auth workflow, step 2 › Value"},
		{sharedNested, answering(200, `<html>`), "Auth workflow, step 1 › URL"},
		{sharedNested, answering(200, `[]`), "Auth workflow, step 1 › URL"},
		{sharedNested, answering(404, `{"message":"Not Found"}`), "Auth workflow, step 1 › URL"},
		{sharedNested, answering(502, ``), "Auth workflow, step 1 › URL"},
	} {
		t.Run(test.field, func(t *testing.T) {
			w := newWorld(t)
			w.token = test.refusal
			err := w.runner(t, w.form(test.mode)).Authenticate(t.Context())
			var field *form.FieldError
			if !errors.As(err, &field) || field.Field.String() != test.field {
				t.Errorf("%v does not name %q", err, test.field)
			}
		})
	}
}

func TestATokenThatContradictsTheFormIsRefused(t *testing.T) {
	for name, test := range map[string]struct {
		claims func(map[string]any)
		change func(*form.Form)
		want   string
	}{
		"another validity": {
			claims: func(c map[string]any) { c["exp"] = 2000 + 1800 },
			want:   "Tokens › Access token minutes: is 60, but the access token is valid for 30 minutes",
		},
		"the id token": {
			change: func(f *form.Form) { f.Steps[1].Value = "{{ http1.body.AuthenticationResult.IdToken }}" },
			want:   `Auth workflow, step 2 › Value: is not the access token, its token_use is "id"` + "\nhint: take the one that ends in AccessToken",
		},
		"another expiry of the refresh token": {
			change: func(f *form.Form) {
				expires := time.Unix(1000, 0).UTC().Add(364 * 24 * time.Hour)
				f.Tokens.RefreshTokenExpires = &expires
			},
			want: "Tokens › Refresh token expires: is 1970-12-31T00:16:40Z, which is not 365 days (Tokens › Refresh token days) after the sign-in at 1970-01-01T00:16:40Z",
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.claims = test.claims
			f := w.form(sharedNested)
			if test.change != nil {
				test.change(&f)
			}
			expectError(t, w.runner(t, f).Authenticate(t.Context()), test.want)
		})
	}
}

func TestProveNamesTheFieldToBlame(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		want   string // %s is the URL of the API
	}{
		"the API is of another user pool": {
			status: 403,
			want:   `Resource › Base URL: %s refuses the token of this app client: the API answers 403 (Bearer error="invalid_token")` + "\nhint: deploy the stack again",
		},
		"the API is another one": {
			status: 404,
			want:   "Resource › Base URL: %s answers 404 to GET /me\nhint: deploy the stack again",
		},
		"the API fails": {
			status: 500,
			want:   `GET /me: the API answers 500, the function's log says why: {"message":"No."}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.api = func(string, string) int { return test.status }
			_, err := w.authenticated(t, sharedNested).Prove(t.Context(), "GET", "/me")
			want := test.want
			if test.status != 500 {
				want = fmt.Sprintf(want, w.URL+"/api")
			}
			expectError(t, err, want)
		})
	}
}

// Without a runner, no secret can be sent to another address.
func TestAFormThatIsNotTheDeploymentsGetsNoRunner(t *testing.T) {
	w := newWorld(t)
	for want, change := range map[string]func(*form.Form){
		`Resource › Base URL: is "://", but the stack's is ` + w.URL + "/api":                            func(f *form.Form) { f.BaseURL = "://" },
		`Resource › Base URL: is "` + w.URL + `/api/", but the stack's is ` + w.URL + "/api":             func(f *form.Form) { f.BaseURL += "/" },
		`Auth workflow, step 1 › URL: is "https://x/", but the stack's TokenUrl is ` + w.URL + "/token/": func(f *form.Form) { f.Steps[0].URL = "https://x/" },
		"Auth workflow, step 1 › Step name: is empty: later steps refer to it":                           func(f *form.Form) { f.Steps[0].Name = "" },
	} {
		f := w.form(sharedNested)
		change(&f)
		r, err := New(f, w.deployment(), w.Client(), nil)
		if r != nil {
			t.Errorf("there is a runner")
		}
		expectError(t, err, want)
	}
	if len(w.calls) != 0 {
		t.Errorf("something was sent: %q", w.calls)
	}
}

// The form itself does not change.
func TestTheExpiryOfTheRefreshTokenIsComputed(t *testing.T) {
	want := time.Unix(1000, 0).UTC().Add(365 * 24 * time.Hour)
	for name, choices := range modes {
		w := newWorld(t)
		r := w.authenticated(t, choices)
		if got, err := r.RefreshTokenExpires(); err != nil || !got.Equal(want) {
			t.Errorf("%s: %s, %v, want %s", name, got, err, want)
		}
		if diff := cmp.Diff(w.form(choices), r.form); diff != "" {
			t.Errorf("%s: the form has changed (-before +after):\n%s", name, diff)
		}
	}
}
