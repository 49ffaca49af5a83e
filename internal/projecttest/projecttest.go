// Package projecttest holds what the tests of several packages share. Only test
// files import it.
package projecttest

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Root returns the folder of the project.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd() // the folder of the package that is tested
	if err != nil {
		t.Fatal(err)
	}
	for !exists(filepath.Join(dir, "go.mod")) {
		if dir == filepath.Dir(dir) {
			t.Fatal("no folder above the test has a go.mod")
		}
		dir = filepath.Dir(dir)
	}
	return dir
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// WriteFile writes a file, and creates its folder if there is none.
func WriteFile(t testing.TB, path, content string) {
	t.Helper()
	if err := write(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// WriteScript writes a shell script that can be run.
func WriteScript(t testing.TB, path, commands string) {
	t.Helper()
	if err := write(path, []byte("#!/bin/sh\n"+commands+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
}

func write(path string, content []byte, mode os.FileMode) error {
	return errors.Join(
		os.MkdirAll(filepath.Dir(path), 0o755),
		os.WriteFile(path, content, mode),
		os.Chmod(path, mode)) // because WriteFile applies the umask
}

// personal are the prefixes of the variables with which a person, or the make that
// runs the tests, configures the commands.
var personal = []string{"AWS_", "CDK_", "LOCAL_", "STAGE=", "MAKE", "MFLAGS="}

// Environ returns the environment without the personal variables, and with the
// given ones.
func Environ(added ...string) []string {
	return append(without(os.Environ(), personal), added...)
}

// without returns the entries that begin with none of the prefixes.
func without(environ, prefixes []string) []string {
	return slices.DeleteFunc(environ, func(entry string) bool {
		return slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(entry, prefix) })
	})
}

// Unsetenv removes the variables whose names begin with a prefix until the end
// of the test.
func Unsetenv(t testing.TB, prefix string) {
	t.Helper()
	for _, entry := range os.Environ() {
		if name, _, _ := strings.Cut(entry, "="); strings.HasPrefix(name, prefix) {
			t.Setenv(name, "") // restores it after the test
			os.Unsetenv(name)
		}
	}
}
