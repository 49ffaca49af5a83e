package deployed

import (
	"strings"
	"testing"
)

func TestAUserNameIsOneThatCognitoTakes(t *testing.T) {
	for _, name := range []string{"a", "ana.maria@example.com", "アナ", "e\u0301", "+1", `a"b\c`, "🙂", strings.Repeat("あ", 128)} {
		if err := CheckUserName(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	const takes = ", and Cognito takes letters, digits, symbols and punctuation"
	for name, want := range map[string]string{
		"":                       "is empty",
		"ana maria":              "has a space in it (character 4)" + takes,
		"アナ マリア":                 "has a space in it (character 3)" + takes,
		"a\tb":                   "has a tab in it (character 2)" + takes,
		"ana\n":                  "has a line break in it (character 4)" + takes,
		"a\u00a0b":               "has white space (U+00A0) in it (character 2)" + takes,
		"a\u3000b":               "has white space (U+3000) in it (character 2)" + takes,
		"\x1b[31m":               "has a control character (U+001B) in it (character 1)" + takes,
		"a\u200b":                "has an invisible character (U+200B) in it (character 2)" + takes,
		"a\u202eb":               "has an invisible character (U+202E) in it (character 2)" + takes,
		"\xff":                   "is not valid UTF-8",
		strings.Repeat("x", 129): "has 129 characters, and Cognito takes 128 at most",
	} {
		if err := CheckUserName(name); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", name, err, want)
		}
	}
}

func TestATextIsTypableIfRetoolSendsItAsItIs(t *testing.T) {
	for _, text := range []string{"", "ana", "a b", "{a}", "'", "日本語"} {
		if err := CheckTypable(text); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
	const not = " in it, which Retool would not put into the request as typed"
	for text, want := range map[string]string{
		`a"b`:    `has "` + not,
		`a\b`:    `has \` + not,
		"a{{b":   "has {{" + not,
		"a\tb":   "has a tab" + not,
		"a\nb":   "has a line break" + not,
		"a\x00b": "has a control character (U+0000)" + not,
	} {
		if err := CheckTypable(text); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestThePoolIgnoresCase(t *testing.T) {
	for _, names := range [][2]string{{"retool", "Retool"}, {"retool", "RETOOL"}, {"ana", "ana"}, {"élise", "ÉLISE"}} {
		if !SameUser(names[0], names[1]) {
			t.Errorf("%q and %q are two users", names[0], names[1])
		}
	}
	if SameUser("retool", "retool2") || SameUser("", "retool") {
		t.Error("two users are one")
	}
}

func TestARegionHasANameOfAWS(t *testing.T) {
	for _, name := range []string{"eu-west-1", "us-gov-east-1", "us-iso-east-1", "cn-north-1", "eusc-de-east-1", "ap-southeast-12"} {
		if !IsRegion(name) {
			t.Errorf("%q is none", name)
		}
	}
	for _, name := range []string{"", "eu", "eu-west", "EU-WEST-1", "eu-west-1 ", "eu-west-1\n", "eu-west-1.example.com", "s3cret", "eu-west-1/x"} {
		if IsRegion(name) {
			t.Errorf("%q is one", name)
		}
	}
}
