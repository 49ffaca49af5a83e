package main

import (
	"strings"
	"testing"

	"retoolapi/internal/projecttest"
)

// A secret in the wrong place is not repeated, whichever place that is.
func TestNoValueOfAFlagOrAnArgumentIsRepeated(t *testing.T) {
	program := program()
	if tried := projecttest.NoneIsRepeated(t, "local", program.Commands, program.Vars, nil, "s3cret of mine"+strings.Repeat("x", 5000)); tried < 60 {
		t.Errorf("only %d ways were tried", tried)
	}
}
