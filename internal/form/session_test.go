package sheet

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// What each mode sends to the token endpoint, to the letter, in the auth
// workflow and in the refresh workflow.
func TestEachModeSendsItsRequests(t *testing.T) {
	const (
		nested   = `POST InitiateAuth {"AuthFlow":"REFRESH_TOKEN_AUTH","AuthParameters":{"REFRESH_TOKEN":"%s"},"ClientId":"` + clientID + `"}`
		flat     = `POST GetTokensFromRefreshToken {"ClientId":"` + clientID + `","RefreshToken":"%s"}`
		password = `POST InitiateAuth {"AuthFlow":"USER_PASSWORD_AUTH","AuthParameters":{"PASSWORD":"Alices-Example-1","USERNAME":"alice"},"ClientId":"` + clientID + `"}`
	)
	for name, want := range map[string][]string{
		"shared-nested": {fmt.Sprintf(nested, "the-token"), fmt.Sprintf(nested, "the-token")},
		"shared-flat":   {fmt.Sprintf(flat, "the-token"), fmt.Sprintf(flat, "the-token")},
		// Each person's own refresh token is used, which the sign-in gave.
		"per-user-nested": {password, fmt.Sprintf(nested, "refresh-1")},
		"per-user-flat":   {password, fmt.Sprintf(flat, "refresh-1")},
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
	w.session(sharedNested).Authenticate(t.Context())
	want := http.Header{
		"Content-Type": {"application/x-amz-json-1.1"}, "X-Amz-Target": {"AWSCognitoIdentityProviderService.InitiateAuth"},
		"Accept-Encoding": {"gzip"}, "User-Agent": {"Go-http-client/1.1"}, "Content-Length": headers["Content-Length"],
	}
	if diff := cmp.Diff(want, headers); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestASignInDefinesTheVariables(t *testing.T) {
	w := newWorld(t)
	got := w.authenticated(t, peopleNested)
	want := map[string]string{accessTokenVariable: w.jwt("access", "access-1"), refreshTokenVariable: "refresh-1"}
	if diff := cmp.Diff(want, got.variables); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(w.jwt("id", "id-1"), got.IDToken()); diff != "" {
		t.Errorf("id token (-want +got):\n%s", diff)
	}
}

func TestVariablesStandBareInHeadersTheLongestFirst(t *testing.T) {
	s := Session{variables: map[string]string{"TOKEN": "a", "TOKEN_2": "b", "OTHER_TOKEN_2": "c"}}
	for text, want := range map[string]string{
		"Bearer TOKEN":          "Bearer a",
		"Bearer TOKEN_2":        "Bearer b",
		"OTHER_TOKEN_2":         "c",
		"TOKEN TOKEN_2 TOKEN":   "a b a",
		"Bearer {{ TOKEN }}":    "Bearer {{ a }}", // braces are no part of it
		"Bearer token, nothing": "Bearer token, nothing",
	} {
		if got := s.withVariables(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func TestRefreshRunsWhenItsPeriodIsOver(t *testing.T) {
	w := newWorld(t)
	clock := &clock{time.Unix(5000, 0)}
	s := w.session(sharedNested)
	s.Now = clock.now
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
			s := w.authenticated(t, peopleFlat)
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

// An API that refuses every token gets one replay, not an endless loop, even if
// the period was over too.
func TestAnAPIThatRefusesEverythingGetsOneReplay(t *testing.T) {
	w := newWorld(t)
	w.api = func(string, string) int { return http.StatusUnauthorized }
	clock := &clock{time.Unix(5000, 0)}
	s := w.session(sharedFlat)
	s.Now = clock.now
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
	s := w.authenticated(t, peopleNested)
	before := s.AccessToken()
	s.SetAccessToken("not.a.token")
	w.api = func(string, string) int { return http.StatusUnauthorized }
	w.token = refusing("NotAuthorizedException", "Refresh Token has been revoked")
	answer, err := s.Query(t.Context(), "GET", "/me", nil)
	var field *FieldError
	if answer != nil || !errors.As(err, &field) || field.Field != "Refresh auth workflow › Step 1 › Body › row 3 › Value" {
		t.Errorf("%+v, %v", answer, err)
	}
	// The old variables stay, and a refresh that works again sets them anew.
	if diff := cmp.Diff("refresh-1", s.RefreshToken()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	w.token, w.api = nil, nil
	if err := s.Refresh(t.Context()); err != nil || s.AccessToken() == before {
		t.Errorf("%v, the access token is new: %t", err, s.AccessToken() != before)
	}
}

// Retool was seen to send a row that holds an object as an object, and all else
// as text.
func TestARowIsSentAsAnObjectIfItIsOne(t *testing.T) {
	s := &Session{origins: map[string]string{}}
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
		`{"PASSWORD":"{{ form1.password }}"}`:    `"{\"PASSWORD\":\"a\"b\"}"`, // what the password breaks is text
		`{{ form1.password }}{{form1.password}}`: `"a\"ba\"b"`,
	} {
		body, err := s.requestBody("Step", Step{Body: []Pair{{"Row", value}}}, scope)
		if err != nil {
			t.Errorf("%s: %v", value, err)
			continue
		}
		if diff := cmp.Diff(`{"Row":`+want+`}`, string(body)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", value, diff)
		}
	}
}

func TestReferencesThatLeadNowhereSayWhatThereIs(t *testing.T) {
	w := newWorld(t)
	s := w.authenticated(t, peopleNested)
	scope := map[string]any{}
	if err := json.Unmarshal([]byte(`{"http1":{"body":{"ok":"yes","number":1,"nothing":{}}},"form1":{"username":"alice"}}`), &scope); err != nil {
		t.Fatal(err)
	}
	for reference, want := range map[string]string{
		"{{ http2.body }}":            `{{ http2.body }}: there is no "http2"; there is form1 (Auth workflow › Step 1 › Name), http1 (Auth workflow › Step 2 › Name)`,
		"{{ form1.password }}":        `{{ form1.password }}: there is no "password"; there is username (Auth workflow › Step 1 › Fields › row 1 › Key)`,
		"{{ http1.body.nothing.at }}": `{{ http1.body.nothing.at }}: there is no "at"; there is nothing`,
		"{{ http1.body.ok.more }}":    `{{ http1.body.ok.more }}: there is no "more"; there is nothing`,
		"{{ http1.body.number }}":     "{{ http1.body.number }} is not a text",
		"{{ http1.body }}":            "{{ http1.body }} is not a text",
		"{{}}":                        `{{  }}: there is no ""; there is form1 (Auth workflow › Step 1 › Name), http1 (Auth workflow › Step 2 › Name)`,
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

// refusing is a token endpoint that refuses in Cognito's form.
func refusing(errorType, message string) http.HandlerFunc {
	return answering(http.StatusBadRequest, fmt.Sprintf(`{"__type":%q,"message":%q}`, errorType, message))
}

func answering(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

// A refusal names the row that is most likely to blame, in every mode.
func TestARefusalNamesTheFieldToBlame(t *testing.T) {
	const (
		notAuthorized = "NotAuthorizedException"
		invalid       = "InvalidParameterException"
	)
	for _, test := range []struct {
		mode    Options
		refusal http.HandlerFunc
		field   string
	}{
		{sharedNested, refusing(notAuthorized, "Invalid Refresh Token"), "Auth workflow › Step 1 › Body › row 3 › Value"},
		{sharedFlat, refusing(notAuthorized, "Invalid Refresh Token"), "Auth workflow › Step 1 › Body › row 2 › Value"},
		{peopleNested, refusing(notAuthorized, "Incorrect username or password."), "Auth workflow › Step 2 › Body › row 3 › Value"},
		{peopleNested, refusing("UserNotFoundException", "User does not exist."), "Auth workflow › Step 2 › Body › row 3 › Value"},
		{peopleNested, refusing("UserNotConfirmedException", "User is not confirmed."), "Auth workflow › Step 2 › Body › row 3 › Value"},
		{sharedNested, answering(400, `{"__type":"SerializationException","Message":"Expected map or null"}`), "Auth workflow › Step 1 › Body › row 3 › Value"},
		{sharedNested, answering(400, `{"__type":"SerializationException"}`), "Auth workflow › Step 1 › Body › row 3 › Value"},
		{sharedFlat, refusing("SerializationException", ""), "Auth workflow › Step 1"},
		{sharedNested, refusing("ResourceNotFoundException", "User pool client x does not exist."), "Auth workflow › Step 1 › Body › row 2 › Value"},
		{sharedFlat, refusing("ResourceNotFoundException", "User pool client x does not exist."), "Auth workflow › Step 1 › Body › row 1 › Value"},
		{sharedNested, refusing(invalid, "REFRESH_TOKEN_AUTH flow not enabled for this client"), "Auth workflow › Step 1 › Body › row 1 › Value"},
		{peopleNested, refusing(invalid, "USER_PASSWORD_AUTH flow not enabled for this client"), "Auth workflow › Step 2 › Body › row 1 › Value"},
		{sharedNested, refusing(invalid, "1 validation error detected: Value at 'clientId' failed to satisfy constraint"), "Auth workflow › Step 1 › Body › row 2 › Value"},
		{sharedNested, refusing(invalid, "Something else"), "Auth workflow › Step 1"},
		{sharedNested, refusing("TooManyRequestsException", "Rate exceeded"), "Auth workflow › Step 1"},
		{sharedNested, refusing("SomethingNewException", "No."), "Auth workflow › Step 1"},
		{sharedNested, answering(200, `{"ChallengeName":"NEW_PASSWORD_REQUIRED"}`), "Auth workflow › Step 1"},
		{sharedNested, answering(200, `{"AuthenticationResult":{}}`), "Auth workflow › Step 2 › Value"},
		{sharedNested, answering(200, `{"AuthenticationResult":{"AccessToken":"opaque"}}`), "Auth workflow › Step 2 › Value"},
		{sharedNested, answering(200, `<html>`), "Auth workflow › Step 1 › URL"},
		{sharedNested, answering(200, `[]`), "Auth workflow › Step 1 › URL"},
		{sharedNested, answering(404, `{"message":"Not Found"}`), "Auth workflow › Step 1 › URL"},
		{sharedNested, answering(502, ``), "Auth workflow › Step 1 › URL"},
	} {
		t.Run(test.field, func(t *testing.T) {
			w := newWorld(t)
			w.token = test.refusal
			err := w.session(test.mode).Authenticate(t.Context())
			var field *FieldError
			if !errors.As(err, &field) || field.Field != test.field {
				t.Errorf("%v does not name %q", err, test.field)
			}
		})
	}
}

// A token that is not what the sheet says of it names the field that says so.
func TestATokenThatContradictsTheSheetIsRefused(t *testing.T) {
	for name, test := range map[string]struct {
		claims func(map[string]any)
		change func(*Resource)
		want   string
	}{
		"another validity": {
			claims: func(c map[string]any) { c["exp"] = 2000 + 1800 },
			want:   "Tokens › Access token minutes: is 60, but the access token is valid for 30 minutes",
		},
		"the id token": {
			change: func(r *Resource) { r.Steps[1].Value = "{{ http1.body.AuthenticationResult.IdToken }}" },
			want:   `Auth workflow › Step 2 › Value: is not the access token, its token_use is "id": take the one that ends in AccessToken`,
		},
		"another end of the refresh token": {
			change: func(r *Resource) {
				ends := time.Unix(1000, 0).UTC().Add(364 * 24 * time.Hour)
				r.Tokens.RefreshTokenEnds = &ends
			},
			want: "Tokens › Refresh token ends: is 1970-12-31T00:16:40Z, which is not 365 days (Tokens › Refresh token days) after the sign-in at 1970-01-01T00:16:40Z",
		},
		"another variable than the header names": {
			change: func(r *Resource) { r.Steps[1].Variable = "TOKEN" },
			want:   "Auth workflow: defines no variable AUTHORIZATION_TOKEN, which the header Authorization names; it defines TOKEN (Auth workflow › Step 2 › Variable)",
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.claims = test.claims
			s := w.session(sharedNested)
			if test.change != nil {
				test.change(&s.Resource)
			}
			expectError(t, s.Authenticate(t.Context()), test.want)
		})
	}
}

func expectError(t *testing.T, err error, want string) {
	t.Helper()
	got := "no error"
	if err != nil {
		got = err.Error()
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Prove is Query for a query that must succeed.
func TestProveNamesTheFieldToBlame(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		change func(w *world, r *Resource)
		want   string // %s is the URL of the API
	}{
		"the header has another name": {
			status: 401, change: func(_ *world, r *Resource) { r.Headers[0].Key = "Authorisation" },
			want: `Resource › Headers › row 1 › Key: is "Authorisation", not Authorization: the API answers 401 (Bearer error="invalid_token")`,
		},
		"the header has braces": {
			status: 401, change: func(_ *world, r *Resource) { r.Headers[0].Value = "Bearer {{ AUTHORIZATION_TOKEN }}" },
			want: `Resource › Headers › row 1 › Value: is "Bearer {{ AUTHORIZATION_TOKEN }}", not "Bearer AUTHORIZATION_TOKEN": the API answers 401 (Bearer error="invalid_token")`,
		},
		"the API is of another user pool": {
			status: 403,
			want:   `Base URL: %s refuses the token of this app client: the API answers 403 (Bearer error="invalid_token"): take BaseUrl and ClientId from the outputs of one stack`,
		},
		"the API is another one": {
			status: 404,
			want:   "Base URL: %s answers 404 to GET /me: take BaseUrl from the stack's outputs; if it is that one, deploy the stack again",
		},
		"the API fails": {
			status: 500,
			want:   `GET /me: the API answers 500, the function's log says why: {"message":"No."}`,
		},
		"the base URL is none": {
			change: func(_ *world, r *Resource) { r.BaseURL = "://" },
			want:   `Base URL: parse ":///me": missing protocol scheme`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.api = func(string, string) int { return test.status }
			s := w.authenticated(t, sharedNested)
			if test.change != nil {
				test.change(w, &s.Resource)
			}
			_, err := s.Prove(t.Context(), "GET", "/me")
			want := test.want
			if test.status == 403 || test.status == 404 {
				want = fmt.Sprintf(want, w.URL+"/api")
			}
			expectError(t, err, want)
		})
	}
}

// The end of a refresh token is noted in the resource that holds the token, and
// in no other.
func TestTheEndOfTheRefreshTokenIsNotedWhereItStands(t *testing.T) {
	ends := time.Unix(1000, 0).UTC().Add(365 * 24 * time.Hour)
	for name, want := range map[string]*time.Time{"shared-nested": &ends, "shared-flat": &ends, "per-user-nested": nil, "per-user-flat": nil} {
		s := newWorld(t).authenticated(t, modes[name])
		if got, err := s.RefreshTokenEnds(); err != nil || !got.Equal(ends) {
			t.Errorf("%s: %s, %v, want %s", name, got, err, ends)
		}
		if diff := cmp.Diff(want, s.Resource.Tokens.RefreshTokenEnds); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
