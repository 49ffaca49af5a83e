package main

import (
	"bytes"
	"fmt"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"

	"retoolapi/internal/projecttest"
)

// TestNoCommandFollowsARedirect answers each request of the commands in turn with a
// redirect.
func TestNoCommandFollowsARedirect(t *testing.T) {
	const (
		awsSays = "something else answers in its place (Post \"AWS/\": answers %d, a redirect to ELSEWHERE/…, which is not followed)\n  hint: check the network, its proxy and sign-in page, and the address\n"
		apiSays = "Resource › Base URL: URL answers %d, a redirect to ELSEWHERE/…, which is not followed: the secret would go with it\n      hint: look for a proxy"
		says    = "URL/ answers %d, a redirect to ELSEWHERE/…, which is not followed: the secret would go with it\n      hint: look for a proxy"
	)
	for _, test := range []struct {
		action, command string
		code            int
		want            string
	}{
		{"DescribeStacks", "connect", 3, "retool connect: stack RetoolApi: " + awsSays},
		{"DescribeUserPoolClient", "form", 3, "retool form: app client 1example23456789 of stack RetoolApi: " + awsSays},
		{"AdminCreateUser", "connect", 3, "retool connect: create user retool: " + awsSays},
		{"AdminSetUserPassword", "connect", 3, "retool connect: set the password of user retool: " + awsSays},
		{"AdminEnableUser", "connect", 3, "retool connect: enable user retool: " + awsSays},
		{"AdminUserGlobalSignOut", "disconnect", 3, "retool disconnect: sign out user retool: " + awsSays},
		{"AdminGetUser", "connect --user ana", 3, "retool connect: look up user ana: " + awsSays},
		{"InitiateAuth", "connect", 3, "retool connect: sign in as retool: " + awsSays},
		{"InitiateAuth", "check", 1, "Auth workflow, step 1 › URL: " + says},
		{"GetTokensFromRefreshToken", "check --request flat", 1, "Auth workflow, step 1 › URL: " + says},
		{"InitiateAuth", "check --sign-in per-user --user retool", 1, "Auth workflow, step 2 › URL: " + says},
		{"gateway", "check", 1, "FAIL  a request without a token is refused\n      " + apiSays},
		{"API", "check", 1, "FAIL  the API accepts the token\n      " + apiSays},
	} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			t.Run(fmt.Sprintf("%s %s %d", test.command, test.action, status), func(t *testing.T) {
				f, elsewhere := newFake(t), new(requestLog)
				bystander := httptest.NewServer(elsewhere)
				defer bystander.Close()
				f.faults[test.action] = fault{status: status, location: bystander.URL + "/?copied=s3cret"}

				command := exec.Command("retool", strings.Fields(test.command)...)
				command.Dir = t.TempDir()
				command.Env = append(projecttest.Environ("HOME="+command.Dir), f.environment...)
				command.Env = append(command.Env, "AWS_MAX_ATTEMPTS=3") // but a redirect is no reason to try again
				command.Stdin = strings.NewReader(refreshToken(1) + "\n")
				var output bytes.Buffer
				command.Stdout, command.Stderr = &output, &output
				command.Run()

				stable := strings.NewReplacer(f.URL, "URL", bystander.URL, "ELSEWHERE",
					"https://cloudformation.eu-west-1.amazonaws.com", "AWS", "https://cognito-idp.eu-west-1.amazonaws.com", "AWS").Replace(output.String())
				if want := fmt.Sprintf(test.want, status); !strings.Contains(stable, want) {
					t.Errorf("the output does not contain %q:\n%s", want, stable)
				}
				if code := command.ProcessState.ExitCode(); code != test.code {
					t.Errorf("the exit code is %d, want %d", code, test.code)
				}
				if strings.Contains(stable, "s3cret") || strings.Contains(stable, refreshToken(1)) {
					t.Errorf("the output contains a secret:\n%s", stable)
				}
				if len(elsewhere.lines) != 0 {
					t.Errorf("the command followed the redirect: %q", elsewhere.lines)
				}
				if sent := f.sent(test.action); test.action != "API" && test.action != "gateway" && sent != 1 {
					t.Errorf("%s was sent %d times: %q", test.action, sent, f.calls)
				}
			})
		}
	}
}

// sent counts the calls of an action.
func (f *fake) sent(action string) (n int) {
	for _, call := range f.calls {
		if name, _, _ := strings.Cut(call, " "); name == action {
			n++
		}
	}
	return n
}
