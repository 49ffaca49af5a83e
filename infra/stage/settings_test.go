package stage

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAStageWithoutAnEntryHasTheDefaults(t *testing.T) {
	defaults := Settings{
		SelfSignUp:         false,
		AccessTokenMinutes: 60,
		RefreshTokenDays:   365,
		ThrottleRate:       50,
		ThrottleBurst:      100,
		LogRetentionDays:   30,
		MemoryMB:           256,
		Architecture:       "arm64",
		DefaultEndpoint:    true,
	}
	local := defaults
	local.SelfSignUp = true

	for stage, want := range map[string]Settings{"dev": defaults, "qa": defaults, "local": local, "local-blue": local} {
		for _, stages := range []string{`null`, `{}`, `{"prod": {"memoryMB": 512}}`, `{"` + stage + `": {}}`} {
			if diff := cmp.Diff(want, load(t, stage, stages)); diff != "" {
				t.Errorf("settings of %s with the stages %s (-want +got):\n%s", stage, stages, diff)
			}
		}
	}
}

func TestAnEntryChangesItsOwnStageOnly(t *testing.T) {
	stages := `{"dev": {"memoryMB": 512, "selfSignUp": true}, "prod": {"memoryMB": 1024}, "local": {"selfSignUp": false}}`
	got := map[string]Settings{}
	for _, stage := range []string{"dev", "prod", "local", "qa"} {
		got[stage] = load(t, stage, stages)
	}
	dev, prod, local := Defaults("dev"), Defaults("prod"), Defaults("local")
	dev.MemoryMB, dev.SelfSignUp = 512, true
	prod.MemoryMB = 1024
	local.SelfSignUp = false
	want := map[string]Settings{"dev": dev, "prod": prod, "local": local, "qa": Defaults("qa")}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
}

// TestAllowedValues compares the rules of all settings, in the words of the errors.
// The other tests take the rules from the tables, and rely on this one.
func TestAllowedValues(t *testing.T) {
	got := map[string]string{}
	for key := range switches {
		got[key] = "true or false"
	}
	for key, rule := range numbers {
		got[key] = rule.String()
	}
	for key, rule := range texts {
		got[key] = rule.rule
	}
	want := map[string]string{
		"architecture":       `"arm64" or "x86_64"`,
		"certificateArn":     `the ARN of a certificate of AWS Certificate Manager: "arn:aws:acm:REGION:ACCOUNT:certificate/ID"`,
		"defaultEndpoint":    "true or false",
		"domainName":         `a domain name of your own in small letters, such as "api.example.com"`,
		"selfSignUp":         "true or false",
		"retain":             "true or false",
		"accessTokenMinutes": "a whole number from 5 to 1440 (minutes)",
		"refreshTokenDays":   "a whole number from 1 to 3650 (days)",
		"throttleRate":       "a whole number from 1 to 10000 (requests per second)",
		"throttleBurst":      "a whole number from 1 to 5000 (requests)",
		"logRetentionDays": "one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, " +
			"1827, 2192, 2557, 2922, 3288, 3653 (days)",
		"memoryMB": "a whole number from 128 to 10240 (MB)",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("settings and their values (-want +got):\n%s", diff)
	}
}

// TestAKeySetsTheFieldOfItsName goes through the fields of Settings, so that it
// finds a field without a key, or with the key of another field.
func TestAKeySetsTheFieldOfItsName(t *testing.T) {
	var named []string
	for field := range reflect.TypeFor[Settings]().Fields() {
		key := strings.ToLower(field.Name[:1]) + field.Name[1:]
		named = append(named, key)
		for _, value := range allowed(key) {
			want := Defaults("dev")
			reflect.ValueOf(&want).Elem().FieldByIndex(field.Index).Set(reflect.ValueOf(value))
			values := map[string]any{key: value}
			if needs[key] {
				// These settings are refused alone.
				values = map[string]any{"domainName": "api.example.com", "certificateArn": exampleCertificate, key: value}
				want.DomainName, want.CertificateArn = values["domainName"].(string), values["certificateArn"].(string)
			}
			if diff := cmp.Diff(want, load(t, "dev", `{"dev": `+show(values)+`}`)); diff != "" {
				t.Errorf("settings with %s = %v (-want +got):\n%s", key, value, diff)
			}
		}
	}
	slices.Sort(named)
	if diff := cmp.Diff(named, keys()); diff != "" {
		t.Errorf("keys (-fields of Settings +keys in cdk.json):\n%s", diff)
	}
}

// allowed returns allowed values of a setting, including the lowest and the highest.
func allowed(key string) []any {
	if key == keyTags {
		return []any{map[string]string{"team": "sales", "owner": "ana"}, map[string]string{}}
	}
	if values, ok := allowedTexts[key]; ok {
		return values
	}
	if _, ok := switches[key]; ok {
		return []any{true, false}
	}
	rule := numbers[key]
	if rule.oneOf == nil {
		return []any{rule.min, rule.min + 1, rule.max - 1, rule.max}
	}
	var values []any
	for _, n := range rule.oneOf {
		values = append(values, n)
	}
	return values
}

const exampleCertificate = "arn:aws:acm:eu-west-1:111111111111:certificate/12345678-1234-1234-1234-123456789012"

// needs are the settings of the domain, which are refused without the others.
var needs = map[string]bool{"domainName": true, "certificateArn": true, "defaultEndpoint": true}

var longest = strings.Repeat("a.", 124) + "aa.bc"

var allowedTexts = map[string][]any{
	"architecture": {"arm64", "x86_64"},
	"domainName": {"api.example.com", "example.com", "a.bc", "1.2.example.co.uk", "xn--bcher-kva.example", "a-b.c--d.xn--p1ai",
		"api.localhost", "notamazonaws.com", strings.Repeat("a", 63) + ".com", longest},
	"certificateArn": {exampleCertificate, "arn:aws-cn:acm:cn-north-1:111111111111:certificate/a",
		"arn:aws-us-gov:acm:us-gov-west-1:111111111111:certificate/mlm-a1B2", "arn:aws-eusc:acm:eusc-de-east-1:111111111111:certificate/a",
		"arn:aws-iso-b:acm:us-isob-east-1:111111111111:certificate/a"},
}

func TestATextTakesNothingOutsideItsRule(t *testing.T) {
	wrong := map[string][]any{
		"architecture": {"ARM64", "amd64", "x86-64", "arm64 ", "arm64\n", "arm64,x86_64"},
		"domainName": {"API.example.com", "https://api.example.com", "api.example.com/", "api.example.com:443", "api.example.com.", "*.example.com",
			"example", "localhost", "127.0.0.1", "::1", "api_1.example.com", "-a.example.com", "a-.example.com", "a..example.com", ".example.com",
			"bücher.example", " api.example.com", "api.example.com\n", "api.example.c", "a@example.com", "a" + longest, strings.Repeat("a", 64) + ".com",
			"abc.execute-api.eu-west-1.amazonaws.com", "abc.execute-api.cn-north-1.amazonaws.com.cn"},
		"certificateArn": {"12345678-1234-1234-1234-123456789012", exampleCertificate + "\n", " " + exampleCertificate, exampleCertificate + "/x",
			"arn:aws:acm:eu-west-1:111111111111:certificate/", "arn:aws:acm::111111111111:certificate/a", "arn:aws:acm:eu-west-1:1111:certificate/a",
			"arn:aws:acm-pca:eu-west-1:111111111111:certificate-authority/a", "arn:aws:iam::111111111111:server-certificate/a",
			"arn:aws:acm:REGION:ACCOUNT:certificate/ID"},
	}
	for key, rule := range texts {
		for _, value := range append(wrong[key], "", 0, true, nil, []any{"arm64"}, map[string]any{}) {
			// The others of the pair, which would be missing.
			values := map[string]any{"domainName": "api.example.com", "certificateArn": exampleCertificate, key: value}
			refuses(t, `{"dev": `+show(values)+`}`,
				fmt.Sprintf("cdk.json: stages.dev.%s: %s is not allowed: write %s", key, show(value), rule.rule))
		}
	}
}

func TestASwitchTakesNothingButTrueAndFalse(t *testing.T) {
	for key := range switches {
		for _, value := range []any{"true", 0, 1, nil, []any{true}, map[string]any{}} {
			refuses(t, entry(key, value),
				fmt.Sprintf("cdk.json: stages.dev.%s: %s is not allowed: write true or false", key, show(value)))
		}
	}
}

func TestANumberTakesNothingOutsideItsRule(t *testing.T) {
	for key, rule := range numbers {
		for _, value := range append(outside(rule), "60", "", true, nil, []any{60}, map[string]any{}, 60.5, 1e300, -1e300) {
			refuses(t, entry(key, value),
				fmt.Sprintf("cdk.json: stages.dev.%s: %s is not allowed: write %s", key, show(value), rule))
		}
	}
}

// outside returns the numbers next to those that a rule allows.
func outside(rule number) []any {
	if rule.oneOf == nil {
		return []any{rule.min - 1, float64(rule.min) - 0.001, float64(rule.max) + 0.001, rule.max + 1}
	}
	var values []any
	for _, n := range rule.oneOf {
		for _, next := range []int{n - 1, n + 1} {
			if !slices.Contains(rule.oneOf, next) {
				values = append(values, next)
			}
		}
	}
	return values
}

func TestLoadRefuses(t *testing.T) {
	for name, test := range map[string]struct{ stages, want string }{
		"an unknown key": {`{"dev": {"memory": 512}}`,
			"cdk.json: stages.dev.memory: unknown setting (value 512): the settings are " +
				"accessTokenMinutes, architecture, certificateArn, defaultEndpoint, domainName, logRetentionDays, memoryMB, refreshTokenDays, retain, selfSignUp, tags, throttleBurst, throttleRate"},
		"a key in another case": {`{"dev": {"memoryMb": 512}}`,
			"cdk.json: stages.dev.memoryMb: unknown setting (value 512): the settings are " +
				"accessTokenMinutes, architecture, certificateArn, defaultEndpoint, domainName, logRetentionDays, memoryMB, refreshTokenDays, retain, selfSignUp, tags, throttleBurst, throttleRate"},
		"a number as text": {`{"dev": {"accessTokenMinutes": "60"}}`,
			`cdk.json: stages.dev.accessTokenMinutes: "60" is not allowed: write a whole number from 5 to 1440 (minutes)`},
		"an entry that is not an object": {`{"dev": ["memoryMB", 512]}`,
			`cdk.json: stages.dev: ["memoryMB",512] is not an object: write {} for the defaults`},
		"an entry that is null": {`{"dev": null}`,
			"cdk.json: stages.dev: null is not an object: write {} for the defaults"},
		"stages that are a list": {`["dev"]`,
			`cdk.json: stages: ["dev"] is not an object: write {"dev": {…}}`},
		"stages that are text": {`"dev"`,
			`cdk.json: stages: "dev" is not an object: write {"dev": {…}}`},
		"an entry whose name is not allowed": {`{"a b": {}}`,
			`cdk.json: stages: stage "a b" is no name: it takes 1 to 100 letters, digits and hyphens, and does not start with a hyphen`},
		"a fault in another stage": {`{"dev": {}, "prod": {"memoryMB": 64}}`,
			"cdk.json: stages.prod.memoryMB: 64 is not allowed: write a whole number from 128 to 10240 (MB)"},
		"several faults, one line for each": {
			`{"dev": {"throttleRate": 0, "throttleBurst": 5001, "selfSignUp": "yes", "memoryMB": 512}, "qa": 1, "prod": {"refreshTokenDays": 1.5}, "-": []}`,
			`cdk.json: stages: stage "-" is no name: it takes 1 to 100 letters, digits and hyphens, and does not start with a hyphen
cdk.json: stages.-: [] is not an object: write {} for the defaults
cdk.json: stages.dev.selfSignUp: "yes" is not allowed: write true or false
cdk.json: stages.dev.throttleBurst: 5001 is not allowed: write a whole number from 1 to 5000 (requests)
cdk.json: stages.dev.throttleRate: 0 is not allowed: write a whole number from 1 to 10000 (requests per second)
cdk.json: stages.prod.refreshTokenDays: 1.5 is not allowed: write a whole number from 1 to 3650 (days)
cdk.json: stages.qa: 1 is not an object: write {} for the defaults`},
	} {
		t.Run(name, func(t *testing.T) { refuses(t, test.stages, test.want) })
	}
}

func TestLoadRefusesAStageWhoseNameIsNotAllowed(t *testing.T) {
	want := `the stage is no name: it takes 1 to 100 letters, digits and hyphens, and does not start with a hyphen
cdk.json: stages.prod.memoryMB: 64 is not allowed: write a whole number from 128 to 10240 (MB)`
	_, err := Load("a b", decoded(t, `{"prod": {"memoryMB": 64}}`))
	if diff := cmp.Diff(want, fmt.Sprint(err)); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
}

// load returns the settings of a stage; stages is the JSON text in cdk.json.
func load(t *testing.T, stage, stages string) Settings {
	t.Helper()
	settings, err := Load(stage, decoded(t, stages))
	if err != nil {
		t.Fatalf("Load(%q, %s): %v", stage, stages, err)
	}
	return settings
}

// refuses checks that Load returns this error, and no settings, for the stage dev.
func refuses(t *testing.T, stages, want string) {
	t.Helper()
	settings, err := Load("dev", decoded(t, stages))
	if diff := cmp.Diff(want, fmt.Sprint(err)); diff != "" {
		t.Errorf("error of the stages %s (-want +got):\n%s", stages, diff)
	}
	if diff := cmp.Diff(Settings{}, settings); diff != "" {
		t.Errorf("settings with an error (-want +got):\n%s", diff)
	}
}

// entry returns the stages in which the stage dev sets one key.
func entry(key string, value any) string {
	return fmt.Sprintf(`{"dev": {%q: %s}}`, key, show(value))
}

func decoded(t *testing.T, text string) any {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return value
}

func TestReadTakesTheSettingsOfAFileAsTheCDKDoes(t *testing.T) {
	want := Defaults("prod")
	want.Retain = true
	for _, text := range []string{
		`{"app": "x", "context": {"@aws-cdk/core:x": true, "stages": {"prod": {"retain": true}}}}`,
		`{"context": {"stages": {"prod": {"retain": true, "memoryMB": null, "tags": null}, "dev": null}}}`,
	} {
		got, err := Read("prod", []byte(text))
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", text, err, diff)
		}
	}
	for _, text := range []string{`{}`, `{"context": {}}`, `{"context": {"stages": null}}`} {
		got, err := Read("prod", []byte(text))
		if diff := cmp.Diff(Defaults("prod"), got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", text, err, diff)
		}
	}
	for _, text := range []string{``, `[]`, `{"context": []}`, `{"context": {"stages": {"prod": {"retain": 1}}}}`} {
		if _, err := Read("prod", []byte(text)); err == nil || !strings.HasPrefix(err.Error(), "cdk.json: ") {
			t.Errorf("%s: error %v", text, err)
		}
	}
}

// make lint checks the template of this file, so that every optional part is in it.
func TestTheLintedStageHasEveryOption(t *testing.T) {
	data, err := os.ReadFile("../lint/every-option.json")
	if err != nil {
		t.Fatal(err)
	}
	var stages map[string]any
	if err := json.Unmarshal(data, &stages); err != nil {
		t.Fatal(err)
	}
	const name = "every-option"
	got, err := Load(name, stages)
	if err != nil {
		t.Fatal(err)
	}
	usual := Defaults(name)
	for key, field := range switches {
		if *field(&got) == *field(&usual) {
			t.Errorf("%s is as by default", key)
		}
	}
	for key, text := range texts {
		if *text.field(&got) == *text.field(&usual) {
			t.Errorf("%s is as by default", key)
		}
	}
	if len(got.Tags) == 0 {
		t.Error("it has no tags")
	}
}
