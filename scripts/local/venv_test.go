package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"retoolapi/internal/projecttest"
)

// realPython returns the Python of MiniStack's environment in the user's cache
// folder.
func realPython(t *testing.T) string {
	t.Helper()
	cache, err := cacheDir()
	if err != nil {
		t.Fatal(err)
	}
	e := ministackEnvironment(cache)
	python, err := e.python(t.Context(), quiet)
	if err != nil {
		t.Fatal(err)
	}
	return python
}

func TestPipGetsOnlyThePersonsSettingsForDownloads(t *testing.T) {
	python := realPython(t)
	projecttest.Unsetenv(t, "PIP_")
	config := filepath.Join(t.TempDir(), "pip.conf")
	if err := os.WriteFile(config, []byte(`
[global]
index-url = https://global.example/simple
extra_index_url =
    https://one.example/simple
    https://two.example/simple
proxy = http://proxy.example:3128
cert = /etc/global.pem
client-cert = /etc/client.pem
trusted-host = one.example
retries = 1
use-feature = truststore
target = elsewhere
unheard-of = yes
[install]
cert = /etc/install.pem
no-cache-dir = yes
keyring-provider = subprocess
no-deps = yes
[download]
proxy = http://of.another.command
`), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"PIP_CONFIG_FILE": config,
		"PIP_PROXY":       "http://variable.example:3128",
		"PIP_NO_INDEX":    "0", "PIP_FIND_LINKS": "a b", "PIP_CACHE_DIR": "/cache", "PIP_DEFAULT_TIMEOUT": "100",
		"PIP_TARGET": "elsewhere", "PIP_USER": "1", "PIP_DRY_RUN": "1", "PIP_UNHEARD_OF": "1",
		"PYTHONPATH": "elsewhere", "PYTHONHOME": "elsewhere", "VIRTUAL_ENV": "elsewhere", "__PYVENV_LAUNCHER__": "elsewhere",
		"HTTPS_PROXY": "http://proxy.example:3128",
	} {
		t.Setenv(name, value)
	}
	environ, err := pipEnviron(t.Context(), python)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		if name == "HTTPS_PROXY" || hasPrefix(name, []string{"PIP_", "PYTHON", "VIRTUAL_ENV", "__PYVENV"}) {
			got[name] = value
		}
	}
	want := map[string]string{
		"PIP_CONFIG_FILE":      "/dev/null",
		"PIP_INDEX_URL":        "https://global.example/simple",
		"PIP_EXTRA_INDEX_URL":  "\nhttps://one.example/simple\nhttps://two.example/simple",
		"PIP_PROXY":            "http://variable.example:3128",
		"PIP_CERT":             "/etc/install.pem",
		"PIP_CLIENT_CERT":      "/etc/client.pem",
		"PIP_TRUSTED_HOST":     "one.example",
		"PIP_RETRIES":          "1",
		"PIP_USE_FEATURE":      "truststore",
		"PIP_NO_CACHE_DIR":     "yes",
		"PIP_KEYRING_PROVIDER": "subprocess",
		"PIP_NO_INDEX":         "0",
		"PIP_FIND_LINKS":       "a b",
		"PIP_CACHE_DIR":        "/cache",
		"PIP_DEFAULT_TIMEOUT":  "100",
		"HTTPS_PROXY":          "http://proxy.example:3128",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pip's settings (-want +got):\n%s", diff)
	}
}

func TestAnEnvironmentIsUsableOnlyAsItWasInstalled(t *testing.T) {
	python := realPython(t)
	e := environment{
		dir:          filepath.Join(t.TempDir(), "env"),
		requirements: []byte("tiny==1.0"),
		imports:      []string{"tiny"},
	}
	if _, err := runPython(t.Context(), pythonEnviron(), python, "-I", "-m", "venv", "--without-pip", e.dir); err != nil {
		t.Fatal(err)
	}
	matches, err := filepath.Glob(filepath.Join(e.dir, "lib/python*/site-packages"))
	if err != nil || len(matches) != 1 {
		t.Fatalf("site-packages are %v, %v", matches, err)
	}
	packages := matches[0]
	write := func(path, content string) { projecttest.WriteFile(t, path, content) }
	module, part := filepath.Join(packages, "tiny/__init__.py"), filepath.Join(packages, "tiny/part.py")
	base, err := os.Readlink(e.path())
	if err != nil {
		t.Fatal(err)
	}
	link := func(target string) {
		t.Helper()
		os.Remove(e.path())
		if err := os.Symlink(target, e.path()); err != nil {
			t.Fatal(err)
		}
	}
	write(module, "")
	write(part, "one = 1")
	fingerprint, err := e.fingerprint()
	if err != nil {
		t.Fatal(err)
	}
	write(e.fingerprintPath(), fingerprint)

	for _, test := range []struct {
		name           string
		damage, repair func()
	}{
		{"a deleted file", func() { os.Remove(part) }, func() { write(part, "one = 1") }},
		{"a truncated file", func() { write(part, "one") }, func() { write(part, "one = 1") }},
		{"an additional module", func() { write(filepath.Join(packages, "more.py"), "") }, func() { os.Remove(filepath.Join(packages, "more.py")) }},
		{"no fingerprint", func() { os.Remove(e.fingerprintPath()) }, func() { write(e.fingerprintPath(), fingerprint) }},
		{"an empty fingerprint", func() { write(e.fingerprintPath(), "") }, func() { write(e.fingerprintPath(), fingerprint) }},
		{"other requirements", func() { e.requirements = []byte("tiny==2.0") }, func() { e.requirements = []byte("tiny==1.0") }},
		{"no Python", func() { link("/not/there") }, func() { link(base) }},
		{"a module that cannot be imported", func() { e.imports = []string{"tiny", "absent"} }, func() { e.imports = []string{"tiny"} }},
	} {
		if !e.usable(t.Context()) {
			t.Fatalf("before %s, the environment is not usable", test.name)
		}
		test.damage()
		if e.usable(t.Context()) {
			t.Errorf("with %s, the environment is still usable", test.name)
		}
		test.repair()
	}
	// Python writes such files when it runs.
	write(filepath.Join(packages, "tiny/__pycache__/part.cpython-311.pyc"), "")
	if !e.usable(t.Context()) {
		t.Error("with a file that Python compiled, the environment is not usable")
	}
}

func TestTheChildrenOfAPythonEndWithIt(t *testing.T) {
	dir := t.TempDir()
	shim, pipe := filepath.Join(dir, "python3"), filepath.Join(dir, "pipe")
	projecttest.WriteScript(t, shim, "(sleep 60; echo survived) >"+pipe+" &\nwait")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error, 1)
	go func() {
		_, err := runPython(ctx, os.Environ(), shim)
		failed <- err
	}()
	started, err := os.Open(pipe) // returns when the child has opened it
	if err != nil {
		t.Fatal(err)
	}
	defer started.Close()
	cancel()
	output, err := io.ReadAll(started) // until the child has ended
	if err != nil || len(output) > 0 {
		t.Errorf("the child printed %q (%v)", output, err)
	}
	if err := <-failed; err == nil {
		t.Error("a Python that was killed did not fail")
	}
}
