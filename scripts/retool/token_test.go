package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"retoolapi/internal/form"
	"retoolapi/internal/form/page"
)

// A refresh token as Cognito issues it: encrypted, in five parts.
var jwe = "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ." +
	strings.Repeat("0pAq-_Ue", 43) + ".f7Gx-12abc." + strings.Repeat("Zr9_k-T1", 100) + ".AbCdEfGhIjKlMnOpQrStUv"

// jwt is a token in three parts; an emulator's refresh token is one, too.
func jwt(use string) string { return (&fake{minutes: 60}).token(use, "retool") }

// copies are the ways to copy a refresh token; %s is in its place.
var copies = map[string]string{
	"alone":                     "%s",
	"with space around it":      "\n\t %s \r\n\n",
	"with a byte order mark":    "\ufeff%s\n",
	"in quotes":                 `"%s"`,
	"in single quotes":          `'%s'`,
	"in backquotes":             "`%s`",
	"in typographic quotes":     "“%s”",
	"in German quotes":          "„%s“",
	"in French quotes":          "« %s »",
	"with a comma":              `"%s",`,
	"with a no-break space":     "\u00a0%s\u00a0",
	"with a zero-width space":   "\u200b%s\u200b",
	"as mail quotes it":         "> %s\n",
	"twice":                     "%[1]s\n%[1]s\n",
	"a list":                    "[\n    \"%s\",\n    \"Bearer\"\n]\n",
	"the row as it is printed":  `{"REFRESH_TOKEN":"%s"}`,
	"with a space":              `{"REFRESH_TOKEN": "%s"}`,
	"with spaces":               ` { "REFRESH_TOKEN" : "%s" } `,
	"over lines":                "{\n  \"REFRESH_TOKEN\": \"%s\"\n}\n",
	"over lines of Windows":     "{\r\n\t\"REFRESH_TOKEN\":\r\n\t\t\"%s\"\r\n}\r\n",
	"over old lines":            "{\r\"REFRESH_TOKEN\": \"%s\"\r}",
	"without braces":            `"REFRESH_TOKEN": "%s"`,
	"without the first brace":   `"REFRESH_TOKEN":"%s"}`,
	"without the last brace":    `{"REFRESH_TOKEN":"%s"`,
	"without the last quote":    `{"REFRESH_TOKEN":"%s`,
	"with single quotes":        `{'REFRESH_TOKEN': '%s'}`,
	"with typographic quotes":   `{“REFRESH_TOKEN”: “%s”}`,
	"with escaped quotes":       `"{\"REFRESH_TOKEN\":\"%s\"}"`,
	"with twice escaped quotes": `"{\\\"REFRESH_TOKEN\\\":\\\"%s\\\"}"`,
	"with a line break in it":   `{"REFRESH_TOKEN":"%s\n"}`,
	"with HTML in it":           `{&#34;REFRESH_TOKEN&#34;:&quot;%s&quot;}`,
	"in lower case":             `{"refresh_token": "%s", "token_type": "Bearer"}`,
	"the name in front":         `AuthParameters  {"REFRESH_TOKEN":"%s"}`,
	"the flat row":              "RefreshToken  %s",
	"the flat row's cells":      "RefreshToken\t%s\n",
	"the flat row over lines":   "RefreshToken\n%s\n",
	"a row of Markdown":         "| Body params | `AuthParameters` | `{\"REFRESH_TOKEN\":\"%s\"}` | One row: the value is the whole object. |",
	"the flat row of Markdown":  "| Body params | `RefreshToken` | `%s` | A secret: whoever has it. |",
	"a row of JSON":             "{\n  \"key\": \"AuthParameters\",\n  \"value\": \"{\\\"REFRESH_TOKEN\\\":\\\"%s\\\"}\"\n},",
	"the flat row of JSON":      "{\n  \"key\": \"RefreshToken\",\n  \"value\": \"%s\"\n}",
	"for the aws command":       "REFRESH_TOKEN=%s",
	"for it, in quotes":         `--auth-parameters "REFRESH_TOKEN=%s" --region eu-west-1`,
	"for it, among others":      "USERNAME=ana,REFRESH_TOKEN=%s,SECRET_HASH=aGFzaA==",
	"the whole command":         "aws cognito-idp initiate-auth --auth-flow REFRESH_TOKEN_AUTH --client-id 1example23456789abcdefghij \\\n  --auth-parameters REFRESH_TOKEN=%s --output text\n",
	"the other command":         "aws cognito-idp get-tokens-from-refresh-token --client-id 1example23456789abcdefghij --refresh-token %s",
	"a setting":                 "export COGNITO_REFRESH_TOKEN='%s'\nexport CLIENT_ID=1example23456789abcdefghij\n",
	"settings":                  "REFRESH_TOKEN=%s\nCLIENT_ID=1example23456789abcdefghij\n",
	"a query":                   "grant_type=refresh_token&client_id=1example23456789abcdefghij&refresh_token=%s&scope=openid",
	"after words":               "Refresh token: %s",
	"the aws command's table":   "||  RefreshToken |  %s  ||\n||  TokenType    |  Bearer  ||\n",
	"a YAML text of lines":      "RefreshToken: >-\n  %s\nTokenType: Bearer\n",
	"only the result as YAML":   "RefreshToken: %s\nTokenType: Bearer\n",
	"only two values":           "Bearer\t%s\n",
	"YAML with its end":         "%s\n...\n",
	"YAML with its start":       "---\n%s\n",
	"YAML with both":            "--- %s\n...\n",
	"named YAML with both":      "---\nRefreshToken: %s\n...\n",
	"a value of JSON":           "{\n    \"refresh\": \"%s\"\n}\n",
	"another value of JSON":     `{"token": "%s"}`,
	"a value of YAML":           "token: %s\n",
	"a value and its type":      "%s\nBearer\n",
	"a type and its value":      "Bearer\n%s\n",
	"a member of parameters":    "AuthParameters.REFRESH_TOKEN=%s",
	"in colour":                 "\x1b[0;32m\"%s\"\x1b[0m\n",
	"named, in colour":          "{\n  \x1b[34;1m\"REFRESH_TOKEN\"\x1b[0m\x1b[1;39m: \x1b[0;32m\"%s\"\x1b[0m}\n",
	"as zsh ends it":            "%s%%\n",
	"a list of Markdown":        "- %s\n",
	"a named list of Markdown":  "* RefreshToken: `%s`\n",
	"in bold":                   "**RefreshToken**: %s",
	"below a table's head":      "RefreshToken\n------------\n%s\n",
	"in narrow French quotes":   "«\u202f%s\u202f»",
	"in Japanese quotes":        "「%s」",
	"after a Japanese colon":    "REFRESH_TOKEN：%s",
	"after a Japanese space":    "REFRESH_TOKEN:\u3000%s",
	"with marks of direction":   "\u200e\u2068%s\u2069",
	"at the end of a sentence":  "The refresh token: %s.",
}

func TestARefreshTokenIsFoundInWhateverItWasCopiedWith(t *testing.T) {
	answers := map[string]string{
		"JSON":       "{\n    \"ChallengeParameters\": {},\n    \"AuthenticationResult\": {\n        \"AccessToken\": \"ACCESS\",\n        \"ExpiresIn\": 3600,\n        \"TokenType\": \"Bearer\",\n        \"RefreshToken\": \"%s\",\n        \"IdToken\": \"ID\"\n    }\n}\n",
		"one line":   `{"ChallengeParameters":{},"AuthenticationResult":{"AccessToken":"ACCESS","ExpiresIn":3600,"TokenType":"Bearer","RefreshToken":"%s","IdToken":"ID"}}`,
		"YAML":       "AuthenticationResult:\n  AccessToken: ACCESS\n  ExpiresIn: 3600\n  IdToken: ID\n  RefreshToken: %s\n  TokenType: Bearer\nChallengeParameters: {}\n",
		"text":       "AUTHENTICATIONRESULT\tACCESS\t3600\tID\t%s\tBearer\n",
		"spaces":     "AUTHENTICATIONRESULT    ACCESS    3600    ID    %s    Bearer\n",
		"text lines": "CHALLENGEPARAMETERS\nAUTHENTICATIONRESULT\tACCESS\t3600\tID\t%s\tBearer\n",
		"the result": "{\n  \"AccessToken\": \"ACCESS\",\n  \"IdToken\": \"ID\",\n  \"RefreshToken\": \"%s\"\n}",
		"two values": "ACCESS\t%s\n",
	}
	for name, answer := range answers {
		copies["the answer: "+name] = strings.NewReplacer("ACCESS", jwt("access"), "ID\"", jwt("id")+"\"", "ID\n", jwt("id")+"\n", "\tID\t", "\t"+jwt("id")+"\t", " ID ", " "+jwt("id")+" ").Replace(answer)
	}
	for kind, token := range map[string]string{
		"Cognito's": jwe, "the emulator's": jwt("refresh"), "the fake's": refreshToken(1), "an opaque one": "Opaque+token/of-40_characters.0123456789==",
	} {
		for name, text := range copies {
			if kind == "an opaque one" && name == "twice" {
				continue // where it ends nobody can see
			}
			expectToken(t, kind+", "+name, fmt.Sprintf(text, token), token)
		}
	}
}

func expectToken(t *testing.T, name, text, want string) {
	t.Helper()
	if got, err := findRefreshToken(text); err != nil || got != want {
		t.Errorf("%s: %v\n%.300q\nbecomes %.100q", name, err, text, got)
	}
}

// A token of Cognito ends after its fifth part, whatever the next line is.
func TestAWholeTokenIsNotJoinedToTheNextLine(t *testing.T) {
	for _, text := range []string{
		jwe + "\n3600\n",
		jwt("access") + "\n3600\nBearer\n" + jwe + "\n" + jwt("id") + "\n",
		jwt("access") + "\n3600\n" + jwt("id") + "\n" + jwe + "\nBearer\n",
		"RefreshToken\n" + jwe + "\nhello\n",
		"RefreshToken\n" + jwe[:100] + "\n" + jwe[100:] + "\nTokenType\nBearer\n",
	} {
		expectToken(t, "lines", text, jwe)
	}
}

// A terminal or a mail breaks a long line anywhere.
func TestARefreshTokenMayBeWrapped(t *testing.T) {
	for _, token := range []string{jwe, jwt("refresh"), refreshToken(1)} {
		for _, width := range []int{20, 64, 72, 76, 78, 80, 100, 132} {
			for _, lineBreak := range []string{"\n", "\r\n", "\n    ", " \n", "\n> "} {
				wrapped := strings.Join(slices.Collect(pieces(token, width)), lineBreak)
				for _, text := range []string{
					"%s\n", "> %s", "{\"REFRESH_TOKEN\":\"%s\"}\n", "REFRESH_TOKEN=%s\n", "RefreshToken: %s\nTokenType: Bearer\n",
					"RefreshToken  %s\n  · RefreshToken: A secret: whoever has it can use the API.\n",
					"  RefreshToken\n%s\n\nAuth workflow, step 2: Define a variable\n",
					"  AuthParameters\n{\"REFRESH_TOKEN\":\"%s\"}\n\nAuth workflow, step 2: Define a variable\n",
					"--auth-parameters \"REFRESH_TOKEN=%s\" --region eu-west-1",
					"AUTHENTICATIONRESULT\t" + jwt("access") + "\t3600\t" + jwt("id") + "\t%s\tBearer\n",
				} {
					expectToken(t, fmt.Sprint(width), fmt.Sprintf(text, wrapped), token)
				}
			}
		}
	}
}

// pieces are what a text becomes that is broken after every so many characters.
func pieces(text string, width int) func(func(string) bool) {
	return func(yield func(string) bool) {
		for piece := range slices.Chunk([]byte(text), width) {
			if !yield(string(piece)) {
				return
			}
		}
	}
}

func TestTheRefreshTokenIsFoundInEveryFormatOfTheForm(t *testing.T) {
	d := form.Deployment{
		Stage: "dev", BaseURL: "https://abc123.execute-api.eu-west-1.amazonaws.com", TokenURL: "https://cognito-idp.eu-west-1.amazonaws.com/",
		ClientID: "1example23456789abcdefghij", AccessTokenMinutes: 60, RefreshTokenDays: 365,
		Commands: form.Commands{Connect: "go run ./scripts/retool connect", Flat: "go run ./scripts/retool connect --request flat"},
		Queries:  firstQueries(),
	}
	formats := map[string]func(form.Form, io.Writer) error{
		"text": form.Form.WriteText, "markdown": form.Form.WriteMarkdown, "json": form.Form.WriteJSON,
		"html": func(f form.Form, w io.Writer) error { return page.Page{Form: f}.Write(w) },
	}
	written := func(format string, choices form.Choices) string {
		var text bytes.Buffer
		if err := formats[format](form.New(d, choices), &text); err != nil {
			t.Fatal(err)
		}
		return text.String()
	}
	for format := range formats {
		for _, request := range []form.Request{form.Nested, form.Flat} {
			with := written(format, form.Choices{SignIn: form.Shared, Request: request, RefreshToken: jwe})
			if format != "html" || request == form.Nested { // in the source of a page, a row's name and value are far apart
				expectToken(t, format, with, jwe)
			}
			without := written(format, form.Choices{SignIn: form.Shared, Request: request})
			if _, err := findRefreshToken(without); format != "html" && !errors.Is(err, errTokenPlace) || err == nil {
				t.Errorf("%s without a token: %v", format, err)
			}
		}
		people := written(format, form.Choices{SignIn: form.PerUser, Request: form.Nested})
		if _, err := findRefreshToken(people); !errors.Is(err, errNoToken) {
			t.Errorf("%s for people: %v", format, err)
		}
	}
}

func TestWhatIsNoRefreshTokenIsRefused(t *testing.T) {
	access, id := jwt("access"), jwt("id")
	tests := map[string]error{
		access:                                errAccess,
		"Bearer " + access:                    errAccess,
		"Authorization: Bearer " + access:     errAccess,
		`{"AccessToken": "` + access + `"}`:   errAccess,
		`{"REFRESH_TOKEN": "` + access + `"}`: errAccess,
		"REFRESH_TOKEN=" + access:             errAccess,
		access[:100] + "\n" + access[100:]:    errAccess,
		id:                                    errID,
		`IdToken: ` + id:                      errID,
		`{"RefreshToken":"` + id + `"}`:       errID,
		access + "\t" + id:                    errBoth,
		access + "\n" + id + "\nOpaque.0123456789abcdef\nBearer\n":                           errBoth,
		`{"a":"` + access + `","b":"` + id + `"}`:                                            errBoth,
		jwe + "\n" + refreshToken(1):                                                         errTwoTokens,
		refreshToken(1) + "\n" + refreshToken(2):                                             errTwoTokens,
		refreshToken(1) + " " + refreshToken(2):                                              errTwoTokens,
		`["` + jwe + `","` + refreshToken(1) + `"]`:                                          errTwoTokens,
		`{"REFRESH_TOKEN":"` + jwe + "\"}\n" + `{"REFRESH_TOKEN":"` + refreshToken(1) + `"}`: errTwoTokens,
		"REFRESH_TOKEN=" + jwe + "\nREFRESH_TOKEN=" + refreshToken(1):                        errTwoTokens,
		`{"REFRESH_TOKEN":"<the refresh token>"}`:                                            errTokenPlace,
		"<the refresh token>":                                                                errTokenPlace,
	}
	for _, text := range []string{
		"", "hello", "REFRESH_TOKEN", "{}", "{", `{"REFRESH_TOKEN":""}`, `{"REFRESH_TOKEN":null}`, `{"REFRESH_TOKEN":"short"}`, "REFRESH_TOKEN=", "AuthParameters",
		"Alices-Example-1", "a password with spaces", "first-part second-part", `{"USERNAME":"{{ form1.username }}","PASSWORD":"{{ form1.password }}"}`,
		`{"REFRESH_TOKEN":"{{ REFRESH_TOKEN }}"}`, "{{ secrets.RETOOL_REFRESH_TOKEN_OF_THE_SERVICE_USER }}", "{{ http1.body.AuthenticationResult.RefreshToken }}",
		"http1.body.AuthenticationResult.AccessToken", "application/x-amz-json-1.1", "AWSCognitoIdentityProviderService.InitiateAuth", "Bearer AUTHORIZATION_TOKEN", "REFRESH_TOKEN_AUTH",
		"https://abc123.execute-api.eu-west-1.amazonaws.com", "cognito-idp.eu-west-1.amazonaws.com", "1example23456789abcdefghij", "AuthFlow  REFRESH_TOKEN_AUTH\nClientId  1example23456789abcdefghij\n",
		"{\"AuthFlow\": \"REFRESH_TOKEN\",\n \"ClientId\": \"1example23456789abcdefghij\"}", "018f1d3e-7a1c-4a9e-9f2b-1234567890ab", "AUTHENTICATIONRESULT", "AUTHENTICATIONRESULT\t3600\tBearer",
		"<html><title>Sign in</title></html>", "An error occurred (NotAuthorizedException) when calling the InitiateAuth operation: Invalid Refresh Token",
		jwe + "\nhello\n", strings.Repeat("-", 30), strings.Repeat(".", 30), strings.Repeat("_", 30), "/home/ana/project/.retool/dev-0123456789.html", "form-with-the-token.json",
		"%RETOOL_EXPOSED_REFRESH_TOKEN%", "REFRESH_TOKEN=%RETOOL_EXPOSED_REFRESH_TOKEN%", `{"token":"short"}`, "<your-refresh-token-goes-here>",
		jwe + " and more", "here it is: " + jwe, jwe[:200] + " " + "of two halves " + jwe[200:], `{"REFRESH_TOKEN":"` + jwe[:200] + " " + jwe[200:] + `"}`, "ünïcode-" + jwe, "\xff\xfe", "\x00",
	} {
		tests[text] = errNoToken
	}
	for text, want := range tests {
		if got, err := findRefreshToken(text); err != want || got != "" {
			t.Errorf("%.200q becomes %.30q: %v, want %v", text, got, err, want)
		}
	}
}

// Whatever is read, a token is one of the right characters that is in it, and no
// error shows a part of it.
func FuzzFindRefreshToken(f *testing.F) {
	for _, text := range copies {
		f.Add(fmt.Sprintf(text, jwe))
	}
	f.Add(jwt("access"))
	f.Add("AUTHENTICATIONRESULT\t" + jwt("access") + "\t3600\t" + jwt("id") + "\t" + jwe + "\tBearer\n")
	f.Add("\xff\xfee\x00y\x00J\x00")
	f.Fuzz(func(t *testing.T, text string) {
		token, err := findRefreshToken(text)
		if err != nil {
			if token != "" || !slices.Contains([]error{errNoToken, errTokenPlace, errTwoTokens, errAccess, errID, errBoth}, err) {
				t.Errorf("%q: %v", token, err)
			}
			return
		}
		if !isRefreshToken(token) || !isSubsequence(token, text) {
			t.Errorf("%q becomes %q", text, token)
		}
		if again, err := findRefreshToken(token); err != nil || again != token {
			t.Errorf("%q becomes %q: %v", token, again, err)
		}
		row, _ := json.Marshal(map[string]string{"REFRESH_TOKEN": token})
		if again, err := findRefreshToken(string(row)); err != nil || again != token {
			t.Errorf("%s becomes %q: %v", row, again, err)
		}
	})
}

// isSubsequence reports whether a text is what remains of another one from which
// something was taken out.
func isSubsequence(text, of string) bool {
	rest := text
	for i := 0; i < len(of) && rest != ""; i++ {
		if of[i] == rest[0] {
			rest = rest[1:]
		}
	}
	return rest == ""
}

func TestUTF16IsRead(t *testing.T) {
	for mark, order := range map[string][2]string{"\xff\xfe": {"", "\x00"}, "\xfe\xff": {"\x00", ""}} {
		text := mark
		for _, r := range `{"REFRESH_TOKEN":"` + jwe + "\"}\r\n" {
			text += order[0] + string(r) + order[1]
		}
		expectToken(t, "UTF-16", text, jwe)
	}
}

func TestATextIsUnfinishedWhileBracesAreOpen(t *testing.T) {
	for text, want := range map[string]bool{
		"": false, jwe: false, `{"REFRESH_TOKEN": "x"}`: false, `"REFRESH_TOKEN": "x"}`: false, "[]": false,
		"{": true, "{\n  \"AuthenticationResult\": {\n  }": true, "[": true, `[{"key":"x"}`: true,
	} {
		if got := unfinished(text); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
}
