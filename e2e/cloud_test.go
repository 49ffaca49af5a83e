// Package e2e deploys the stack to its own local cloud and uses it as people
// do: with the CDK CLI, the project's commands, the aws CLI and HTTP.
package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"retoolapi/internal/projecttest"
)

// cloud is a local cloud and a working copy of the project. A test may change
// cdk.json there, and does not disturb a local cloud that a person runs.
type cloud struct {
	tree string   // folder of the working copy
	bin  string   // folder of the commands, first on the PATH
	port string   // of the local cloud
	dir  string   // of the local cloud
	env  []string // of every command
	http *http.Client

	stage string
}

// on returns the same local cloud, for another stage.
func (c *cloud) on(stage string) *cloud {
	other := *c
	other.stage = stage
	return &other
}

// newCloud starts the local cloud and stops it after the test.
func newCloud(t *testing.T) *cloud {
	t.Helper()
	root := projecttest.Root(t)
	c := &cloud{tree: t.TempDir(), bin: t.TempDir(), port: strconv.Itoa(projecttest.FreePort(t)), dir: t.TempDir(), stage: "local", http: &http.Client{
		Timeout: time.Minute,
		// The requests carry tokens, which must not follow a redirect.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		// Many systems cannot resolve names under localhost.
		Transport: &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			_, port, err := net.SplitHostPort(address)
			if err != nil {
				return nil, err
			}
			return new(net.Dialer).DialContext(ctx, network, net.JoinHostPort("127.0.0.1", port))
		}},
	}}
	projecttest.CopyTree(t, c.tree)
	c.env = projecttest.Environ(
		"PATH="+c.bin+":"+os.Getenv("PATH"),
		"LOCAL_DIR="+c.dir,
		"JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20",
		// A person's settings that would lead to the real AWS.
		"AWS_PROFILE=production", "CDK_PROFILE=production", "AWS_ENDPOINT_URL_CLOUDFORMATION=http://127.0.0.1:9", "AWS_REGION=eu-west-1")
	projecttest.Build(t, c.bin, "scripts/local", "scripts/retool")
	c.addCommand(t, "cdk", "node", filepath.Join(root, "node_modules", "aws-cdk", "bin", "cdk"))
	c.addCommand(t, "aws", filepath.Join(root, ".local", "tools", "bin", "python"), "-I", "-m", "awscli")
	t.Cleanup(func() { c.run(t, "", "local", "down") })
	// The other commands get no port: they must find the local cloud that runs.
	c.must(t, "", "local", "up", "--port", c.port)
	c.must(t, "", "local", "run", "--", "cdk", "bootstrap", "aws://000000000000/us-east-1", "--no-notices")
	return c
}

// addCommand adds a command that `make test` installs. It does not use the
// installed script: that may be missing, or name its interpreter by a path with
// a space.
func (c *cloud) addCommand(t *testing.T, name string, command ...string) {
	t.Helper()
	for _, part := range command {
		if !filepath.IsAbs(part) {
			continue
		}
		if _, err := os.Stat(part); err != nil {
			t.Fatalf("the command %s is missing: run the tests with `make test`, which installs it: %v", name, err)
		}
	}
	projecttest.WriteScript(t, filepath.Join(c.bin, name), fmt.Sprintf(`exec '%s' "$@"`, strings.Join(command, "' '")))
}

// result is the output and the exit code of a command.
type result struct {
	stdout, stderr string
	code           int
}

// run runs a command in the working copy.
func (c *cloud) run(t *testing.T, stdin string, args ...string) result {
	t.Helper()
	path, err := lookPath(args[0], c.env)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(path, args[1:]...)
	command.Dir, command.Env, command.Stdin = c.tree, c.env, strings.NewReader(stdin)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	err = command.Run()
	if _, failed := err.(*exec.ExitError); err != nil && !failed {
		t.Fatalf("run %s: %v", args, err)
	}
	return result{stdout.String(), stderr.String(), command.ProcessState.ExitCode()}
}

// must runs a command in the working copy, which has to succeed.
func (c *cloud) must(t *testing.T, stdin string, args ...string) result {
	t.Helper()
	r := c.run(t, stdin, args...)
	if r.code != 0 {
		t.Fatalf("%s: exit code %d\n%s%s", strings.Join(args, " "), r.code, r.stdout, r.stderr)
	}
	return r
}

// lookPath is exec.LookPath with the PATH of another environment.
func lookPath(name string, env []string) (string, error) {
	var path string
	for _, entry := range env { // the last one wins
		if value, ok := strings.CutPrefix(entry, "PATH="); ok {
			path = value
		}
	}
	for _, dir := range filepath.SplitList(path) {
		file := filepath.Join(dir, name)
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return file, nil
		}
	}
	return "", fmt.Errorf("%s is missing: run the tests with `make test`, which installs it", name)
}

// cdk runs the CDK CLI on the stage.
func (c *cloud) cdk(t *testing.T, command string, args ...string) result {
	t.Helper()
	all := append([]string{"local", "run", "--", "cdk", command, "-c", "stage=" + c.stage, "--no-notices"}, args...)
	return c.must(t, "", all...)
}

// deploy deploys the stack and returns its outputs.
func (c *cloud) deploy(t *testing.T) (map[string]string, result) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "outputs.json")
	r := c.cdk(t, "deploy", "--require-approval", "never", "--progress", "events", "--outputs-file", file)
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var stacks map[string]map[string]string
	if err := json.Unmarshal(data, &stacks); err != nil {
		t.Fatal(err)
	}
	return stacks["RetoolApi-"+c.stage], r
}

// make runs make in the working copy and returns its output.
func (c *cloud) make(t *testing.T, args ...string) string {
	t.Helper()
	r := c.must(t, "", append([]string{"make"}, args...)...)
	return r.stdout + r.stderr
}

// aws runs the aws CLI on the local cloud and returns its JSON answer.
func (c *cloud) aws(t *testing.T, args ...string) map[string]any {
	t.Helper()
	r := c.must(t, "", append([]string{"local", "run", "--", "aws", "--output", "json"}, args...)...)
	answer := map[string]any{}
	if strings.TrimSpace(r.stdout) != "" {
		if err := json.Unmarshal([]byte(r.stdout), &answer); err != nil {
			t.Fatalf("aws %s: %v\n%s", strings.Join(args, " "), err, r.stdout)
		}
	}
	return answer
}

// call sends an HTTP request and returns the status and the decoded body.
func (c *cloud) call(t *testing.T, method, url string, header map[string]string, body string) (int, map[string]any) {
	t.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for key, value := range header {
		req.Header.Set(key, value)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	answer := map[string]any{}
	if len(data) > 0 {
		if err := json.Unmarshal(data, &answer); err != nil {
			t.Fatalf("%s %s: %v\n%s", method, url, err, data)
		}
	}
	return resp.StatusCode, answer
}
