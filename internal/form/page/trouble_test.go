package page

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"retoolapi/internal/form"
	"retoolapi/internal/projecttest"
)

// fakeStack is a token endpoint and an API in one. It notes what it is asked.
type fakeStack struct {
	*httptest.Server
	mu      sync.Mutex
	asked   []map[string]any
	queries []string
}

const pageAccessToken = "eyJhbGciOiJSUzI1NiJ9.access.signature"

func startFakeStack(t *testing.T) *fakeStack {
	s := &fakeStack{}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /token/", func(w http.ResponseWriter, r *http.Request) {
		var body map[string]any
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			http.Error(w, `{"__type":"SerializationException"}`, http.StatusBadRequest)
			return
		}
		body["target"], body["type"] = r.Header.Get("X-Amz-Target"), r.Header.Get("Content-Type")
		s.mu.Lock()
		defer s.mu.Unlock()
		s.asked = append(s.asked, body)
		fmt.Fprintf(w, `{"AuthenticationResult":{"AccessToken":%q,"ExpiresIn":3600,"IdToken": %[1]q,"TokenType":"Bearer"},"ChallengeParameters":{}}`, pageAccessToken)
	})
	mux.HandleFunc("GET /api/me", func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.queries = append(s.queries, r.Header.Get("Authorization"))
		if r.Header.Get("Authorization") == "" {
			w.WriteHeader(http.StatusUnauthorized)
		}
		io.WriteString(w, `{"username":"retool"}`)
	})
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// page returns a page of the stack.
func (s *fakeStack) page(c form.Choices) Page {
	d := pageDeployment
	d.BaseURL, d.TokenURL = s.URL+"/api", s.URL+"/token/"
	return pageOf(form.New(d, c))
}

// longSecret is longer than what a terminal takes as one line (4,095 characters
// on Linux, 1,024 on macOS), with characters that JSON escapes.
var longSecret = strings.Repeat(` Pa$$ "w\or'd %s `, 270)

func TestTheTokenCommandSendsTheRequestOfTheForm(t *testing.T) {
	const target = "AWSCognitoIdentityProviderService."
	for name, test := range map[string]struct {
		choices form.Choices
		typed   []answer
		want    map[string]any
	}{
		"nested": {
			form.Choices{SignIn: form.Shared, Request: form.Nested, RefreshToken: "in the form"},
			[]answer{{"Refresh token", pageToken}},
			map[string]any{"AuthFlow": "REFRESH_TOKEN_AUTH", "ClientId": pageDeployment.ClientID,
				"AuthParameters": map[string]any{"REFRESH_TOKEN": pageToken}, "target": target + "InitiateAuth"},
		},
		"flat": {
			form.Choices{SignIn: form.Shared, Request: form.Flat, RefreshToken: "in the form"},
			[]answer{{"Refresh token", pageToken}},
			map[string]any{"ClientId": pageDeployment.ClientID, "RefreshToken": pageToken, "target": target + "GetTokensFromRefreshToken"},
		},
		"per user": {
			form.Choices{SignIn: form.PerUser, Request: form.Nested},
			[]answer{{"User name", "hanako"}, {"Password", longSecret}},
			map[string]any{"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": pageDeployment.ClientID,
				"AuthParameters": map[string]any{"USERNAME": "hanako", "PASSWORD": longSecret}, "target": target + "InitiateAuth"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stack := startFakeStack(t)
			page := stack.page(test.choices)
			output := paste(t, askForTokens(page.Form), test.typed...)

			test.want["type"] = "application/x-amz-json-1.1"
			if diff := cmp.Diff([]map[string]any{test.want}, stack.asked); diff != "" {
				t.Errorf("the endpoint was asked (-want +got):\n%s", diff)
			}
			if want := `{"AuthenticationResult":{"AccessToken":"…","ExpiresIn":3600,"IdToken": "…","TokenType":"Bearer"},"ChallengeParameters":{}}`; !strings.Contains(output, want) {
				t.Errorf("the terminal does not show %s:\n%s", want, output)
			}
		})
	}
}

func TestTheQueryCommandCallsTheAPIWithTheAccessToken(t *testing.T) {
	t.Parallel()
	stack := startFakeStack(t)
	page := stack.page(form.Choices{SignIn: form.Shared, Request: form.Nested})
	output := paste(t, askAndQuery(page.Form, page.probe()), answer{"Refresh token", pageToken})
	if diff := cmp.Diff([]string{"Bearer " + pageAccessToken}, stack.queries); diff != "" {
		t.Errorf("the API was asked (-want +got):\n%s", diff)
	}
	for _, want := range []string{"HTTP/1.1 200 OK", `{"username":"retool"}`} {
		if !strings.Contains(output, want) {
			t.Errorf("the terminal does not show %s:\n%s", want, output)
		}
	}
}

func TestEveryCommandRuns(t *testing.T) {
	stack := startFakeStack(t)
	for name, choices := range map[string]form.Choices{
		"nested":   {SignIn: form.Shared, Request: form.Nested, RefreshToken: "in the form"},
		"flat":     {SignIn: form.Shared, Request: form.Flat},
		"per user": {SignIn: form.PerUser, Request: form.Nested},
	} {
		t.Run(name, func(t *testing.T) {
			done := map[string]bool{}
			for _, trouble := range stack.page(choices).Troubles() {
				if done[trouble.Command] {
					continue
				}
				done[trouble.Command] = true
				var typed []answer
				for _, prompt := range []string{"Refresh token", "User name", "Password"} {
					if strings.Contains(trouble.Command, "'"+prompt) {
						typed = append(typed, answer{prompt, "my " + strings.ToLower(prompt)})
					}
				}
				output := paste(t, trouble.Command, typed...)
				if !strings.Contains(output, "AuthenticationResult") && !strings.Contains(output, "HTTP/1.1 ") {
					t.Errorf("%s:\n%s", trouble.Command, output)
				}
			}
		})
	}
}

func TestACommandHoldsNoSecretAndNothingBreaksOutOfIt(t *testing.T) {
	for _, trouble := range append(sharedPage().Troubles(), flatPage().Troubles()...) {
		if strings.Contains(trouble.Command, pageToken) {
			t.Errorf("the token is in %s", trouble.Command)
		}
	}

	marker := filepath.Join(t.TempDir(), "broken")
	hostile := "\nEND\ntouch " + marker + "\n'; touch " + marker + "; $(touch " + marker + ") `touch " + marker + "` %s \\"
	page := pageOf(form.New(form.Deployment{Stage: "dev", BaseURL: hostile, TokenURL: hostile, ClientID: hostile}, form.Choices{SignIn: form.Shared, Request: form.Nested}))
	for _, trouble := range page.Troubles() {
		command := exec.Command("bash", "-c", strings.ReplaceAll(trouble.Command, "/dev/tty", "/dev/null"))
		command.Env = append(os.Environ(), "http_proxy=http://127.0.0.1:9")
		output, _ := command.CombinedOutput() // curl cannot use such a URL
		if _, err := os.Stat(marker); err == nil {
			t.Fatalf("a value ran as a command in %s", trouble.Command)
		}
		if !strings.Contains(string(output), "curl: ") {
			t.Errorf("curl did not run in %s:\n%s", trouble.Command, output)
		}
	}
}

// answer is what a person types when a word appears on the terminal.
type answer struct{ prompt, text string }

// typist runs bash on a terminal of its own and types as a person does: of each
// pair in standard input the second text, when the first one appears.
const typist = `
import json, os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execvp("bash", ["bash", "--norc", "--noprofile", "-i"])
seen = b""
for prompt, text in json.load(sys.stdin):
    while prompt.encode() not in seen:
        seen += os.read(fd, 65536)
    sys.stdout.buffer.write(seen)
    seen, text = b"", text.encode()
    while text:
        text = text[os.write(fd, text):]
try:
    while data := os.read(fd, 65536):
        sys.stdout.buffer.write(data)
except OSError:
    pass # Linux's way to say that the terminal was closed
os.waitpid(pid, 0)
`

// paste pastes a command into bash, types the answers to its questions and
// returns what the terminal shows. No secret may be shown, or be part of the
// command line of curl, which every user of the machine can read.
func paste(t *testing.T, command string, answers ...answer) string {
	t.Helper()
	const prompt = "ready> "
	steps := [][2]string{{"", "PS1='rea''dy> '; bind 'set enable-bracketed-paste off' 2>/dev/null\n"}, {prompt, command + "\n"}}
	for _, a := range answers {
		steps = append(steps, [2]string{"\n" + a.prompt, a.text + "\n"}) // at the start of a line, not in the command
	}
	steps = append(steps, [2]string{prompt, "exit\n"})
	input, err := json.Marshal(steps)
	if err != nil {
		t.Fatal(err)
	}
	spied, spy := spyOnCurl(t)
	ctx := t.Context()
	terminal := exec.CommandContext(ctx, "python3", "-c", typist)
	terminal.Env = append(os.Environ(), "TERM=dumb", "PATH="+spy+string(os.PathListSeparator)+os.Getenv("PATH"))
	terminal.Stdin = strings.NewReader(string(input))
	timeout := time.AfterFunc(time.Minute, func() { terminal.Process.Kill() })
	defer timeout.Stop()
	output, err := terminal.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	arguments, err := os.ReadFile(spied)
	if err != nil {
		t.Fatalf("curl did not run: %s", output)
	}
	for _, a := range answers {
		if a.prompt == "User name" {
			continue // it is no secret
		}
		for where, text := range map[string]string{"terminal": string(output), "command line": string(arguments)} {
			if strings.Contains(text, a.text[:10]) || strings.Contains(text, pageAccessToken) {
				t.Errorf("the secret is on the %s:\n%s", where, text)
			}
		}
	}
	return string(output)
}

// spyOnCurl makes a folder with a curl that notes its arguments before it does
// its work.
func spyOnCurl(t *testing.T) (notes, folder string) {
	t.Helper()
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Fatalf("%v: the commands of the page need it", err)
	}
	folder = t.TempDir()
	notes = filepath.Join(folder, "arguments")
	projecttest.WriteScript(t, filepath.Join(folder, "curl"), fmt.Sprintf("printf '%%s\\n' \"$@\" >>'%s'\nexec '%s' \"$@\"", notes, curl))
	return notes, folder
}
