package projecttest

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Update says that the tests write the files with what they expect, instead of
// comparing with them: go test ./infra -update.
var Update = flag.Bool("update", false, "write the files with what the tests expect")

// Golden compares a text with the file testdata/NAME.
func Golden(t testing.TB, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *Update {
		WriteFile(t, file, got)
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: write it with -update", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got; if the change is intended, write the file with -update):\n%s", file, diff)
	}
}
