package main

import (
	"bytes"
	"crypto/sha256"
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

	"github.com/rogpeppe/go-internal/testscript"

	"retoolapi/scripts/internal/localcloud"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"local": main})
}

// TestScripts runs the command against the real MiniStack, each script on a
// port and in a folder of its own. The Python packages are those in the user's
// cache folder, which the first run fills.
func TestScripts(t *testing.T) {
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			local, err := lookPath("local", env.Getenv("PATH"))
			if err != nil {
				return err
			}
			env.Setenv("LOCAL", local)
			env.Setenv("LOCAL_PORT", strconv.Itoa(freePort(t)))
			env.Setenv("OTHER_PORT", strconv.Itoa(freePort(t)))
			env.Setenv("VENV", fmt.Sprintf("venv-%.6x", sha256.Sum256(requirements)))
			env.Setenv("HOME", os.Getenv("HOME"))
			env.Setenv("XDG_CACHE_HOME", cache)
			env.Defer(func() { stopAll(t, env.WorkDir) })
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"call":    call,
			"listen":  listen,
			"waitfor": waitFor,
		},
	})
}

// listen occupies the port LOCAL_PORT until the end of the script, and never
// answers.
func listen(ts *testscript.TestScript, neg bool, args []string) {
	listener, err := net.Listen("tcp", "127.0.0.1:"+ts.Getenv("LOCAL_PORT"))
	ts.Check(err)
	ts.Defer(func() { listener.Close() })
}

// waitFor waits until a file is there: waitfor FILE. It removes nothing.
func waitFor(ts *testscript.TestScript, neg bool, args []string) {
	for range 200 {
		if _, err := os.Stat(ts.MkAbs(args[0])); err == nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	ts.Fatalf("there is no %s after 10 s", args[0])
}

// call sends a request of AWS's JSON protocol to the local cloud and prints the
// answer: call TARGET BODY.
func call(ts *testscript.TestScript, neg bool, args []string) {
	port, err := strconv.Atoi(ts.Getenv("LOCAL_PORT"))
	ts.Check(err)
	request, err := http.NewRequest(http.MethodPost, localcloud.Endpoint(port), strings.NewReader(args[1]))
	ts.Check(err)
	request.Header.Set("X-Amz-Target", args[0])
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	response, err := localcloud.HTTPClient().Do(request)
	ts.Check(err)
	defer response.Body.Close()
	_, err = io.Copy(ts.Stdout(), response.Body)
	ts.Check(err)
}

// TestRequirementsArePinned guards what pip alone would refuse only at the next
// installation.
func TestRequirementsArePinned(t *testing.T) {
	if !bytes.Contains(requirements, []byte("\nministack==")) || !bytes.Contains(requirements, []byte("\ncryptography==")) {
		t.Error("requirements.txt lacks ministack or cryptography, without which MiniStack refuses every token")
	}
	for block := range strings.SplitSeq(strings.ReplaceAll(string(requirements), " \\\n", " "), "\n") {
		if block == "" || strings.HasPrefix(block, "#") {
			continue
		}
		if !strings.Contains(block, "==") || !strings.Contains(block, "--hash=sha256:") {
			t.Errorf("requirements.txt: no version or hash: %s", block)
		}
	}
}

func lookPath(name, path string) (string, error) {
	for dir := range strings.SplitSeq(path, string(filepath.ListSeparator)) {
		if found, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return found, nil
		}
	}
	return "", fmt.Errorf("%s not found in %s", name, path)
}

// freePort is a port that nothing used a moment ago.
func freePort(t *testing.T) int {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

// stopAll stops the emulators of the folders in dir, so that none outlives its
// script.
func stopAll(t *testing.T, dir string) {
	records, err := filepath.Glob(filepath.Join(dir, "*", localcloud.Record))
	if err != nil {
		t.Fatal(err)
	}
	for _, record := range records {
		c := cloud{dir: filepath.Dir(record)}
		running, err := localcloud.Find(c.dir)
		if err == nil && running != nil {
			err = c.stop(t.Context(), running)
		}
		if err != nil {
			t.Error(err)
		}
	}
}
