package e2e

import (
	"bytes"
	"context"
	"fmt"
	"net"
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

// tree is a working copy of the project in which commands run with the settings
// of some person.
type tree struct {
	dir string
	env []string // instead of what this process has, or besides it
}

func newTree(t *testing.T) *tree {
	t.Helper()
	// A path with a space, as people have.
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

// make runs make.
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

// must runs a shell command that has to succeed, and returns what it prints.
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

// edit changes a file, which has to be another one then.
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

// TestMakeSynthWithAPersonsSettings needs what make says it needs, whatever the
// person has set for programs of their own; Python is not among it.
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

// record makes the scripts of go and node note how they are called by a recipe,
// with a NUL after each argument, in the file calls.
const record = `case "$1" in
-p) echo 22.0.0; exit ;;
-e|list|env) exit ;;
esac
printf '%s\0' "$@" >>calls`

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
				said, err := os.ReadFile(calls)
				if err != nil {
					t.Fatalf("make %s with the stage %q %s calls nothing:\n%s%s", target, stage, how, r.stdout, r.stderr)
				}
				arguments := strings.Split(string(said), "\x00")
				if !slices.Contains(arguments, "stage="+stage) && !slices.Contains(arguments, stage) || r.code != 0 {
					t.Errorf("make %s with the stage %q %s: exit code %d, called %q", target, stage, how, r.code, arguments)
				}
				if tr.exists("INJECTED") {
					t.Fatalf("make %s with the stage %q %s runs what stands in it", target, stage, how)
				}
			}
		}
	}
}

// stillRunning is the line that a command prints every few seconds: how often
// depends on the machine.
var stillRunning = regexp.MustCompile(`(?m)^still .* \(\d+ s\)\n`)

// npm's settings may leave out packages or links; what npm then has installed
// is not taken for the whole.
func TestTheCDKCLIIsInstalledWhateverNpmIsSetTo(t *testing.T) {
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
			t.Errorf("%s: exit code %d, node_modules is not whole:\n%s%s", setting, r.code, r.stdout, r.stderr)
		}
	}
	if r := tr.make(t, "packages"); r.code != 0 || r.stdout+r.stderr != "" {
		t.Errorf("what is whole is installed again: %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	for what, spoil := range map[string]string{
		"a package that is gone":            "rm -r node_modules/axe-core",
		"a package of another version":      `sed -i.bak 's/"version": "[^"]*"/"version": "0.0.1"/' node_modules/aws-cdk/package.json`,
		"an installation that was cut off":  "rm node_modules/.package-lock.json",
		"a package of which half was there": "rm node_modules/aws-cdk/package.json",
		"nothing":                           "rm -r node_modules",
	} {
		spoiling := exec.Command("sh", "-c", spoil)
		spoiling.Dir = tr.dir
		if out, err := spoiling.CombinedOutput(); err != nil {
			t.Fatalf("%v %s", err, out)
		}
		r := tr.make(t, "packages")
		if said := stillRunning.ReplaceAllString(r.stderr, ""); r.code != 0 || said != "Installing the CDK CLI…\n" || r.stdout != "" {
			t.Errorf("%s: exit code %d\n%s%s", what, r.code, r.stdout, r.stderr)
		}
	}
}

// Without make too, the CLI is the pinned one or none.
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

// A proxy that takes the connection and never answers is all that a person
// sees of some networks.
func TestWaitingForAProxyIsNotSilent(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	tr := newTree(t)
	tr.env = []string{"npm_config_cache=" + t.TempDir(), "npm_config_registry=http://" + listener.Addr().String() + "/"}
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
	said, seen := make([]byte, 0, 4096), regexp.MustCompile(`(?s)still installing the CDK CLI \(5 s\).*still installing the CDK CLI \(10 s\)`)
	for !seen.Match(said) {
		chunk := make([]byte, 4096)
		n, err := stderr.Read(chunk)
		said = append(said, chunk[:n]...)
		if err != nil {
			break
		}
	}
	interrupt()
	_ = cmd.Wait()
	if !seen.Match(said) {
		t.Errorf("make says only:\n%s", said)
	}
	if tr.exists("node_modules/.package-lock.json") {
		t.Error("what was interrupted looks installed")
	}
}

func TestWhatIsMissingIsNamedAndOtherFaultsAreTheToolsOwn(t *testing.T) {
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
		want     string // what make says before its own last line
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
		"a shim of Node that only complains": {"node", map[string]string{"node": "echo no version is set >&2; exit 126", "npm": ""}, nil,
			"no version is set\n"},
		"no tools at all": {"go", nil, []string{"PATH=" + pathWithout(t)}, missingGo},
		"no Node":         {"node", nil, []string{"PATH=" + pathWithout(t)}, "Node.js 20 or newer, with npm, is missing: https://nodejs.org/\n"},
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

// pathWithout returns a PATH with the tools of the shell and no other.
func pathWithout(t *testing.T) string {
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

// inGroup starts the command in a process group of its own and returns what
// Ctrl-C does: it interrupts all of it.
func inGroup(cmd *exec.Cmd) func() {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }
}
