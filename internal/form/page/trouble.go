package page

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode"

	"retoolapi/internal/form"
)

// trouble is something that may go wrong in Retool.
type trouble struct {
	Symptom, Cause, Remedy prose
	Command                string // shows on which side the fault is
	Tells                  prose  // what to make of the command's answer
}

// Troubles returns what may go wrong with this form, in the order in which
// a person meets it.
func (p Page) Troubles() []trouble {
	ask, query := askForTokens(p.Form), askAndQuery(p.Form, p.probe())
	troubles := slices.Concat(p.refused(ask), p.challenged(ask), p.sentAsText(ask))
	return append(troubles,
		trouble{
			say("“Test auth workflow” answers ResourceNotFoundException"),
			say("No app client has this ClientId in the region that the URL names. One of the two is mistyped, or the stack was deleted and deployed anew."),
			say("Copy ClientId and URL again. After a new deployment print the form again: `%s`.", p.Connect()),
			ask,
			say("The same answer here means that this page is out of date."),
		},
		trouble{
			say("“Test auth workflow” answers UnknownOperationException or something that is not JSON"),
			say("The method, the URL or one of the two headers differs from this page."),
			say("Copy the URL, Content-Type and X-Amz-Target again and choose POST."),
			ask,
			say("AuthenticationResult means that what was typed into Retool differs from this page."),
		},
		trouble{
			say("The tests pass, but queries answer 401 or 403"),
			say("The header Authorization does not carry the access token: the variable has another name than the one in the header, the name is in {{ }}, or the variable holds the id token."),
			say("Compare the header Authorization and the step “Define a variable” with this page. The reference must end in AccessToken."),
			query,
			say("200 means that AWS is fine and what was typed into Retool differs from this page."),
		},
		trouble{
			say("Queries answer 404"),
			say("The Base URL is another API's or ends in a slash, or the path of the query is mistyped."),
			say("Copy the Base URL again and compare the path with `openapi.yaml`."),
			"curl -sS -i " + shellWord(p.probe()),
			say("401 means that the Base URL is right: it is the right answer to a request without a token."),
		},
		trouble{
			say("Queries work at first and fail after %s", p.AccessValidity()),
			say("The refresh workflow does not run: its trigger or its steps are missing, or the period is not shorter than the access token's validity."),
			say("Choose “Time-based expiration” with a period of %d seconds, then press “Test refresh auth workflow”.", p.Form.Refresh.Seconds),
			ask,
			say("ExpiresIn is the access token's validity in seconds: the period must be clearly less."),
		},
		p.expired(ask))
}

func (p Page) refused(ask string) []trouble {
	symptom := say("“Test auth workflow” answers NotAuthorizedException")
	if p.PerUser() {
		return []trouble{{
			symptom,
			say("The user name or the password is wrong, the user is disabled, or there were too many attempts."),
			say("Wait some minutes and sign in again. If that fails, set another password: `%s`.", p.addUser()),
			ask,
			say("AuthenticationResult means that the user name and the password are good and what was typed into Retool differs from this page."),
		}}
	}
	return []trouble{{
		symptom,
		say("The refresh token is cut off, mistyped, expired, revoked or of another app client, or its user is disabled."),
		say("Issue a new refresh token and copy it into the form: `%s`.", p.Connect()),
		ask,
		say("AuthenticationResult means that the token is good and what was typed into Retool differs from this page."),
	}}
}

func (p Page) challenged(ask string) []trouble {
	if !p.PerUser() {
		return nil
	}
	return []trouble{{
		say("The answer has a ChallengeName and no AuthenticationResult"),
		say("The user still has the password that an administrator gave (NEW_PASSWORD_REQUIRED)."),
		say("Set a permanent password: `%s`.", p.addUser()),
		ask,
		say("AuthenticationResult means that the user can sign in."),
	}}
}

// sentAsText is about a Retool that sends the nested value as text.
func (p Page) sentAsText(ask string) []trouble {
	symptom := say("“Test auth workflow” answers SerializationException")
	cause := say("Retool sent AuthParameters as text, not as an object.")
	if p.PerUser() {
		return []trouble{{
			symptom, cause,
			say("Compare the row with this page: braces and quotation marks belong to it, and a password with \" or \\ breaks it. If it is the same, your Retool cannot send it: use the shared sign-in, `go run ./scripts/retool connect --stage %s --request flat`.", p.Stage),
			ask,
			say("AuthenticationResult means that Cognito takes the object."),
		}}
	}
	step := p.Form.TokenRequest()
	if step.BodyValue("AuthParameters") == "" {
		return nil
	}
	flat := form.Deployment{TokenURL: step.URL, ClientID: step.BodyValue("ClientId")}.RefreshRequest(form.Flat, "")
	return []trouble{{
		symptom, cause,
		say("Print the form with a request that has no nested value: `go run ./scripts/retool connect --stage %s --request flat`.", p.Stage),
		bashCommand(readInputs(flat), sendRequest(flat)+" |\n  "+hideTokens),
		say("This is that request. AuthenticationResult means that Cognito takes it."),
	}}
}

func (p Page) expired(ask string) trouble {
	symptom := say("Everything worked for %s, and now every query fails", p.RefreshValidity())
	if p.PerUser() {
		return trouble{
			symptom,
			say("The person's refresh token has expired; no refresh extends it."),
			say("The person signs in again in Retool."),
			ask,
			say("AuthenticationResult means that the user can sign in."),
		}
	}
	cause := say("The refresh token has expired; no refresh extends it.")
	if expires := p.Expires(); expires != nil {
		cause = say("The refresh token expired on %s; no refresh extends it.", *expires)
	}
	return trouble{
		symptom, cause,
		say("Issue a new refresh token and copy it into the form: `%s`.", p.Connect()),
		ask,
		say("NotAuthorizedException means that the token has expired or was revoked."),
	}
}

func (p Page) addUser() string {
	return "go run ./scripts/retool user add NAME --reset-password --stage " + p.Stage
}

// probe returns the URL of the operation that proves a token.
func (p Page) probe() string { return p.Form.BaseURL + p.Probe }

// askForTokens returns a command that sends the form's token request and shows
// the answer without the tokens in it.
func askForTokens(f form.Form) string {
	step := f.TokenRequest()
	return bashCommand(readInputs(step), sendRequest(step)+" |\n  "+hideTokens)
}

// askAndQuery returns a command that obtains an access token as the form says and
// calls the API's address with it.
func askAndQuery(f form.Form, address string) string {
	step := f.TokenRequest()
	return bashCommand(readInputs(step),
		"access=$("+sendRequest(step)+" |\n  "+takeAccessToken+")",
		`[ "$access" ] || { echo 'Cognito gave no access token.'; exit; }`,
		`printf 'Authorization: Bearer %s' "$access" | curl -sS -i -H @- `+shellWord(address))
}

const (
	hideTokens      = `sed -E 's/(Token": *")[^"]+/\1…/g'`
	takeAccessToken = `sed -nE 's/.*"AccessToken": *"([^"]+)".*/\1/p'`
)

// bashCommand returns lines as one command. As one, so that what it reads is what the
// person types and not the next line of what was pasted; in a shell of its own,
// which forgets the secret and works for people who use another shell.
func bashCommand(lines ...string) string {
	return "bash <<'END'\n" + strings.Join(lines, "\n") + "\necho\nEND"
}

// typedInputs are the values of a request that the person types: the shell's
// variable and the lines that read it. A secret reaches neither the screen nor
// the command line of a process. Reading at most 9000 characters (-n) turns off
// the terminal's line buffer, which on macOS ends a line at 1,024 characters.
var typedInputs = map[string]struct{ variable, read string }{
	"REFRESH_TOKEN": {"token", readToken},
	"RefreshToken":  {"token", readToken},
	"USERNAME":      {"name", `read -rp 'User name: ' name </dev/tty`},
	"PASSWORD": {"password", `IFS= read -rsn 9000 -p 'Password (not shown): ' password </dev/tty; echo
password=${password//\\/\\\\} password=${password//\"/\\\"}`},
}

const readToken = `read -rsn 9000 -p 'Refresh token (not shown): ' token </dev/tty; echo`

// readInputs returns the lines that read what the request needs.
func readInputs(request form.Step) string {
	var lines []string
	for _, key := range request.SecretKeys() {
		lines = append(lines, typedInputs[key].read)
	}
	return strings.Join(lines, "\n")
}

// sendRequest returns the command that sends the request.
func sendRequest(request form.Step) string {
	var parameters, values []string
	for _, key := range request.SecretKeys() {
		parameters = append(parameters, printfJSON(key)+`:"%s"`)
		values = append(values, `"$`+typedInputs[key].variable+`"`)
	}
	var rows []string
	for _, row := range request.Body {
		value := printfJSON(row.Value)
		switch row.Key {
		case "AuthParameters":
			value = "{" + strings.Join(parameters, ",") + "}"
		case "RefreshToken":
			value = `"%s"`
		}
		rows = append(rows, printfJSON(row.Key)+":"+value)
	}
	var headers strings.Builder
	for _, header := range request.Headers {
		headers.WriteString("    -H " + shellWord(header.Key+": "+header.Value) + " \\\n")
	}
	return "printf " + shellWord("{"+strings.Join(rows, ",")+"}") + " " + strings.Join(values, " ") + " |\n" +
		"  curl -sS " + shellWord(request.URL) + " \\\n" + headers.String() + "    --data @-"
}

// printfJSON writes a text in JSON, in a format of printf.
func printfJSON(text string) string {
	data, err := json.Marshal(text)
	if err != nil {
		panic(err) // every text has a JSON form
	}
	return strings.NewReplacer("%", "%%", `\`, `\\`).Replace(string(data))
}

// shellWord writes a text as one word of the shell. Control characters, which no
// value of the form has, are left out: a line break could end the command.
func shellWord(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, text)
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
