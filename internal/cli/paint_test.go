package cli

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOnlyTheWordsOfResultsHaveColours(t *testing.T) {
	var got bytes.Buffer
	p := painter{w: &got}
	for _, text := range []string{
		"ok    the API answers\n", "FAIL  a check\n      hint: do this\n", "warn  soon\n",
		"okay\n", "not ok    here\n", "  ok    in a form\n", "FAIL", "  in two writes\n", "half a line: ", "ok    no start\n", "",
	} {
		if n, err := p.Write([]byte(text)); n != len(text) || err != nil {
			t.Errorf("%q: %d, %v", text, n, err)
		}
	}
	want := "\x1b[32mok\x1b[0m    the API answers\n\x1b[1;31mFAIL\x1b[0m  a check\n\x1b[1m      hint:\x1b[0m do this\n\x1b[33mwarn\x1b[0m  soon\n" +
		"okay\nnot ok    here\n  ok    in a form\nFAIL  in two writes\nhalf a line: ok    no start\n"
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
