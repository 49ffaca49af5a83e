package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"retoolapi/internal/form"
)

// jwtFor returns a token as the emulator's, for "access", "id" or "refresh".
func jwtFor(use string) string {
	payload := base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"token_use":%q,"username":"retool","jti":"%s"}`, use, strings.Repeat("0123", 20)))
	return "eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ." + payload + ".c2lnbmF0dXJlc2lnbmF0dXJl"
}

// jwe is as Cognito's refresh tokens are: five parts, which nobody can read.
var jwe = "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ." + strings.Repeat("aB3_-", 60) + ".Zz09" + ".0-_xYz" + ".tag_-12"

// wrapped breaks a text into lines of a width.
func wrapped(text string, width int, indent string) string {
	var b strings.Builder
	for len(text) > width {
		b.WriteString(text[:width] + "\n" + indent)
		text = text[width:]
	}
	return b.String() + text
}

// copies are the ways in which a person copies a refresh token.
func copies(token string) map[string]string {
	result := fmt.Sprintf(`{
    "ChallengeParameters": {},
    "AuthenticationResult": {
        "AccessToken": %q,
        "ExpiresIn": 3600,
        "TokenType": "Bearer",
        "RefreshToken": %q,
        "IdToken": %q
    }
}`, jwtFor("access"), token, jwtFor("id"))
	deployment := form.Deployment{Stage: "dev", BaseURL: "https://api.example", TokenURL: "https://token.example/", ClientID: "1example", AccessTokenMinutes: 60, RefreshTokenDays: 365}
	all := map[string]string{
		"alone":                      token,
		"with white space":           "\n \t" + token + " \r\n\n",
		"with a byte order mark":     "\ufeff" + token,
		"wrapped":                    wrapped(token, 76, ""),
		"wrapped and indented":       wrapped(token, 60, "    "),
		"wrapped by Windows":         strings.ReplaceAll(wrapped(token, 76, ""), "\n", "\r\n"),
		"quoted":                     `"` + token + `"`,
		"in backquotes":              "`" + token + "`",
		"in typographic quotes":      "“" + token + "”",
		"Retool's field":             `{"REFRESH_TOKEN":"` + token + `"}`,
		"with a space":               `{"REFRESH_TOKEN": "` + token + `"}`,
		"with many spaces":           ` {  "REFRESH_TOKEN"  :  "` + token + `"  } `,
		"over lines":                 "{\n  \"REFRESH_TOKEN\": \"" + token + "\"\n}",
		"over lines and wrapped":     "{\"REFRESH_TOKEN\":\"" + wrapped(token, 50, "  ") + "\"}",
		"with typographic quotes":    "{“REFRESH_TOKEN”: “" + token + "”}",
		"without the braces":         `"REFRESH_TOKEN": "` + token + `"`,
		"with a comma after it":      `"REFRESH_TOKEN": "` + token + `",`,
		"an argument":                "REFRESH_TOKEN=" + token,
		"an argument in quotes":      "'REFRESH_TOKEN=" + token + "'",
		"YAML":                       "AuthenticationResult:\n  AccessToken: " + jwtFor("access") + "\n  ExpiresIn: 3600\n  IdToken: " + jwtFor("id") + "\n  RefreshToken: " + token + "\n  TokenType: Bearer\nChallengeParameters: {}\n",
		"text":                       "AUTHENTICATIONRESULT\t" + jwtFor("access") + "\t3600\t" + jwtFor("id") + "\t" + token + "\tBearer\n",
		"the aws CLI's answer":       result,
		"the result alone":           result[strings.Index(result, `"AuthenticationResult": `)+len(`"AuthenticationResult": `) : strings.LastIndex(result, "}")],
		"the answer on one line":     strings.ReplaceAll(result, "\n", " "),
		"a line of the answer":       `        "RefreshToken": "` + token + `",`,
		"escaped in a JSON document": `"value": "{\"REFRESH_TOKEN\":\"` + token + `\"}"`,
	}
	for _, request := range []form.Request{form.Nested, form.Flat} {
		f := form.New(deployment, form.Choices{SignIn: form.Shared, Request: request, RefreshToken: token})
		for name, write := range map[string]func(*strings.Builder) error{
			"text":     func(b *strings.Builder) error { return f.WriteText(b) },
			"Markdown": func(b *strings.Builder) error { return f.WriteMarkdown(b) },
			"JSON":     func(b *strings.Builder) error { return f.WriteJSON(b) },
		} {
			var b strings.Builder
			if err := write(&b); err != nil {
				panic(err)
			}
			what := fmt.Sprintf("the %s form as %s", request, name)
			all[what] = b.String()
			for line := range strings.Lines(b.String()) {
				if strings.Contains(line, token) {
					all["the row of "+what] = line
				}
			}
		}
	}
	return all
}

func TestTheRefreshTokenIsFoundInWhatAPersonCopies(t *testing.T) {
	for name, token := range map[string]string{"Cognito's": jwe, "the emulator's": jwtFor("refresh"), "the fake's": refreshToken(1)} {
		for how, text := range copies(token) {
			if got, err := refreshTokenIn(text); got != token || err != nil {
				t.Errorf("%s token, %s: %q, %v, in\n%s", name, how, got, err, text)
			}
		}
	}
	// Of a short one there is only the whole value.
	for _, text := range []string{"short", `"short"`, `{"REFRESH_TOKEN": "short"}`, "REFRESH_TOKEN=short"} {
		if got, err := refreshTokenIn(text); got != "short" || err != nil {
			t.Errorf("%s: %q, %v", text, got, err)
		}
	}
}

func TestWhatIsNoRefreshTokenIsRefused(t *testing.T) {
	const none = "the input has no refresh token in it"
	access, id := jwtFor("access"), jwtFor("id")
	for text, want := range map[string]string{
		"a password?":           none,
		"correct horse battery": "the refresh token has spaces in it",
		`{"REFRESH_TOKEN":"` + form.TokenHint + `"}`:   none,
		`{"REFRESH_TOKEN":"{{ REFRESH_TOKEN }}"}`:      none,
		`{"REFRESH_TOKEN":""}`:                         none,
		`{"REFRESH_TOKEN":null}`:                       none,
		`{"USERNAME":"ana","PASSWORD":"Anas-Example"}`: none,
		`{"AuthenticationResult":{}}`:                  none,
		"<html><body>Sign in</body></html>":            none,
		"{}":                                           none,
		"[]":                                           none,
		"{":                                            none,
		access:                                         "the input has an access token in it, but no refresh token",
		id:                                             "the input has an id token in it, but no refresh token",
		`{"REFRESH_TOKEN":"` + access + `"}`:           "the input has an access token in it, but no refresh token",
		`{"AuthenticationResult":{"IdToken":"` + id + `"}}`: "the input has an id token in it, but no refresh token",
		"Bearer " + access: "the input has an access token in it, but no refresh token",
		jwe + "\n\n" + `{"REFRESH_TOKEN":"` + refreshToken(1) + `"}`:  "the input has more than one refresh token in it",
		`[{"REFRESH_TOKEN":"` + jwe + `"},{"REFRESH_TOKEN":"other"}]`: "the input has more than one refresh token in it",
	} {
		got, err := refreshTokenIn(text)
		if got != "" || err == nil || err.Error() != want {
			t.Errorf("%s: %q, %v, want %s", text, got, err, want)
		}
	}
}

func FuzzRefreshToken(f *testing.F) {
	for _, text := range copies(jwe) {
		f.Add(text)
	}
	f.Add("{")
	f.Fuzz(func(t *testing.T, text string) {
		token, err := refreshTokenIn(text)
		if (token == "") != (err != nil) {
			t.Errorf("%q: %q, %v", text, token, err)
		}
		// Nothing is made up: the token's characters are in the text, in order.
		var decoded any
		if json.Unmarshal([]byte(joined(text)), &decoded) != nil && !strings.Contains(joined(text), token) {
			t.Errorf("%q: %q is not in it", text, token)
		}
	})
}
