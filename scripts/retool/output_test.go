package main

import (
	"os"
	"testing"
)

// A link in /dev or /proc leads to a file that is open, which may be an ordinary
// one: the link itself would be replaced.
func TestAnOpenFileIsNoOutput(t *testing.T) {
	if _, err := os.Stat("/dev"); err != nil {
		t.Skip(err)
	}
	for _, name := range []string{"/dev/stdout", "/dev/fd/1", "/dev/a-file", "/dev/../dev/a-file", "/proc/self/fd/1"} {
		if err := checkOutput(name, ""); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}
