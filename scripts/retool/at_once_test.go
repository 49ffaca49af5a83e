package main

import (
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"

	"retoolapi/internal/projecttest"
)

// saysContention is how a command ends that met another one too often, which
// depends on the machine. What happens then is in the scripts connect_at_once.
var saysContention = regexp.MustCompile(`another command changes the user (?i:retool) at the same time, such as connect or disconnect \(.*\)\n +hint: wait until it has ended, and run this command again\n`)

func TestCommandsAtOnce(t *testing.T) {
	for _, commands := range [][]string{
		{"connect", "connect"},
		{"connect", "connect", "connect --sign-in per-user", "connect --sign-in per-user"},
		{"connect --revoke-others", "connect --revoke-others", "connect --user Retool --sign-in per-user"},
		{"connect", "disconnect"},
	} {
		t.Run(strings.Join(commands, ", "), func(t *testing.T) {
			f := newFake(t)
			delete(f.users, "retool")
			dir := t.TempDir()
			var running sync.WaitGroup
			for _, command := range commands {
				running.Go(func() { expectOrderlyEnd(t, f, dir, command) })
			}
			running.Wait()
			// Whatever happened, it can be repeated.
			if output, err := run(f, dir, "connect"); err != nil {
				t.Errorf("connect once more: %v\n%s", err, output)
			}
		})
	}
}

func run(f *fake, dir, arguments string) (output string, err error) {
	command := exec.Command("retool", strings.Fields(arguments)...)
	command.Dir = dir
	command.Env = append(projecttest.Environ("HOME="+dir), f.environment...)
	text, err := command.CombinedOutput()
	return string(text), err
}

// expectOrderlyEnd runs a command, which must end well or say what happened.
func expectOrderlyEnd(t *testing.T, f *fake, dir, command string) {
	output, err := run(f, dir, command)
	missing := command == "disconnect" && strings.Contains(output, "has no such user") // it came first
	if err != nil && !missing && !saysContention.MatchString(output) {
		t.Errorf("%s: %v\n%s", command, err, output)
	}
	if strings.Contains(output, "password is wrong") {
		t.Errorf("%s blames the password:\n%s", command, output)
	}
}
