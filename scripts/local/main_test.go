package main

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
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

	"retoolapi/internal/cli"
	"retoolapi/internal/localcloud"
	"retoolapi/internal/projecttest"
)

// quiet is the console of what the tests run in their own process.
var quiet = cli.Console{Out: io.Discard, Err: io.Discard}

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"local": main})
}

// TestScripts runs the command against the real MiniStack, each script on its
// own port and in its own folder. The Python packages are those in the user's
// cache folder, where the first run installs them.
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
			env.Setenv("LOCAL_PORT", strconv.Itoa(projecttest.FreePort(t)))
			env.Setenv("OTHER_PORT", strconv.Itoa(projecttest.FreePort(t)))
			env.Setenv("VENV", filepath.Base(ministackEnvironment("").dir))
			env.Setenv("HOME", os.Getenv("HOME"))
			env.Setenv("XDG_CACHE_HOME", cache)
			env.Defer(func() { stopAll(t, env.WorkDir) })
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"call":           call,
			"exits":          exits,
			"fake-ministack": fakeMiniStack,
			"listen":         listen,
			"waitfor":        waitFor,
			"wheel":          wheel,
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

// waitFor waits until a file is there: waitfor FILE.
func waitFor(ts *testscript.TestScript, neg bool, args []string) {
	for range 1200 {
		if _, err := os.Stat(ts.MkAbs(args[0])); err == nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	ts.Fatalf("there is no %s after a minute", args[0])
}

// wheel creates a Python package with a module of the same name, and the file
// NAME.txt with its requirement: wheel NAME VERSION.
func wheel(ts *testscript.TestScript, neg bool, args []string) {
	name, version := args[0], args[1]
	info := fmt.Sprintf("%s-%s.dist-info/", name, version)
	var archive bytes.Buffer
	files := zip.NewWriter(&archive)
	for _, file := range []struct{ name, content string }{
		{name + "/__init__.py", fmt.Sprintf("version = %q\n", version)},
		{name + "/part.py", ""},
		{info + "METADATA", fmt.Sprintf("Metadata-Version: 2.1\nName: %s\nVersion: %s\n", name, version)},
		{info + "WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"},
		{info + "RECORD", fmt.Sprintf("%[1]s/__init__.py,,\n%[1]s/part.py,,\n%[2]sMETADATA,,\n%[2]sWHEEL,,\n%[2]sRECORD,,\n", name, info)},
	} {
		writer, err := files.Create(file.name)
		ts.Check(err)
		_, err = io.WriteString(writer, file.content)
		ts.Check(err)
	}
	ts.Check(files.Close())
	ts.Check(os.MkdirAll(ts.MkAbs("wheels"), 0o700))
	ts.Check(os.WriteFile(ts.MkAbs(fmt.Sprintf("wheels/%s-%s-py3-none-any.whl", name, version)), archive.Bytes(), 0o600))
	requirement := fmt.Sprintf("%s==%s --hash=sha256:%x\n", name, version, sha256.Sum256(archive.Bytes()))
	ts.Check(os.WriteFile(ts.MkAbs(name+".txt"), []byte(requirement), 0o600))
}

// fakeMiniStack creates an environment in the script's cache folder, with a
// Python file as MiniStack: fake-ministack FILE. The file can use the variable
// REAL, the folder of the real packages.
func fakeMiniStack(ts *testscript.TestScript, neg bool, args []string) {
	cache, err := os.UserCacheDir()
	ts.Check(err)
	real := ministackEnvironment(filepath.Join(cache, "retoolapi"))
	_, err = real.python(context.Background(), quiet)
	ts.Check(err)
	packages, err := filepath.Glob(filepath.Join(real.dir, "lib/python*/site-packages"))
	ts.Check(err)

	fake := ministackEnvironment(filepath.Join(ts.Getenv("XDG_CACHE_HOME"), "retoolapi"))
	ts.Check(os.RemoveAll(fake.dir))
	ts.Check(ts.Exec(real.path(), "-I", "-m", "venv", "--without-pip", fake.dir))
	module := filepath.Join(fake.dir, "lib", filepath.Base(filepath.Dir(packages[0])), "site-packages")
	for file, content := range map[string]string{
		"ministack/__init__.py":    "",
		"ministack/__main__.py":    fmt.Sprintf("REAL = %q\n", packages[0]) + ts.ReadFile(args[0]),
		"cryptography/__init__.py": "",
		"cryptography/fernet.py":   "",
	} {
		path := filepath.Join(module, file)
		ts.Check(os.MkdirAll(filepath.Dir(path), 0o700))
		ts.Check(os.WriteFile(path, []byte(content), 0o600))
	}
	fingerprint, err := fake.fingerprint()
	ts.Check(err)
	ts.Check(os.WriteFile(fake.fingerprintPath(), []byte(fingerprint), 0o600))
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

// TestRequirementsArePinned fails before pip would: pip refuses a requirement
// without a hash only at the next installation.
func TestRequirementsArePinned(t *testing.T) {
	if !bytes.Contains(requirements, []byte("\nministack==")) || !bytes.Contains(requirements, []byte("\ncryptography==")) {
		t.Error("requirements.txt has no ministack, or no cryptography, without which MiniStack refuses every token")
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

// stopAll stops the emulators of the folders in dir.
func stopAll(t *testing.T, dir string) {
	records, err := filepath.Glob(filepath.Join(dir, "*", localcloud.Record))
	if err != nil {
		t.Fatal(err)
	}
	for _, record := range records {
		c := cloud{dir: filepath.Dir(record), console: quiet}
		running, err := localcloud.Find(c.dir)
		if err == nil && running != nil {
			err = c.stop(t.Context(), running)
		}
		if err != nil {
			t.Error(err)
		}
	}
}

// exits runs a command, which must have an exit code: exits CODE COMMAND
// ARGUMENT…
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND ARGUMENT…")
	}
	code := "0"
	err := ts.Exec(args[1], args[2:]...)
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		code = strconv.Itoa(exit.ExitCode())
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if code != args[0] {
		ts.Fatalf("the exit code is %s, not %s", code, args[0])
	}
}
