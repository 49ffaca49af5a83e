package main

import "testing"

// make exports what is on its command line to what it runs, and to nothing else.
func TestVariablesOfMakesCommandLineArePartOfACommand(t *testing.T) {
	t.Setenv("AWS_REGION", "eu-west-1")
	t.Setenv("AWS_PROFILE", "my team")
	for makeflags, want := range map[string]string{
		"":                                    "go run ./scripts/retool check --stage prod",
		"w":                                   "go run ./scripts/retool check --stage prod",
		` -- AWS_PROFILE=my\ team STAGE=prod`: "go run ./scripts/retool check --stage prod --profile 'my team'",
		` -- AWS_REGION=eu-west-1`:            "go run ./scripts/retool check --stage prod --region eu-west-1",
		` -- MY_AWS_REGION=eu-west-1`:         "go run ./scripts/retool check --stage prod",
	} {
		t.Setenv("MAKEFLAGS", makeflags)
		if got := (stackFlags{Stage: "prod"}).at().Retool("check"); got != want {
			t.Errorf("with MAKEFLAGS=%q it is %s, want %s", makeflags, got, want)
		}
	}
}

func TestThePageHasAnAddressThatATerminalOpens(t *testing.T) {
	if got, want := address("/a b/.retool/dev.html"), "file:///a%20b/.retool/dev.html"; got != want {
		t.Errorf("it is %s, want %s", got, want)
	}
}
