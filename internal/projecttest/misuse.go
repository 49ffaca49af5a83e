package projecttest

import (
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// misuse is a use of a command with a value in a place that does not take it.
type misuse struct{ env, args []string }

// NoneIsRepeated runs a program with a secret as every argument, flag and variable
// that its commands declare, but for some flags. Each use must be refused, with a
// hint and without the secret, which begins with "s3cret" and is no value that a
// place takes. It returns how many uses it tried.
func NoneIsRepeated(t *testing.T, program string, commands any, vars kong.Vars, environ []string, secret string, but ...string) (tried int) {
	t.Helper()
	parser, err := kong.New(commands, vars)
	if err != nil {
		t.Fatal(err)
	}
	uses := misuses(parser, secret, but)
	for _, use := range uses {
		command := exec.Command(program, use.args...)
		command.Dir = t.TempDir()
		command.Env = slices.Concat(Environ("HOME="+command.Dir), environ, use.env)
		output, _ := command.CombinedOutput()
		code := command.ProcessState.ExitCode()
		if code != 2 && code != 3 || !strings.Contains(string(output), "hint: ") || strings.Contains(string(output), "s3cret") {
			t.Errorf("%s %.80q with %.80q exits with %d:\n%.500s", program, use.args, use.env, code, output)
		}
	}
	return len(uses)
}

func misuses(parser *kong.Kong, secret string, but []string) []misuse {
	all := []misuse{{args: []string{secret}}}
	for _, leaf := range parser.Model.Leaves(false) {
		words := strings.Fields(strings.Split(strings.TrimPrefix(leaf.FullPath(), parser.Model.Name), "<")[0])
		// The needed arguments, of which none is read when a flag is refused.
		var needed []string
		for range leaf.Positional {
			all = append(all, misuse{args: slices.Concat(words, needed, []string{secret})})
			needed = append(needed, "alice")
		}
		try := func(given ...string) {
			all = append(all, misuse{args: slices.Concat(words, given, needed)})
		}
		all = append(all, misuse{args: slices.Concat(words[:len(words)-1], []string{secret})}, misuse{args: slices.Concat(words, needed, []string{secret})})
		try("--s3cret")
		try("--no-such-flag", secret)
		try("--no-such-flag=" + secret)
		for _, flag := range slices.Concat(leaf.AllFlags(false)...) {
			if flag.Name == "help" || slices.Contains(but, flag.Name) {
				continue
			}
			try("--"+flag.Name, secret)
			try(fmt.Sprintf("--%s=%s", flag.Name, secret))
			for _, variable := range flag.Envs {
				all = append(all, misuse{env: []string{variable + "=" + secret}, args: slices.Concat(words, needed)})
			}
		}
	}
	return all
}
