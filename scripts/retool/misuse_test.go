package main

import (
	"strings"
	"testing"

	"retoolapi/internal/projecttest"
)

// A secret in the wrong place is not repeated, whichever place that is.
func TestNoValueOfAFlagOrAnArgumentIsRepeated(t *testing.T) {
	f := newFake(t)
	program := program()
	const secret = "s3cret/of mine"
	for name, test := range map[string]struct {
		secret string
		but    []string
	}{
		"a short one": {secret, []string{"dir"}}, // which it can be the name of
		"a token":     {secret + strings.Repeat("x", 5000), nil},
	} {
		t.Run(name, func(t *testing.T) {
			if tried := projecttest.NoneIsRepeated(t, "retool", program.Commands, program.Vars, f.environment, test.secret, test.but...); tried < 120 {
				t.Errorf("only %d ways were tried", tried)
			}
		})
	}
}
