package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

func TestCopyWithoutLeavesOutTheTextAndNothingElse(t *testing.T) {
	for written, want := range map[string]string{
		"":                                "",
		"an error\n":                      "an error\n",
		raceOfJSII:                        "",
		"before" + raceOfJSII + "after":   "beforeafter",
		raceOfJSII + raceOfJSII:           "",
		"Runtime process exited abnormal": "Runtime process exited abnormal",
		"Runtime process exited abnormally: exit status 7": "Runtime process exited abnormally: exit status 7",
		"Runtime process Runtime process exited":           "Runtime process Runtime process exited",
	} {
		for how, source := range map[string]io.Reader{
			"at once":      strings.NewReader(written),
			"byte by byte": iotest.OneByteReader(strings.NewReader(written)),
		} {
			var got bytes.Buffer
			copyWithout(&got, source, raceOfJSII)
			if diff := cmp.Diff(want, got.String()); diff != "" {
				t.Errorf("%q, %s (-want +got):\n%s", written, how, diff)
			}
		}
	}
}

// runAndPanic is the environment variable that makes the test binary write to
// standard error and panic.
const runAndPanic = "RETOOLAPI_TEST_PANICS"

func TestOutputBeforeAPanicIsNotLost(t *testing.T) {
	cmd := exec.Command(self(t))
	cmd.Env = append(os.Environ(), runAndPanic+"=1")
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.HasPrefix(string(out), "the reason\npanic: the end") {
		t.Errorf("%v:\n%s", err, out)
	}
}
