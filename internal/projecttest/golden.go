package projecttest

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Update says that the tests write their expectations anew, and do not compare
// with them: go test ./infra -update.
var Update = flag.Bool("update", false, "write the expectations of the tests anew")

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
		t.Errorf("%s (-want +got; if it is meant, write it anew with -update):\n%s", file, diff)
	}
}
