package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"retoolapi/infra/stage"
	"retoolapi/internal/projecttest"
)

// These tests run the CDK CLI that package.json pins. The app it runs is this test
// binary, which saves linking another one. Only the test of cdk.json runs the app
// that cdk.json names.

// runAsApp is the environment variable that makes the test binary the app.
const runAsApp = "RETOOLAPI_TEST_RUNS_AS_APP"

func TestCdkJSONRunsTheApp(t *testing.T) {
	t.Parallel()
	got := map[string]string{}
	for _, stage := range []string{"dev", "prod"} {
		got[stage] = cdk{dir: projecttest.Root(t)}.run(t, "list", "--output", t.TempDir(), "-c", "stage="+stage).stdout
	}
	want := map[string]string{"dev": "RetoolApi\n", "prod": "RetoolApi-prod\n"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("stacks (-want +got):\n%s", diff)
	}
}

func TestSynthOfTwoClones(t *testing.T) {
	// Before the parallel part: tests share one jsii process.
	_, settings, err := configuration(newApp(t, object{"stages": contextOfCdkJSON(t)["stages"]}))
	if err != nil {
		t.Fatal(err)
	}
	tested := templateOf(t, "dev", func(s *stage.Settings) { *s = settings })
	t.Parallel()

	plain, committed := clone(t), clone(t)
	projecttest.Commit(t, committed)
	first := cdk{dir: plain, app: self(t)}.run(t, "synth", "--quiet")
	cdk{dir: committed, app: self(t)}.run(t, "synth", "--quiet")

	t.Run("gives the same bytes, asset hashes included", func(t *testing.T) {
		x, y := hashes(t, filepath.Join(plain, "cdk.out")), hashes(t, filepath.Join(committed, "cdk.out"))
		if diff := cmp.Diff(x, y); diff != "" {
			t.Errorf("cdk.out (-clone without a commit +clone with one):\n%s", diff)
		}
		if bootstrap, err := filepath.Glob(filepath.Join(plain, "cdk.out", "asset.*", "bootstrap")); len(bootstrap) != 1 {
			t.Errorf("the function's assets are %v (%v), want one", bootstrap, err)
		}
	})
	t.Run("prints no warning about the project", func(t *testing.T) {
		warning := regexp.MustCompile(`(?i).*(\[?warning\b|deprecated|feature flags).*`)
		if found := warning.FindString(first.stdout + first.stderr); found != "" {
			t.Errorf("synth prints %q", found)
		}
	})
	t.Run("gives the template of these tests", func(t *testing.T) {
		text, err := os.ReadFile(filepath.Join(plain, "cdk.out", "RetoolApi.template.json"))
		if err != nil {
			t.Fatal(err)
		}
		var got template
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		for _, resource := range got["Resources"].(object) {
			// The path and the asset of the construct, for the CLI's messages.
			metadata, _ := resource.(object)["Metadata"].(object)
			maps.DeleteFunc(metadata, func(key string, _ any) bool { return strings.HasPrefix(key, "aws:") })
			if len(metadata) == 0 {
				delete(resource.(object), "Metadata")
			}
		}
		if diff := cmp.Diff(tested.text(t), got.text(t)); diff != "" {
			t.Errorf("template (-of the tests +of the CLI):\n%s", diff)
		}
	})
}

func TestAFaultInTheSettingsStopsSynthWithALineForEach(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	projecttest.WriteFile(t, filepath.Join(dir, "cdk.json"), `{"context": {"stages": {
		"dev": {"memoryMB": 64, "selfSignUp": "yes"},
		"prod": {"retention": 30}
	}}}`)
	got := cdk{dir: dir, app: self(t), wantExit: 1}.run(t, "synth")

	want := `cdk.json: stages.dev.memoryMB: 64 is not allowed: write a whole number from 128 to 10240 (MB)
cdk.json: stages.dev.selfSignUp: "yes" is not allowed: write true or false
cdk.json: stages.prod.retention: unknown setting (value 30): the settings are ` +
		`accessTokenMinutes, architecture, certificateArn, defaultEndpoint, domainName, logRetentionDays, memoryMB, refreshTokenDays, retain, selfSignUp, tags, throttleBurst, throttleRate
`
	if diff := cmp.Diff(want, got.appErrors()); diff != "" {
		t.Errorf("standard error (-want +got):\n%s", diff)
	}
}

func TestAStageOnAWSIsRefusedWithAnEndpoint(t *testing.T) {
	t.Parallel()
	dir := clone(t)
	refusal := func(stage string) string {
		return "the stage " + stage + " is on AWS, but its requests would go to the address in AWS_ENDPOINT_URL\n" +
			"  hint: unset AWS_ENDPOINT_URL, or choose a stage of the local cloud (local or local-NAME)\n"
	}
	emulator := []string{"AWS_ENDPOINT_URL=http://127.0.0.1:9"}
	for command, stage := range map[string]string{"synth": "dev", "deploy": "prod", "diff": "locale", "destroy": "dev"} {
		got := cdk{dir: dir, app: self(t), wantExit: 1, env: emulator}.run(t, command, "-c", "stage="+stage)
		if diff := cmp.Diff(refusal(stage), got.appErrors()); diff != "" {
			t.Errorf("cdk %s, stage %s: standard error (-want +got):\n%s", command, stage, diff)
		}
	}
	// As `cdk bootstrap` of the local cloud does, which is for no stage.
	got := cdk{dir: dir, app: self(t), env: emulator}.run(t, "list").stdout
	if diff := cmp.Diff("RetoolApi\n", got); diff != "" {
		t.Errorf("stacks (-want +got):\n%s", diff)
	}
}

func TestALambdaThatDoesNotCompile(t *testing.T) {
	t.Parallel()
	dir := clone(t)
	projecttest.WriteFile(t, filepath.Join(dir, "lambda", "main.go"), "package main\n\nfunc main() { undefined() }\n")

	t.Run("does not stop list, and so not destroy", func(t *testing.T) {
		got := cdk{dir: dir, app: self(t)}.run(t, "list").stdout
		if diff := cmp.Diff("RetoolApi\n", got); diff != "" {
			t.Errorf("stacks (-want +got):\n%s", diff)
		}
	})
	t.Run("stops synth with what the compiler said", func(t *testing.T) {
		got := cdk{dir: dir, app: self(t), wantExit: 1}.run(t, "synth")
		want := `build the function (go build ./lambda for linux/arm64): exit status 1
# retoolapi/lambda
lambda/main.go:3:15: undefined: undefined
`
		if diff := cmp.Diff(want, got.appErrors()); diff != "" {
			t.Errorf("standard error (-want +got):\n%s", diff)
		}
	})
}

// cdk is a call of the CDK CLI.
type cdk struct {
	dir      string // that holds cdk.json
	app      string // instead of the one in cdk.json
	wantExit int
	env      []string
}

type output struct{ stdout, stderr string }

// run calls the CLI without AWS credentials.
func (c cdk) run(t *testing.T, args ...string) output {
	t.Helper()
	cli := filepath.Join(projecttest.Root(t), "node_modules", "aws-cdk", "bin", "cdk")
	if _, err := os.Stat(cli); err != nil {
		t.Fatalf("the CDK CLI is not installed: run npm ci (%v)", err)
	}
	if c.app != "" {
		args = append(args, "--app", c.app)
	}
	cmd := exec.Command("node", slices.Concat([]string{cli}, args, []string{"--no-notices", "--no-color"})...)
	cmd.Dir = c.dir
	cmd.Env = projecttest.Environ(
		"AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull, "AWS_EC2_METADATA_DISABLED=true",
		"NODE_OPTIONS="+nodeOptions, "CDK_DISABLE_CLI_TELEMETRY=1", "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20", runAsApp+"=1")
	cmd.Env = append(cmd.Env, c.env...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != c.wantExit {
		t.Fatalf("cdk %s: %v, want exit code %d\n%s%s", strings.Join(args, " "), err, c.wantExit, &stdout, &stderr)
	}
	if text := "exited abnormally"; strings.Contains(stderr.String(), text) {
		t.Errorf("cdk %s says %q, though it exited as it should:\n%s", strings.Join(args, " "), text, &stderr)
	}
	return output{stdout.String(), stderr.String()}
}

// appErrors returns what the app wrote to standard error, without the CLI's line
// about the app's exit code and the line that only a slow build prints.
func (o output) appErrors() string { return otherLines.ReplaceAllString(o.stderr, "") }

var otherLines = regexp.MustCompile(`(?m)^Building the function with .*\n|\S+: Subprocess exited with error [12]\n$`)

// clone returns a new copy of the project.
func clone(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	projecttest.CopyTree(t, dir)
	return dir
}

// hashes maps the files under a folder to the hashes of their contents.
func hashes(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(filepath.Join(dir, path))
		found[path] = fmt.Sprintf("%x", sha256.Sum256(content))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// self returns the path of this test binary.
func self(t *testing.T) string {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return path
}
