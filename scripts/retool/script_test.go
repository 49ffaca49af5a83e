package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/rogpeppe/go-internal/testscript"

	"retoolapi/internal/projecttest"
	"retoolapi/lambda/operations"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"retool": main})
}

// TestScripts runs the command against a fake, which each script has for itself.
// Package e2e tests what the emulator can show. A file *.secret contains a secret
// that a command reads and must not print: token-1.secret is the service user's
// refresh token, token-2.secret the next one that the fake issues.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *projecttest.Update,
		Setup:               func(env *testscript.Env) error { return setUp(t, env) },
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":     exits,
			"fake":      fakeCommand,
			"calls":     calls,
			"stable":    stable,
			"mode":      mode,
			"bystander": bystander,
		},
	})
}

type contextKey string

func setUp(t *testing.T, env *testscript.Env) error {
	f := newFake(t)
	env.Values[contextKey("fake")] = f
	env.Values[contextKey("requests")] = new(requestLog)
	for _, entry := range f.environment {
		key, value, _ := strings.Cut(entry, "=")
		env.Setenv(key, value)
	}
	env.Setenv("FAKE_URL", f.URL)
	env.Setenv("FAKE_PORT", f.URL[strings.LastIndex(f.URL, ":")+1:])
	env.Setenv("HOME", env.WorkDir)
	env.Setenv("TAB", "a\tb")
	env.Setenv("LONG", strings.Repeat("x", 129))
	var faults []error
	for i := 1; i <= 2; i++ {
		env.Setenv(fmt.Sprintf("TOKEN_%d", i), refreshToken(i))
		file := filepath.Join(env.WorkDir, fmt.Sprintf("token-%d.secret", i))
		faults = append(faults, os.WriteFile(file, []byte(refreshToken(i)+"\n"), 0o600))
	}
	env.Setenv("CLOSED", fmt.Sprintf("127.0.0.1:%d", projecttest.FreePort(t)))
	return errors.Join(faults...)
}

var (
	// What was wrong is in the last lines, with what to do.
	withHint     = regexp.MustCompile(`(?m)^retool( [a-z]+)*: .+\n(  .*\n)*  hint: .+\n\z`)
	stackTrace   = regexp.MustCompile(`goroutine \d|panic:|\.go:\d`)
	jsonWebToken = regexp.MustCompile(`eyJ[\w-]{10,}\.`)
)

// exits runs a command: exits CODE COMMAND ARGUMENT… It must have the exit code and
// print no secret and no stack trace. For a code above 1, it must print a hint.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND ARGUMENT…")
	}
	code := "0"
	var exit *exec.ExitError
	switch err := ts.Exec(args[1], args[2:]...); {
	case errors.As(err, &exit):
		code = strconv.Itoa(exit.ExitCode())
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if code != args[0] {
		ts.Fatalf("the exit code is %s, not %s", code, args[0])
	}
	if code > "1" && !withHint.MatchString(ts.ReadFile("stderr")) {
		ts.Fatalf("it printed no hint")
	}
	output := ts.ReadFile("stdout") + ts.ReadFile("stderr")
	if stackTrace.MatchString(output) {
		ts.Fatalf("it printed a stack trace")
	}
	if secret := printedSecret(ts, output); secret != "" {
		ts.Fatalf("it printed %s", secret)
	}
	if len(args) == 2 || slices.Contains(args, "--help") {
		return // what follows are examples
	}
	for _, command := range advised.FindAllStringSubmatch(output, -1) {
		if err := actsOn(args[2:], command[1]); err != nil {
			ts.Fatalf("it advises %s\n%v", command[0], err)
		}
	}
}

// advised matches a command of this program in a message.
var advised = regexp.MustCompile(`go run \./scripts/retool ([^)<|\n` + "`" + `]*)`)

// actsOn returns an error unless a command that was advised can be run and acts
// on the same stack as the one that advised it.
func actsOn(advising []string, command string) error {
	args := strings.Fields(command) // no test needs quotes
	if slices.Contains(args, "--help") {
		return nil
	}
	program := program()
	parser, err := kong.New(program.Commands, kong.Vars(program.Vars), kong.Exit(func(int) {}))
	if err != nil {
		return err
	}
	if _, err := parser.Parse(args); err != nil {
		return fmt.Errorf("it cannot be run: %w", err)
	}
	for _, flag := range []string{"--stage", "--region", "--profile", "--port"} {
		want := ""
		if flag == "--stage" {
			want = "dev"
		}
		if given := valueOf(flag, advising); given != "" {
			want = given
		}
		if got := valueOf(flag, args); got != want {
			return fmt.Errorf("its %s is %q, not %q", flag, got, want)
		}
	}
	return nil
}

// valueOf returns the value of a flag among arguments, or nothing.
func valueOf(flag string, args []string) string {
	if i := slices.Index(args, flag); i >= 0 && i+1 < len(args) {
		return args[i+1]
	}
	return ""
}

// printedSecret names the secret that is in an output, if any.
func printedSecret(ts *testscript.TestScript, output string) string {
	files, err := filepath.Glob(filepath.Join(ts.Getenv("WORK"), "*.secret"))
	ts.Check(err)
	for _, file := range files {
		if secret := strings.TrimSpace(ts.ReadFile(file)); secret != "" && strings.Contains(output, secret) {
			return filepath.Base(file)
		}
	}
	return jsonWebToken.FindString(output)
}

// fakeCommand changes what the fake does from now on:
//
//	fake ACTION refuses TYPE MESSAGE   as AWS does, with status 400
//	fake ACTION answers STATUS FILE    exactly; API is behind the authorizer, gateway before it
//	fake ACTION works                  again
//	fake user NAME STATUS              a user with this status, whose password is that of NAME.secret
//	fake signed-in DAYS                the time since the sign-in that gave the refresh token
//	fake access-token-minutes N        the validity of the access tokens it issues
//	fake without-id-tokens
//	fake meanwhile N ACTION OTHER NAME another command does OTHER to the user NAME after the next N ACTIONs
func fakeCommand(ts *testscript.TestScript, neg bool, args []string) {
	f := ts.Value(contextKey("fake")).(*fake)
	f.mu.Lock()
	defer f.mu.Unlock()
	number := func(text string) int {
		n, err := strconv.Atoi(text)
		ts.Check(err)
		return n
	}
	switch {
	case len(args) == 4 && args[1] == "refuses" && args[0] == "DescribeStacks":
		f.faults[args[0]] = fault{status: http.StatusBadRequest, body: xmlError(args[2], args[3])}
	case len(args) == 4 && args[1] == "refuses":
		f.faults[args[0]] = fault{status: http.StatusBadRequest, body: jsonError(args[2], args[3])}
	case len(args) == 4 && args[1] == "answers":
		f.faults[args[0]] = fault{status: number(args[2]), body: ts.ReadFile(args[3])}
	case len(args) == 2 && args[1] == "works":
		delete(f.faults, args[0])
	case len(args) == 3 && args[0] == "user":
		f.users[strings.ToLower(args[1])] = &fakeUser{Status: args[2], Password: strings.TrimSpace(ts.ReadFile(args[1] + ".secret"))}
	case len(args) == 2 && args[0] == "signed-in":
		f.signedInAgo = time.Duration(number(args[1])) * 24 * time.Hour
	case len(args) == 2 && args[0] == "access-token-minutes":
		f.minutes = number(args[1])
	case len(args) == 1 && args[0] == "without-id-tokens":
		f.withoutID = true
	case len(args) == 5 && args[0] == "meanwhile":
		f.meanwhile = append(f.meanwhile, meanwhile{number(args[1]), args[2], args[3], args[4]})
	default:
		ts.Fatalf("fake does not know the arguments %q", args)
	}
}

// calls prints the actions of AWS that were called since the last calls, or none.
func calls(ts *testscript.TestScript, neg bool, args []string) {
	f := ts.Value(contextKey("fake")).(*fake)
	f.mu.Lock()
	defer f.mu.Unlock()
	printLines(ts, f.calls)
	f.calls = nil
}

// stable prints the last standard output again, with placeholders for what differs
// between runs: DATE for a date and time, URL for the fake's address.
func stable(ts *testscript.TestScript, neg bool, args []string) {
	dates := regexp.MustCompile(`\d+ [A-Z][a-z]+ \d{4}(, \d\d:\d\d UTC)?`)
	text := dates.ReplaceAllString(ts.ReadFile("stdout"), "DATE")
	// Another operation must not change the expected output.
	text = strings.ReplaceAll(text, fmt.Sprintf("all %d operations", len(operations.All())), "all N operations")
	_, err := io.WriteString(ts.Stdout(), strings.ReplaceAll(text, ts.Getenv("FAKE_URL"), "URL"))
	ts.Check(err)
}

func printLines(ts *testscript.TestScript, lines []string) {
	if len(lines) == 0 {
		lines = []string{"none"}
	}
	fmt.Fprintln(ts.Stdout(), strings.Join(lines, "\n"))
}

// mode checks the permissions of a file: mode OCTAL FILE.
func mode(ts *testscript.TestScript, neg bool, args []string) {
	info, err := os.Lstat(ts.MkAbs(args[1]))
	ts.Check(err)
	if got := fmt.Sprintf("%o", info.Mode().Perm()); got != args[0] {
		ts.Fatalf("the mode of %s is %s, not %s", args[1], got, args[0])
	}
}

// bystander starts a server that must get no request, and puts its URL into the
// variable BYSTANDER. bystander requests prints the requests that it got, or none.
func bystander(ts *testscript.TestScript, neg bool, args []string) {
	requests := ts.Value(contextKey("requests")).(*requestLog)
	if len(args) == 1 && args[0] == "requests" {
		requests.mu.Lock()
		defer requests.mu.Unlock()
		printLines(ts, requests.lines)
		return
	}
	server := httptest.NewServer(requests)
	ts.Defer(server.Close)
	ts.Setenv("BYSTANDER", server.URL)
}

// requestLog is a server, or a proxy, that records its requests.
type requestLog struct {
	mu    sync.Mutex
	lines []string
}

func (l *requestLog) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, r.Method+" "+r.Host)
	w.WriteHeader(http.StatusNotFound)
}
