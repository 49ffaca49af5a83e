package e2e

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"retoolapi/internal/projecttest"
)

// tree is a working copy of the project. Its commands run with the settings in
// env.
type tree struct {
	dir string
	env []string // added to the environment of the tests
}

func newTree(t *testing.T) *tree {
	t.Helper()
	// People have paths with a space.
	tr := &tree{dir: filepath.Join(t.TempDir(), "a copy")}
	projecttest.CopyTree(t, tr.dir)
	return tr
}

func (tr *tree) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = tr.dir
	cmd.Env = projecttest.Environ(tr.env...)
	return cmd
}

// make runs make in the working copy.
func (tr *tree) make(t *testing.T, args ...string) result {
	t.Helper()
	cmd := tr.command(t.Context(), "make", args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return result{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// must runs a shell command that has to succeed, and returns its output.
func (tr *tree) must(t *testing.T, command string) string {
	t.Helper()
	out, err := tr.command(t.Context(), "sh", "-c", command).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
	return string(out)
}

// programs puts shell scripts first on the PATH.
func (tr *tree) programs(t *testing.T, scripts map[string]string) {
	t.Helper()
	dir := t.TempDir()
	for name, script := range scripts {
		projecttest.WriteScript(t, filepath.Join(dir, name), script)
	}
	tr.env = append(tr.env, "PATH="+dir+":"+os.Getenv("PATH"))
}

func (tr *tree) read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(tr.dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// edit replaces the text of a file with another one.
func (tr *tree) edit(t *testing.T, name string, change func(string) string) {
	t.Helper()
	before := tr.read(t, name)
	after := change(before)
	if after == before {
		t.Fatalf("%s is not changed", name)
	}
	if err := os.WriteFile(filepath.Join(tr.dir, name), []byte(after), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (tr *tree) exists(name string) bool {
	_, err := os.Stat(filepath.Join(tr.dir, name))
	return err == nil
}

// TestMakeSynthWithAPersonsSettings runs make synth with settings that people
// have for their own programs, and without Python, which it does not need.
func TestMakeSynthWithAPersonsSettings(t *testing.T) {
	t.Parallel()
	tr := newTree(t)
	foreign := map[string]string{"amd64": "arm64", "arm64": "amd64"}[runtime.GOARCH]
	tr.env = []string{
		"NODE_ENV=production", "npm_config_bin_links=false", "npm_config_omit=dev",
		"GOOS=plan9", "GOARCH=" + foreign, "GOAMD64=v4",
		"AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null", "AWS_EC2_METADATA_DISABLED=true",
	}
	refusal := "echo no Python today; exit 1"
	tr.programs(t, map[string]string{"python3": refusal, "python": refusal})
	r := tr.make(t, "synth", "STAGE=prod")
	if r.code != 0 || !strings.Contains(r.stdout, "Name: RetoolApi-prod") {
		t.Errorf("exit code %d:\n%s%s", r.code, r.stdout, r.stderr)
	}
}

// record is a script in place of go and node. It appends its arguments to the
// file calls, with a NUL after each. The calls with which make only checks the
// tools are not recorded. The program that go builds is the script again.
const record = `case "$1" in
-p) echo 22.0.0; exit ;;
-e|list|env) exit ;;
build) cp "$0" "$3"; exit ;;
install) name=${2%@*}; cp "$0" "$GOBIN/${name##*/}"; exit ;;
esac
printf '%s\0' "$@" >>calls`

// realGo returns a script in place of go: the real one for what the pattern of a
// shell matches in its arguments, and otherwise record.
func realGo(t *testing.T, pattern string) string {
	t.Helper()
	path, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("case \"$*\" in %s) exec '%s' \"$@\" ;; esac\n%s", pattern, path, record)
}

// quietlyOnly matches how make builds the program that runs the others.
const quietlyOnly = `"build "*" ./scripts/quietly"`

func TestTheStageReachesEveryCommandAsAValue(t *testing.T) {
	t.Parallel()
	tr := newTree(t)
	tr.programs(t, map[string]string{"go": record, "node": record})
	projecttest.WriteFile(t, filepath.Join(tr.dir, "node_modules", ".package-lock.json"), "")
	stages := []string{
		"prod", "x; touch INJECTED", "x\ntouch INJECTED", "x' ; touch INJECTED ; '", `x" ; touch INJECTED ; "`,
		"$(touch INJECTED)", "`touch INJECTED`", "$(shell touch INJECTED)", "${shell touch INJECTED}", "$(error no)",
		"x && touch INJECTED", "x | touch INJECTED", "x > INJECTED", "$HOME", "$$HOME", "$(HOME)", "*", "%", "#x", "a b", `\`, "-n", "a,b)", "",
	}
	for _, target := range []string{"deploy", "destroy", "synth", "diff", "connect", "check"} {
		for _, stage := range stages {
			for how, run := range map[string]func() result{
				"as an argument": func() result { return tr.make(t, target, "STAGE="+stage) },
				"as a variable": func() result {
					with := *tr
					with.env = append(slices.Clone(tr.env), "STAGE="+stage)
					return with.make(t, target)
				},
			} {
				calls := filepath.Join(tr.dir, "calls")
				os.Remove(calls)
				r := run()
				recorded, err := os.ReadFile(calls)
				if err != nil {
					t.Fatalf("make %s with the stage %q %s calls nothing:\n%s%s", target, stage, how, r.stdout, r.stderr)
				}
				arguments := strings.Split(string(recorded), "\x00")
				if !slices.Contains(arguments, "stage="+stage) && !slices.Contains(arguments, stage) || r.code != 0 {
					t.Errorf("make %s with the stage %q %s: exit code %d, called %q", target, stage, how, r.code, arguments)
				}
				if tr.exists("INJECTED") {
					t.Fatalf("make %s with the stage %q %s runs the command in it", target, stage, how)
				}
			}
		}
	}
}

// TestDestroySaysWhatStaysBeforeAndAfterIt looks at the commands in their order: what
// was said after the stack was deleted could save nothing.
func TestDestroySaysWhatStaysBeforeAndAfterIt(t *testing.T) {
	t.Parallel()
	tr := newTree(t)
	tr.programs(t, map[string]string{"go": record, "node": record})
	projecttest.WriteFile(t, filepath.Join(tr.dir, "node_modules", ".package-lock.json"), "")
	for target, stage := range map[string]string{"destroy": "prod", "local-destroy": "local-blue"} {
		calls := filepath.Join(tr.dir, "calls")
		os.Remove(calls)
		if r := tr.make(t, target, "STAGE="+stage); r.code != 0 {
			t.Fatalf("make %s ends with %d:\n%s", target, r.code, r.stderr)
		}
		recorded, err := os.ReadFile(calls)
		if err != nil {
			t.Fatal(err)
		}
		var order []string
		for _, word := range strings.Split(string(recorded), "\x00") {
			if slices.Contains([]string{"retained", "destroy", "--destroyed", stage}, word) {
				order = append(order, word)
			}
		}
		want := []string{"retained", stage, "destroy", "retained", stage, "--destroyed"}
		if diff := cmp.Diff(want, order); diff != "" {
			t.Errorf("make %s calls (-want +got):\n%s", target, diff)
		}
	}
}

// reachesLocal matches a call of the CDK CLI by way of scripts/local.
var reachesLocal = regexp.MustCompile(`\brun -- (sh -c )?node node_modules/aws-cdk/bin/cdk`)

func TestMakeReachesTheLocalCloudForItsStages(t *testing.T) {
	t.Parallel()
	tr := newTree(t)
	tr.programs(t, map[string]string{"go": record, "node": record})
	projecttest.WriteFile(t, filepath.Join(tr.dir, "node_modules", ".package-lock.json"), "")
	for _, test := range []struct {
		target, typed, inherited string
		stage                    string // that the commands get, "" if make refuses
		local                    bool   // they reach the local cloud
	}{
		{"local", "", "", "local", true},
		{"local", "", "prod", "local", true},
		{"local", "", "local-blue", "local-blue", true},
		{"local", "local-blue", "prod", "local-blue", true},
		{"local", "local", "", "local", true},
		{"local", "prod", "", "", true},
		{"local", "locale", "", "", true},
		{"local", "", "$(touch INJECTED)", "local", true},
		{"local", "local-$(touch INJECTED)", "", "local-$(touch INJECTED)", true},
		{"local", "", "local-`touch INJECTED`", "local-`touch INJECTED`", true},
		{"local-destroy", "", "prod", "local", true},
		{"local-destroy", "local-blue", "", "local-blue", true},
		{"local-destroy", "dev", "", "", true},
		{"deploy", "local", "", "local", true},
		{"deploy", "local-blue", "", "local-blue", true},
		{"deploy", "local-", "", "local-", true}, // nearly one: AWS must not get it
		{"destroy", "", "local-blue", "local-blue", true},
		{"diff", "local-2", "", "local-2", true},
		{"synth", "local-blue", "", "local-blue", true},
		{"connect", "local-blue", "", "local-blue", false}, // scripts/retool finds it itself
		{"check", "local-blue", "", "local-blue", false},
		{"deploy", "locale", "", "locale", false},
		{"deploy", "localhost", "", "localhost", false},
		{"deploy", "", "", "dev", false},
	} {
		name := fmt.Sprintf("make %s, STAGE=%q typed, %q in the environment", test.target, test.typed, test.inherited)
		with, args := *tr, []string{test.target}
		if test.inherited != "" {
			with.env = append(slices.Clone(tr.env), "STAGE="+test.inherited)
		}
		if test.typed != "" {
			args = append(args, "STAGE="+test.typed)
		}
		os.Remove(filepath.Join(tr.dir, "calls"))
		r := with.make(t, args...)
		recorded, _ := os.ReadFile(filepath.Join(tr.dir, "calls"))
		calls := strings.ReplaceAll(string(recorded), "\x00", " ")
		if test.stage == "" {
			if r.code != 2 || calls != "" || !strings.HasPrefix(r.stderr, "STAGE names no stage of the local cloud: write STAGE=local") {
				t.Errorf("%s: exit code %d, called %q\n%s", name, r.code, calls, r.stderr)
			}
			continue
		}
		if r.code != 0 || !strings.Contains(calls, "stage="+test.stage+" ") && !strings.Contains(calls, "--stage "+test.stage+" ") {
			t.Errorf("%s: exit code %d, called %q\n%s", name, r.code, calls, r.stderr)
		}
		if local := reachesLocal.MatchString(calls); local != test.local {
			t.Errorf("%s: reaches the local cloud: %v, called %q", name, local, calls)
		}
		if tr.exists("INJECTED") {
			t.Fatalf("%s runs the command in it", name)
		}
	}
}

func TestDestroyDoesNotForgetThePage(t *testing.T) {
	t.Parallel()
	tr := newTree(t)
	tr.programs(t, map[string]string{"go": record, "node": record})
	projecttest.WriteFile(t, filepath.Join(tr.dir, "node_modules", ".package-lock.json"), "")
	pages := []string{"local.html", "local.html.17.tmp", "local-2.html", "prod.html", "prod.html.17.tmp", "prod-2.html"}
	for _, page := range pages {
		projecttest.WriteFile(t, filepath.Join(tr.dir, ".retool", page), "")
	}
	const still = "The page .retool/%s is still there, with what connect printed: delete it.\n"
	if r := tr.make(t, "destroy", "STAGE=prod"); r.code != 0 || r.stderr != fmt.Sprintf(still+still, "prod.html", "prod.html.17.tmp") {
		t.Errorf("make destroy ends with %d and says:\n%s", r.code, r.stderr)
	}
	if r := tr.make(t, "destroy"); r.code != 0 || r.stderr != "" {
		t.Errorf("without a page make destroy ends with %d and says:\n%s", r.code, r.stderr)
	}
	if r := tr.make(t, "local-destroy"); r.code != 0 {
		t.Errorf("make local-destroy ends with %d:\n%s", r.code, r.stderr)
	}
	for _, page := range pages {
		if there, local := tr.exists(".retool/"+page), strings.HasPrefix(page, "local.html"); there == local {
			t.Errorf("after make local-destroy, %s is there: %v", page, there)
		}
	}
	if r := tr.make(t, "local-destroy", "STAGE=local-2"); r.code != 0 || tr.exists(".retool/local-2.html") || !tr.exists(".retool/prod-2.html") {
		t.Errorf("make local-destroy of another stage ends with %d, its page is there: %v", r.code, tr.exists(".retool/local-2.html"))
	}
}

// stillRunning matches the line that a command prints every few seconds. How
// many there are depends on the machine.
var stillRunning = regexp.MustCompile(`(?m)^still .* \(\d+ s\)\n`)

// Some settings of npm leave out packages or links. make installs everything in
// spite of them, and installs again what is incomplete.
func TestTheCDKCLIIsInstalledWithAnySettingsOfNpm(t *testing.T) {
	t.Parallel()
	tr := newTree(t)
	for _, setting := range []string{
		"NODE_ENV=production", "npm_config_omit=dev", "npm_config_only=prod", "npm_config_production=true",
		"npm_config_bin_links=false", "npm_config_dry_run=true", "npm_config_global=true", "npm_config_location=global",
		"npm_config_package_lock=false", "npm_config_package_lock_only=true", "npm_config_ignore_scripts=true",
		"npm_config_install_strategy=linked", "npm_config_loglevel=silent", "NPM_CONFIG_OMIT=dev",
	} {
		if err := os.RemoveAll(filepath.Join(tr.dir, "node_modules")); err != nil {
			t.Fatal(err)
		}
		with := *tr
		with.env = []string{setting}
		r := with.make(t, "packages")
		if r.code != 0 || !tr.exists("node_modules/aws-cdk/bin/cdk") || !tr.exists("node_modules/axe-core/package.json") || !tr.exists("node_modules/.bin/cdk") {
			t.Errorf("%s: exit code %d, node_modules is incomplete:\n%s%s", setting, r.code, r.stdout, r.stderr)
		}
	}
	if r := tr.make(t, "packages"); r.code != 0 || r.stdout+r.stderr != "" {
		t.Errorf("a complete installation is installed again: %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	for what, damage := range map[string]string{
		"a package that is missing":         "rm -r node_modules/axe-core",
		"a package of another version":      `sed -i.bak 's/"version": "[^"]*"/"version": "0.0.1"/' node_modules/aws-cdk/package.json`,
		"an installation that was cut off":  "rm node_modules/.package-lock.json",
		"a package without its description": "rm node_modules/aws-cdk/package.json",
		"nothing":                           "rm -r node_modules",
	} {
		command := exec.Command("sh", "-c", damage)
		command.Dir = tr.dir
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%v %s", err, out)
		}
		r := tr.make(t, "packages")
		if stderr := stillRunning.ReplaceAllString(r.stderr, ""); r.code != 0 || stderr != "Installing the CDK CLI…\n" || r.stdout != "" {
			t.Errorf("%s: exit code %d\n%s%s", what, r.code, r.stdout, r.stderr)
		}
	}
}

// Without make, npx must not download another version of the CLI.
func TestNpxNeverOffersAnotherCDKCLI(t *testing.T) {
	t.Parallel()
	tr := newTree(t)
	npx := exec.Command("npx", "cdk", "--version")
	npx.Dir = tr.dir
	out, err := npx.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "canceled") {
		t.Errorf("without npm ci, npx cdk --version: %v\n%s", err, out)
	}
}

func TestNpmSaysItselfWhyItFails(t *testing.T) {
	t.Parallel()
	tr := newTree(t)
	tr.env = []string{"npm_config_cache=" + t.TempDir(), "npm_config_registry=http://127.0.0.1:9/", "npm_config_fetch_retries=0", "npm_config_loglevel=silent"}
	r := tr.make(t, "packages")
	if r.code == 0 || !strings.Contains(r.stderr, "npm error") || !strings.Contains(r.stderr, "ECONNREFUSED") {
		t.Errorf("exit code %d:\n%s%s", r.code, r.stdout, r.stderr)
	}
}

// In some networks, a proxy accepts the connection and never answers.
func TestWaitingForAProxyIsNotSilent(t *testing.T) {
	t.Parallel()
	tr := newTree(t)
	tr.env = []string{"npm_config_cache=" + t.TempDir(), "npm_config_registry=" + projecttest.SilentServer(t) + "/"}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := tr.command(ctx, "make", "packages")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	interrupt := inGroup(cmd)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	output, seen := make([]byte, 0, 4096), regexp.MustCompile(`(?s)still installing the CDK CLI \(5 s\).*still installing the CDK CLI \(10 s\)`)
	for !seen.Match(output) {
		chunk := make([]byte, 4096)
		n, err := stderr.Read(chunk)
		output = append(output, chunk[:n]...)
		if err != nil {
			break
		}
	}
	interrupt()
	_ = cmd.Wait()
	if !seen.Match(output) {
		t.Errorf("make prints only:\n%s", output)
	}
	if tr.exists("node_modules/.package-lock.json") {
		t.Error("after the interruption, the packages look installed")
	}
}

func TestMakeNamesMissingToolsAndShowsOtherErrorsOfTheTools(t *testing.T) {
	t.Parallel()
	const missingGo = "Go 1.26 or newer is missing: https://go.dev/dl/\n"
	const olderGo = "Go 1.26 or newer is needed: https://go.dev/dl/\n"
	goOf := func(version, fault string) string {
		return fmt.Sprintf(`case "$1" in
version) echo go version %s linux/amd64; exit ;;
list) echo '%s' >&2; exit 1 ;;
esac`, version, fault)
	}
	for name, test := range map[string]struct {
		target   string
		programs map[string]string
		env      []string
		want     string // on standard error, without make's own line
	}{
		"Go 1.20":  {"go", map[string]string{"go": goOf("go1.20.14", "go: errors parsing go.mod")}, nil, "go: errors parsing go.mod\n" + olderGo},
		"Go 1.9":   {"go", map[string]string{"go": goOf("go1.9", "go: modules are unknown")}, nil, "go: modules are unknown\n" + olderGo},
		"Go 1.25":  {"go", map[string]string{"go": goOf("go1.25.3", "go: go.mod requires go >= 1.26.0")}, nil, "go: go.mod requires go >= 1.26.0\n" + olderGo},
		"Go 1.26":  {"go", map[string]string{"go": goOf("go1.26", "go: something else")}, nil, "go: something else\n"},
		"Go 1.27":  {"go", map[string]string{"go": goOf("go1.27.3", "go: something else")}, nil, "go: something else\n"},
		"Go 1.30":  {"go", map[string]string{"go": goOf("go1.30", "go: something else")}, nil, "go: something else\n"},
		"Node 18":  {"node", map[string]string{"node": "echo 18.20.1", "npm": ""}, nil, "Node.js 20 or newer is needed, not 18.20.1: https://nodejs.org/\n"},
		"Node 8":   {"node", map[string]string{"node": "echo 8.17.0", "npm": ""}, nil, "Node.js 20 or newer is needed, not 8.17.0: https://nodejs.org/\n"},
		"Node 100": {"node", map[string]string{"node": "echo 100.0.0", "npm": ""}, nil, ""},
		"a shim of Node without a version": {"node", map[string]string{"node": "echo no version is set >&2; exit 126", "npm": ""}, nil,
			"no version is set\n"},
		"no tools at all": {"go", nil, []string{"PATH=" + shellPath(t)}, missingGo},
		"no Node":         {"node", nil, []string{"PATH=" + shellPath(t)}, "Node.js 20 or newer, with npm, is missing: https://nodejs.org/\n"},
	} {
		t.Run(name, func(t *testing.T) {
			tr := newTree(t)
			tr.programs(t, test.programs)
			tr.env = append(tr.env, test.env...)
			r := tr.make(t, test.target)
			got := regexp.MustCompile(`(?m)^make: .*\n`).ReplaceAllString(r.stderr, "")
			if diff := cmp.Diff(test.want, got); diff != "" || (r.code != 0) != (test.want != "") {
				t.Errorf("exit code %d (-want +got):\n%s", r.code, diff)
			}
		})
	}
	t.Run("a real failure of go list", func(t *testing.T) {
		tr := newTree(t)
		tr.env = []string{"GOFLAGS=-mod=vendor"}
		r := tr.make(t, "go")
		if r.code == 0 || !strings.Contains(r.stderr, "vendor") || strings.Contains(r.stderr, "https://go.dev") {
			t.Errorf("exit code %d:\n%s", r.code, r.stderr)
		}
	})
}

func TestMakeListsItsTargetsByWhatPeopleWantToDo(t *testing.T) {
	t.Parallel()
	const want = `Try it on this machine, without an AWS account
  make local          Start the local cloud, deploy to it, print the form
  make local-destroy  Delete the stack from the local cloud
  make local-down     Stop the local cloud

Deploy to AWS, or to the local cloud with STAGE=local or STAGE=local-NAME
  make deploy         Deploy the stage to AWS
  make destroy        Delete the stage from AWS
  make synth          Write the template of the stage; needs no AWS account
  make diff           Show what a deploy of the stage would change

Connect Retool
  make connect        Create the service user, prove the flow, print the form
  make check          Prove a deployed stage from outside; asks for the token

Change the project
  make test           Run every test: units, template, local cloud, browser
  make generate       Write openapi.yaml and the expected template
  make lint           Check the Go code, the shell scripts and the template
  make vulncheck      Look for known vulnerabilities in the code and its modules

Variables
  STAGE=NAME          the stage, which is a stack of its own (default dev):
                      make deploy connect STAGE=prod
                      local and local-NAME are on the local cloud:
                      make local STAGE=local-blue
  LOCAL_PORT=PORT     the port of the local cloud, if 4566 is in use:
                      make local LOCAL_PORT=4567. The other targets find it.
`
	tr := newTree(t)
	if diff := cmp.Diff(result{want, "", 0}, tr.make(t), cmp.AllowUnexported(result{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMakeLintSaysWhatHeld(t *testing.T) {
	t.Parallel()
	tr := newTree(t)
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatal(err)
	}
	tr.programs(t, map[string]string{
		"go":   realGo(t, quietlyOnly),
		"node": fmt.Sprintf("case \"$2\" in *every-option*) exec '%s' \"$@\" ;; esac\n%s", node, record),
	})
	projecttest.WriteFile(t, filepath.Join(tr.dir, "node_modules", ".package-lock.json"), "")
	// A stage that somebody added.
	tr.edit(t, "cdk.json", func(text string) string { return strings.Replace(text, `"dev": {},`, `"staging": {},`, 1) })
	tools := filepath.Join(tr.dir, ".local", "tools", "bin")
	projecttest.WriteScript(t, filepath.Join(tools, "shellcheck"), "echo a word of no use")
	projecttest.WriteScript(t, filepath.Join(tools, "python"), "echo a word of no use >&2")
	checkov := filepath.Join(tr.dir, ".local", "checkov", "bin", "python")
	projecttest.WriteScript(t, checkov, "echo a word of no use >&2")
	const held = "ok    the Go code: golangci-lint finds nothing\n"
	want := result{held +
		"ok    the shell scripts: shellcheck finds nothing\n" +
		"ok    the template of dev: cfn-lint and checkov find nothing\n" +
		"ok    the template of staging: cfn-lint and checkov find nothing\n" +
		"ok    the template of prod: cfn-lint and checkov find nothing\n" +
		"ok    the template of every-option: cfn-lint and checkov find nothing\n", "", 0}
	if diff := cmp.Diff(want, tr.lint(t), cmp.AllowUnexported(result{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	projecttest.WriteScript(t, filepath.Join(tools, "shellcheck"), "echo there is a fault; exit 1")
	if diff := cmp.Diff(result{held, "there is a fault\n", 2}, tr.lint(t), cmp.AllowUnexported(result{})); diff != "" {
		t.Errorf("with a fault in a script (-want +got):\n%s", diff)
	}
	projecttest.WriteScript(t, filepath.Join(tools, "shellcheck"), "")
	for _, linter := range []string{filepath.Join(tools, "python"), checkov} {
		projecttest.WriteScript(t, linter, "echo there is a fault; exit 4")
		if diff := cmp.Diff(result{held + "ok    the shell scripts: shellcheck finds nothing\n", "there is a fault\n", 2}, tr.lint(t), cmp.AllowUnexported(result{})); diff != "" {
			t.Errorf("with a fault that %s finds in the template (-want +got):\n%s", linter, diff)
		}
		projecttest.WriteScript(t, linter, "")
	}
}

// lint runs make lint, and leaves out make's own line.
func (tr *tree) lint(t *testing.T) result {
	t.Helper()
	r := tr.make(t, "lint")
	r.stderr = regexp.MustCompile(`(?m)^make: .*\n`).ReplaceAllString(stillRunning.ReplaceAllString(r.stderr, ""), "")
	return r
}

// A failure is what the command says, and make's own line.
func TestAFailureInMakeIsOneMessage(t *testing.T) {
	t.Parallel()
	tr := newTree(t)
	tr.programs(t, map[string]string{"go": realGo(t, "build*"), "node": record})
	projecttest.WriteFile(t, filepath.Join(tr.dir, "node_modules", ".package-lock.json"), "")
	for _, test := range []struct{ target, variable, want string }{
		{"connect", "STAGE=a b", "retool connect: --stage takes 1 to 100 letters, digits and hyphens, and does not start with a hyphen\n" +
			"  hint: read its help: go run ./scripts/retool connect --help\n"},
		{"local", "LOCAL_PORT=http", "1 of 4: setting up…\ninstalling MiniStack failed:\nlocal up: --port takes a number from 1 to 65535 (the variable LOCAL_PORT)\n" +
			"  hint: read its help: go run ./scripts/local up --help\n"},
		{"local-destroy", "LOCAL_PORT=http", "retool retained: --port takes a number from 1 to 65535 (the variable LOCAL_PORT)\n" +
			"  hint: read its help: go run ./scripts/retool retained --help\n"},
	} {
		r := tr.make(t, test.target, test.variable)
		said, own, _ := strings.Cut(stillRunning.ReplaceAllString(r.stderr, ""), "make: *** [")
		if diff := cmp.Diff(test.want, said); diff != "" || !strings.HasSuffix(own, "Error 2\n") || strings.Count(own, "\n") != 1 || r.stdout != "" {
			t.Errorf("make %s %s ends with %d, says %q and then %q (-want +got):\n%s", test.target, test.variable, r.code, r.stdout, own, diff)
		}
	}
}

func TestMakeLocalNamesItsSteps(t *testing.T) {
	t.Parallel()
	tr := newTree(t)
	tr.programs(t, map[string]string{"go": realGo(t, quietlyOnly), "node": record, "npm": "echo the network is down; exit 4"})
	projecttest.WriteFile(t, filepath.Join(tr.dir, "node_modules", ".package-lock.json"), "")
	for _, args := range [][]string{{"local"}, {"-j", "local"}} {
		r := tr.make(t, args...)
		r.stderr = stillRunning.ReplaceAllString(r.stderr, "")
		want := result{"", "1 of 4: setting up…\n2 of 4: starting the local cloud…\n3 of 4: deploying the stack…\n4 of 4: connecting…\n", 0}
		if diff := cmp.Diff(want, r, cmp.AllowUnexported(result{})); diff != "" {
			t.Errorf("make %s (-want +got):\n%s", args, diff)
		}
	}

	// What fails is named, with what it printed.
	tr.must(t, "rm node_modules/.package-lock.json")
	r := tr.make(t, "local")
	said, own, _ := strings.Cut(stillRunning.ReplaceAllString(r.stderr, ""), "make: *** [")
	if diff := cmp.Diff("1 of 4: setting up…\ninstalling the CDK CLI failed:\nthe network is down\n", said); diff != "" || !strings.HasSuffix(own, "Error 4\n") {
		t.Errorf("without a network make ends with %d and %q (-want +got):\n%s", r.code, own, diff)
	}
}

func TestCtrlCEndsTheSetUp(t *testing.T) {
	t.Parallel()
	tr := newTree(t)
	tr.programs(t, map[string]string{
		"go": realGo(t, quietlyOnly), "node": record,
		"npm": "sleep 60 >>alive & touch started; wait; echo survived >>alive",
	})
	tr.must(t, "mkfifo alive")
	// Without waiting for somebody who writes.
	alive, err := os.OpenFile(filepath.Join(tr.dir, "alive"), os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer alive.Close()
	make := tr.command(t.Context(), "make", "need")
	var said bytes.Buffer
	make.Stderr = &said
	interrupt := inGroup(make)
	if err := make.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); !tr.exists("started") && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	interrupt()
	_ = make.Wait()
	if text, err := io.ReadAll(alive); err != nil || len(text) > 0 { // when all that npm started has ended
		t.Errorf("npm went on: %q, %v", text, err)
	}
	if text := stillRunning.ReplaceAllString(said.String(), ""); make.ProcessState.Success() || !strings.HasPrefix(text, "quietly together: interrupted\n") {
		t.Errorf("make ends with %v and says:\n%s", make.ProcessState, text)
	}
}

// shellPath returns a PATH with a few tools of the shell and no others.
func shellPath(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"sh", "sed", "cat", "test"} {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(path, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// inGroup lets the command start in its own process group. It returns a function
// that interrupts the group, as Ctrl-C does.
func inGroup(cmd *exec.Cmd) func() {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }
}
