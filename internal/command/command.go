// Package command writes the commands that the project's messages, form and page
// advise. They can be pasted into a shell in the project's folder, and act on what
// the person works with: the stage, region, profile and local cloud they named.
//
// It changes when a command gets another name, or another flag that says where it
// acts.
package command

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"retoolapi/infra/stage"
)

// LocalDir is the folder of the local cloud that no command has to name.
const LocalDir = ".local"

// Target is what a person works with, as far as they named it. What is empty they
// left to the environment, and a command leaves it there too.
type Target struct {
	Stage   string
	Region  string
	Profile string

	// Of the local cloud.
	Dir  string
	Port int
}

// Retool returns a command of scripts/retool: Retool("user add", "alice").
func (t Target) Retool(name string, args ...string) string {
	args = append(args, "--stage", t.Stage)
	args = appendIf(args, t.Region, "--region", t.Region)
	args = appendIf(args, t.Profile, "--profile", t.Profile)
	return "go run ./scripts/retool " + name + quoted(append(args, t.localFlags()...))
}

// Local returns a command of scripts/local.
func (t Target) Local(name string, args ...string) string {
	return "go run ./scripts/local " + name + quoted(append(args, t.localFlags()...))
}

// Make returns a command of make: Make("deploy"). The words of targets are
// separate targets. Variables on make's command line reach what make runs.
func (t Target) Make(targets string) string {
	var variables []string
	if !impliesStage(targets, t.Stage) {
		variables = appendIf(variables, t.Stage, "STAGE="+t.Stage)
	}
	variables = appendIf(variables, t.Region, "AWS_REGION="+t.Region)
	variables = appendIf(variables, t.Profile, "AWS_PROFILE="+t.Profile)
	variables = appendIf(variables, t.dir(), "LOCAL_DIR="+t.dir())
	variables = appendIf(variables, t.port(), "LOCAL_PORT="+t.port())
	return "make " + targets + quoted(variables)
}

// impliesStage tells whether targets of make act on a stage that no variable names.
// The local cloud is one for all its stages.
func impliesStage(targets, name string) bool {
	return targets == "local-down" || name == stage.Local && (targets == "local" || targets == "local-destroy")
}

// DeployDefault returns the command that deploys the default stage to AWS and prints
// its form.
func DeployDefault() string { return Target{Stage: stage.Default}.Make("deploy connect") }

// Deploy returns the command that deploys the stack.
func (t Target) Deploy() string {
	if stage.IsLocal(t.Stage) {
		return t.Make("local")
	}
	return t.Make("deploy")
}

// Destroy returns the command that deletes the stack.
func (t Target) Destroy() string {
	if stage.IsLocal(t.Stage) {
		return t.Make("local-destroy")
	}
	return t.Make("destroy")
}

// AWS returns a command of the aws CLI, which reaches the local cloud by way of
// scripts/local.
func (t Target) AWS(name string, args ...string) string {
	if stage.IsLocal(t.Stage) {
		return t.Local("run") + " -- aws " + name + quoted(args)
	}
	args = appendIf(args, t.Region, "--region", t.Region)
	args = appendIf(args, t.Profile, "--profile", t.Profile)
	return "aws " + name + quoted(args)
}

func (t Target) localFlags() []string {
	flags := appendIf(nil, t.dir(), "--dir", t.dir())
	return appendIf(flags, t.port(), "--port", t.port())
}

// dir returns the folder of the local cloud, or nothing if no command has to name
// it.
func (t Target) dir() string {
	here, err := filepath.Abs(LocalDir)
	if t.Dir == LocalDir || err == nil && t.Dir == here {
		return ""
	}
	return t.Dir
}

func (t Target) port() string {
	if t.Port == 0 {
		return ""
	}
	return fmt.Sprint(t.Port)
}

func appendIf(to []string, condition string, words ...string) []string {
	if condition == "" {
		return to
	}
	return append(to, words...)
}

func quoted(words []string) string {
	var b strings.Builder
	for _, word := range words {
		b.WriteString(" " + Quote(word))
	}
	return b.String()
}

var plain = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// Quote returns a text as one word of a POSIX shell.
func Quote(text string) string {
	if plain.MatchString(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
