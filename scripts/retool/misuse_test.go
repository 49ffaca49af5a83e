package main

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"retoolapi/internal/projecttest"
)

// A secret in the wrong place is not repeated, whichever place that is. The value
// is none that a flag takes.
func TestNoValueOfAFlagOrAnArgumentIsRepeated(t *testing.T) {
	const secret = "s3cret/of mine"
	f := newFake()
	t.Cleanup(f.Close)
	program := program()
	parser, err := kong.New(program.Commands, kong.Vars(program.Vars))
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	try := func(env []string, args ...string) {
		t.Helper()
		tried++
		command := exec.Command("retool", args...)
		command.Dir = t.TempDir()
		command.Env = append(append(projecttest.Environ("HOME="+command.Dir), fakeEnvironment(f)...), env...)
		output, _ := command.CombinedOutput()
		if code := command.ProcessState.ExitCode(); code != 2 && code != 3 || !strings.Contains(string(output), "hint: ") || strings.Contains(string(output), "s3cret") {
			t.Errorf("retool %q with %q exits with %d:\n%s", args, env, code, output)
		}
	}
	for _, leaf := range parser.Model.Leaves(false) {
		// The needed arguments, of which none is read when a flag is refused.
		command := strings.Fields(strings.Split(leaf.Path(), "<")[0])
		named := command
		for range leaf.Positional {
			named = append(named, "alice")
			try(nil, append(command, secret)...)
		}
		try(nil, append(named, secret)...)
		for _, flag := range leaf.Flags {
			switch {
			case flag.Name == "help", flag.Name == "dir": // the folder is part of the commands that are advised
			case flag.IsBool():
				try(nil, append(named, "--"+flag.Name+"="+secret)...)
				try(nil, append(named, "--"+flag.Name, secret)...)
			default:
				try(nil, append(named, "--"+flag.Name, secret)...)
				try(nil, append(named, "--"+flag.Name+"="+secret)...)
				for _, variable := range flag.Envs {
					try([]string{variable + "=" + secret}, named...)
				}
			}
		}
		try(nil, append(named, "--s3cret")...)
		try(nil, append(named, "--no-such-flag", secret)...)
	}
	try(nil, secret)
	try(nil, "user", secret)
	if tried < 60 {
		t.Errorf("only %d ways were tried", tried)
	}
}
