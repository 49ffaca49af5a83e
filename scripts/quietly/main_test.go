package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"retoolapi/internal/cli"
)

// ran is how a command line ended, and what it printed.
type ran struct {
	Code     int
	Out, Err string
}

func quietly(ctx context.Context, args ...string) ran {
	var out, err bytes.Buffer
	code := program().Run(ctx, args, cli.Console{Out: &out, Err: &err})
	return ran{code, out.String(), waits.ReplaceAllString(err.String(), "")}
}

func TestOnlyAFailureShowsTheOutput(t *testing.T) {
	const speaks = "echo one; echo two >&2; echo 'still waiting (5 s)'; printf '\\033[31mred\\033[0m\\n'"
	for name, test := range map[string]struct {
		args []string
		want ran
	}{
		"a success":             {[]string{"run", "trying", "--", "sh", "-c", speaks}, ran{}},
		"a failure":             {[]string{"run", "trying", "--", "sh", "-c", speaks + "; exit 7"}, ran{7, "", "one\ntwo\nred\n"}},
		"a step":                {[]string{"--step", "2 of 3", "run", "trying", "--", "true"}, ran{0, "", "2 of 3: trying…\n"}},
		"a step that fails":     {[]string{"--step", "2 of 3", "run", "trying", "--", "sh", "-c", "echo no; exit 2"}, ran{2, "", "2 of 3: trying…\nno\n"}},
		"the end by a signal":   {[]string{"run", "trying", "--", "sh", "-c", "kill -9 $$"}, ran{137, "", ""}},
		"a flag of the command": {[]string{"run", "trying", "--", "sh", "-c", `echo "$1"; exit 1`, "-", "--step"}, ran{1, "", "--step\n"}},
		"no such program": {[]string{"run", "trying", "--", "/not/there"},
			ran{1, "", "quietly run: start the command: fork/exec /not/there: no such file or directory\n"}},
		"no command": {[]string{"run", "trying", "--"},
			ran{2, "", "quietly run: no command given\n  hint: name it after --\n"}},
		"many successes": {[]string{"together", "trying", "one=" + speaks, "two=x=1; test $x = 1"}, ran{}},
		"a job without a name": {[]string{"together", "trying", "true"},
			ran{2, "", "quietly together: a job has no name\n  hint: name it: WHAT=COMMAND\n"}},
	} {
		if diff := cmp.Diff(test.want, quietly(t.Context(), test.args...)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// What a job started ends with it, also if it does not listen to a polite request.
func TestAFailureStopsTheOtherJobs(t *testing.T) {
	dir := t.TempDir()
	gate, alive := pipe(t, dir, "gate"), pipe(t, dir, "alive")
	ended := readAll(alive)
	got := quietly(t.Context(), "together", "trying",
		"waiting=trap '' TERM; (trap '' TERM; exec >"+alive+"; echo started >"+gate+"; sleep 60; echo survived) & wait; echo not shown",
		"failing=read line <"+gate+"; echo the cause; echo its rest >&2; exit 3")
	if diff := cmp.Diff(ran{3, "", "failing failed:\nthe cause\nits rest\n"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if text := <-ended; text != "" {
		t.Errorf("the other job went on: %q", text)
	}
}

func TestCtrlCEndsEveryJob(t *testing.T) {
	for _, deaf := range []string{"", "trap '' TERM; "} {
		dir := t.TempDir()
		gate, alive := pipe(t, dir, "gate"), pipe(t, dir, "alive")
		ended := readAll(alive)
		ctx, interrupt := context.WithCancel(t.Context())
		defer interrupt()
		go func() {
			started, err := os.ReadFile(gate)
			if err != nil || len(started) == 0 {
				t.Errorf("%q, %v", started, err)
			}
			interrupt()
		}()
		const job = "(exec >$alive; sleep 60; echo survived) & (exec >$alive; echo started >$gate; sleep 60; echo survived) & wait"
		got := quietly(ctx, "together", "trying",
			"one="+deaf+strings.NewReplacer("$alive", alive, "$gate", gate).Replace(job), "two=sleep 60")
		if diff := cmp.Diff(ran{130, "", "quietly together: interrupted\n"}, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if text := <-ended; text != "" {
			t.Errorf("a job went on: %q", text)
		}
	}
}

// pipe creates a named pipe and returns its path.
func pipe(t *testing.T, dir, name string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// readAll reads a pipe until every process that writes to it has ended.
func readAll(path string) <-chan string {
	text := make(chan string, 1)
	go func() {
		file, err := os.Open(path)
		if err != nil {
			text <- err.Error()
			return
		}
		defer file.Close()
		all, _ := io.ReadAll(file)
		text <- string(all)
	}()
	return text
}

func TestUnderWayAreTheJobsThatHaveNotEnded(t *testing.T) {
	one, two, three := &job{what: "one"}, &job{what: "two"}, &job{what: "three"}
	jobs := []*job{one, two, three}
	for _, test := range []struct {
		ends *job
		want string
	}{{two, "one, three"}, {one, "three"}, {three, ""}} {
		test.ends.ended.Store(true)
		if got := underWay(jobs); got != test.want {
			t.Errorf("after %s: %q, want %q", test.ends.what, got, test.want)
		}
	}
}

// The lines are what the CDK CLI printed on a pipe.
func TestProgressIsTheLastEventOfTheCDK(t *testing.T) {
	const created = "RetoolApi-local |  4/20 | 10:41:49 AM | CREATE_COMPLETE         | AWS::ApiGatewayV2::Api         | Api (ApiF70053CD) \n"
	for output, want := range map[string]string{
		"": "",
		"RetoolApi-local: creating CloudFormation changeset...\n": "",
		created: ": created AWS::ApiGatewayV2::Api, 4 of 20 done",
		created + "RetoolApi-local |  5/20 | 10:41:49 AM | CREATE_IN_PROGRESS      | AWS::Lambda::Function          | Function (Function76856677) \n\n✅  RetoolApi-local\n": ": creating AWS::Lambda::Function, 5 of 20 done",
		"\x1b[90mRetoolApi |   0 | 9:01:49 AM | DELETE_IN_PROGRESS  | AWS::Logs::LogGroup   | \x1b[1mAccessLogs\x1b[22m (AccessLogs8B620ECA) \x1b[39m\n":                    ": deleting AWS::Logs::LogGroup, 0 done",
		"RetoolApi-prod |  0/3 | 10:41:49 AM | UPDATE_IN_PROGRESS   | AWS::Cognito::UserPool | UserPool (UserPool6BA7E5F2)\n":                                               ": updating AWS::Cognito::UserPool, 0 of 3 done",
		"CDKToolkit |  3/12 | 11:41:49 PM | UPDATE_ROLLBACK_IN_P | AWS::CloudFormation::Stack | CDKToolkit The following failed\n":                                          ": update rollback in p AWS::CloudFormation::Stack, 3 of 12 done",
		strings.Repeat("x", 10_000) + "\n" + created: ": created AWS::ApiGatewayV2::Api, 4 of 20 done",
	} {
		var j job
		j.output.Write([]byte(output))
		if got := j.progress(); got != want {
			t.Errorf("after %q: %q, want %q", output, got, want)
		}
	}
}
