package runner

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"retoolapi/internal/form"
	"retoolapi/internal/httpclient"
)

// TestNoErrorShowsASecret pastes tokens and a password of connect into every text of every form, as a person
// may do by mistake. It runs each form against servers that send back what they
// got. An error goes to terminals, logs and issues.
func TestNoErrorShowsASecret(t *testing.T) {
	refreshToken := "eyJjdHkiOiJKV1QifQ." + strings.Repeat("0pAqUe-_", 100)
	accessToken := (&world{}).jwt("access", strings.Repeat("51gnature", 20))
	failed := 0
	for name, choices := range modes {
		if choices.SignIn == form.Shared {
			choices.RefreshToken = refreshToken
		}
		original := form.New((&world{Server: &httptest.Server{URL: "https://stack.example"}}).deployment(), choices)
		for _, f := range pastedInto(t, original, refreshToken, accessToken, servicePassword) {
			for _, server := range echoes(accessToken) {
				err := runAgainst(t, f, server)
				if err == nil {
					continue
				}
				failed++
				if text := err.Error(); strings.Contains(text, refreshToken) || strings.Contains(text, accessToken) || strings.Contains(text, servicePassword) {
					t.Fatalf("%s: %+v\n%s", name, f, text)
				}
			}
		}
	}
	if failed < 1000 {
		t.Errorf("only %d errors were looked at", failed)
	}
}

// runAgainst runs a form until an error occurs. The deployment agrees with the
// form, because otherwise there would be no runner.
func runAgainst(t *testing.T, f form.Form, server http.RoundTripper) error {
	d := form.Deployment{
		BaseURL: f.BaseURL, TokenURL: f.TokenRequest().URL, ClientID: f.TokenRequest().BodyValue("ClientId"),
		AccessTokenMinutes: f.Tokens.AccessTokenMinutes, RefreshTokenDays: f.Tokens.RefreshTokenDays,
	}
	r, err := New(f, d, httpclient.New(server, 0), map[string]string{"username": "alice", "password": "Alices-Example-1"})
	if err != nil {
		return err
	}
	if err := r.Authenticate(t.Context()); err != nil {
		return err
	}
	_, err = r.Prove(t.Context(), "GET", "/me")
	return err
}

// pastedInto returns copies of a form. In each copy a token replaces one of the
// texts, or is mixed with it.
func pastedInto(t *testing.T, f form.Form, tokens ...string) []form.Form {
	t.Helper()
	var text bytes.Buffer
	if err := f.WriteJSON(&text); err != nil {
		t.Fatal(err)
	}
	var document any
	if err := json.Unmarshal(text.Bytes(), &document); err != nil {
		t.Fatal(err)
	}
	var all []form.Form
	for _, field := range texts(document, func(any) {}) {
		for _, token := range tokens {
			for _, pasted := range []string{token, field.text + token, token + " " + field.text, "{{ " + token + " }}", field.text + " {{ " + token + ".x }}", `{"` + token + `":"x"}`} {
				field.set(pasted)
				data, err := json.Marshal(document)
				if err != nil {
					t.Fatal(err)
				}
				changed, err := form.ReadJSON(bytes.NewReader(data))
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, changed)
			}
		}
		field.set(field.text)
	}
	return all
}

// textField is a text somewhere in a JSON document.
type textField struct {
	text string
	set  func(any)
}

func texts(value any, set func(any)) []textField {
	var all []textField
	switch value := value.(type) {
	case string:
		return []textField{{value, set}}
	case []any:
		for i := range value {
			all = append(all, texts(value[i], func(v any) { value[i] = v })...)
		}
	case map[string]any:
		for key := range value {
			all = append(all, texts(value[key], func(v any) { value[key] = v })...)
		}
	}
	return all
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// echoes are networks that answer with what was sent. Each has another pair of
// answers of the token endpoint and of the API.
func echoes(accessToken string) []roundTripper {
	respond := func(status int, body string) (*http.Response, error) {
		return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(body)), Header: http.Header{}}, nil
	}
	redirect := func(sent string) (*http.Response, error) {
		response, err := respond(302, sent)
		location := url.URL{Scheme: "https", User: url.UserPassword(sent, sent), Host: "elsewhere.example", Path: sent, RawQuery: url.QueryEscape(sent), Fragment: sent}
		response.Header.Set("Location", location.String())
		return response, err
	}
	quoted := func(text string) string { data, _ := json.Marshal(text); return string(data) }
	issue := fmt.Sprintf(`{"AuthenticationResult":{"AccessToken":%q,"IdToken":%[1]q,"RefreshToken":%[1]q}}`, accessToken)
	var all []roundTripper
	for _, token := range []func(sent string) (*http.Response, error){
		func(sent string) (*http.Response, error) { return respond(200, issue) },
		func(sent string) (*http.Response, error) { return respond(200, sent) },
		func(sent string) (*http.Response, error) { return respond(400, sent) },
		func(sent string) (*http.Response, error) { return respond(502, "<pre>"+sent) },
		func(sent string) (*http.Response, error) { return respond(502, strings.Repeat("-", 290)+sent) },
		func(sent string) (*http.Response, error) {
			return respond(400, `{"__type":"InvalidParameterException","message":`+quoted(sent)+`}`)
		},
		func(sent string) (*http.Response, error) { return respond(400, `{"__type":`+quoted(sent)+`}`) },
		func(sent string) (*http.Response, error) {
			return respond(200, `{"AuthenticationResult":{"AccessToken":`+quoted(sent)+`}}`)
		},
		func(sent string) (*http.Response, error) { return redirect(sent) },
		func(sent string) (*http.Response, error) { return nil, fmt.Errorf("cannot send %s", sent) },
	} {
		for _, status := range []int{302, 401, 500} {
			all = append(all, func(r *http.Request) (*http.Response, error) {
				if r.Method == "GET" && status == 302 { // the API
					return redirect(r.Header.Get("Authorization"))
				}
				if r.Method == "GET" {
					response, err := respond(status, r.Header.Get("Authorization"))
					response.Header.Set("WWW-Authenticate", r.Header.Get("Authorization"))
					return response, err
				}
				sent, _ := io.ReadAll(r.Body)
				return token(string(sent))
			})
		}
	}
	return all
}
