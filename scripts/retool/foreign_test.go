package main

import (
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"retoolapi/infra/stage"
	"retoolapi/internal/form"
	"retoolapi/internal/projecttest"
)

// hostile would clear the screen, turn text around and forge lines of the
// command, if a terminal obeyed it.
const hostile = "\u009b2J\u202etxt\u200b\nok    forged\n  hint: forged\r\u0085end"

// What servers and files say is shown, and the terminal does not obey it.
func TestForeignTextIsShownAndNotObeyed(t *testing.T) {
	refusal := fault{status: http.StatusBadRequest, body: jsonError("NotAuthorizedException", "\x1b[31m"+hostile)}
	page := fault{status: http.StatusBadGateway, body: "<html>\x1b]0;title\x07" + hostile}
	for name, test := range map[string]struct {
		faults map[string]fault
		args   []string
	}{
		"Cognito at the token request": {map[string]fault{"InitiateAuth": refusal}, []string{"check"}},
		"the type of an error":         {map[string]fault{"InitiateAuth": {status: 400, body: jsonError(hostile, "no")}}, []string{"check"}},
		"no token endpoint":            {map[string]fault{"InitiateAuth": page}, []string{"check"}},
		"Cognito at a user":            {map[string]fault{"AdminGetUser": refusal}, []string{"user", "add", "alice", "--generate"}},
		"a password policy":            {map[string]fault{"AdminCreateUser": {status: 400, body: jsonError("InvalidPasswordException", hostile)}}, []string{"user", "add", "alice", "--generate"}},
		"an app client":                {map[string]fault{"DescribeUserPoolClient": refusal}, []string{"form"}},
		"a challenge":                  {map[string]fault{"InitiateAuth": {status: 200, body: `{"ChallengeName":` + quoted(hostile) + `}`}}, []string{"connect"}},
		"the API":                      {map[string]fault{"API": page}, []string{"check"}},
		"CloudFormation":               {map[string]fault{"DescribeStacks": {status: 400, body: xmlError("ValidationError", hostile)}}, []string{"form"}},
		"a form's key":                 {nil, []string{"check", "--form", "key.json"}},
		"a form's value":               {nil, []string{"check", "--form", "value.json"}},
		"a form's variable":            {nil, []string{"check", "--form", "variable.json"}},
		"no form":                      {nil, []string{"check", "--form", "none.json"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			maps.Copy(f.faults, test.faults)
			command := exec.Command("retool", test.args...)
			command.Dir = hostileForms(t, f)
			command.Env = append(projecttest.Environ("HOME="+command.Dir), f.environment...)
			command.Stdin = strings.NewReader(refreshToken(1))
			output, err := command.CombinedOutput()
			if err == nil {
				t.Error("it succeeds")
			}
			if i := strings.IndexFunc(string(output), func(r rune) bool { return r != '\n' && unicode.In(r, unicode.Cc, unicode.Cf) }); i >= 0 {
				t.Errorf("it prints %q as it is:\n%q", string(output)[i:][:3], output)
			}
			for line := range strings.Lines(string(output)) {
				if line = strings.TrimSpace(line); line == "ok    forged" || strings.HasPrefix(line, "hint: forged") {
					t.Errorf("a line is forged: %q in\n%s", line, output)
				}
			}
			if !strings.Contains(string(output), `\u202e`) {
				t.Errorf("it does not show what came:\n%s", output)
			}
		})
	}
}

// An output of the stack with a line break in it would begin a line in whatever a
// command prints. No address and no id has one.
func TestAnOutputThatIsNotShownAsItselfIsRefused(t *testing.T) {
	for _, key := range []string{stage.OutputBaseURL, stage.OutputTokenURL, stage.OutputClientID, stage.OutputUserPoolID, stage.OutputRegion} {
		t.Run(key, func(t *testing.T) {
			f := newFake(t)
			f.outputs = map[string]string{key: "value" + hostile}
			command := exec.Command("retool", "form")
			command.Env = append(projecttest.Environ("HOME="+t.TempDir()), f.environment...)
			output, _ := command.CombinedOutput()
			want := "Looking up stack RetoolApi…\nretool form: stack RetoolApi: has an output " + key + " that cannot be right: " +
				"value\\u009b2J\\u202etxt\\u200b\\nok    forged\\n  hint: forged\\r\\u0085end\n  hint: deploy it again: make deploy STAGE=dev\n"
			if code := command.ProcessState.ExitCode(); code != 3 || string(output) != want {
				t.Errorf("exit code %d:\n%s", code, output)
			}
		})
	}
}

func quoted(text string) string {
	data, _ := json.Marshal(text)
	return string(data)
}

// hostileForms returns a folder with forms that have hostile texts in them.
func hostileForms(t *testing.T, f *fake) string {
	t.Helper()
	deployment := form.Deployment{Stage: "dev", BaseURL: f.URL, TokenURL: f.URL + "/", ClientID: fakeClient, AccessTokenMinutes: 60, RefreshTokenDays: 365}
	dir := t.TempDir()
	for name, change := range map[string]func(*form.Form){
		"key.json":      func(f *form.Form) { f.Steps[0].Body[0].Key = hostile },
		"value.json":    func(f *form.Form) { f.Authentication = hostile },
		"variable.json": func(f *form.Form) { f.Steps[1].Variable = hostile },
	} {
		filled := form.New(deployment, form.Choices{SignIn: form.Shared, Request: form.Nested, RefreshToken: refreshToken(1)})
		change(&filled)
		file, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := filled.WriteJSON(file); err != nil {
			t.Fatal(err)
		}
		file.Close()
	}
	projecttest.WriteFile(t, filepath.Join(dir, "none.json"), `{`+quoted(hostile)+`: 1}`)
	return dir
}
