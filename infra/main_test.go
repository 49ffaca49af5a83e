package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"

	"retoolapi/infra/stage"
	"retoolapi/internal/projecttest"
)

// nodeOptions are those of the environment. withJSII adds to them for this process,
// and an app that a test starts must do that itself.
var nodeOptions = os.Getenv("NODE_OPTIONS")

// TestMain runs the tests or, for the CDK CLI that a test has started, the app.
func TestMain(m *testing.M) {
	if os.Getenv(runAsApp) != "" {
		main()
		return
	}
	if os.Getenv(runAndPanic) != "" {
		withJSII(func() int { fmt.Fprintln(os.Stderr, "the reason"); panic("the end") })
	}
	os.Exit(withJSII(m.Run))
}

func TestSynthRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		context object
		want    string
	}{
		"a stage that is not text": {object{"stage": 5},
			`the stage is no name: write -c stage=NAME`},
		"a stage that is not a name": {object{"stage": "a b"},
			`the stage is no name: it takes 1 to 100 letters, digits and hyphens, and does not start with a hyphen`},
		"an empty stage": {object{"stage": ""},
			`the stage is no name: it takes 1 to 100 letters, digits and hyphens, and does not start with a hyphen`},
		"stages that are not an object": {object{"stages": "prod"},
			`cdk.json: stages: "prod" is not an object: write {"dev": {…}}`},
		"an entry that is not an object": {object{"stages": object{"prod": true}},
			`cdk.json: stages.prod: true is not an object: write {} for the defaults`},
		"faults in the settings, one line for each": {
			object{"stages": object{"dev": object{"memoryMB": 64, "selfSignUp": "yes"}, "prod": object{"memory": 512}}},
			`cdk.json: stages.dev.memoryMB: 64 is not allowed: write a whole number from 128 to 10240 (MB)
cdk.json: stages.dev.selfSignUp: "yes" is not allowed: write true or false
cdk.json: stages.prod.memory: unknown setting (value 512): the settings are ` +
				`accessTokenMinutes, architecture, certificateArn, defaultEndpoint, domainName, logRetentionDays, memoryMB, refreshTokenDays, retain, selfSignUp, tags, throttleBurst, throttleRate`},
	} {
		t.Run(name, func(t *testing.T) {
			err := synth(newApp(t, test.context))
			if diff := cmp.Diff(test.want, fmt.Sprint(err)); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAStageIsNotDeployedToTheOtherCloud(t *testing.T) {
	withoutAWS(t)
	const aws, local = "111111111111", "000000000000"
	for _, c := range []struct{ stage, account, want string }{
		{"local", aws, "the stage local is on the local cloud, but the credentials are of the AWS account " + aws + "\ndeploy it with make local, or choose another stage (-c stage=NAME)"},
		{"local-blue", aws, "the stage local-blue is on the local cloud, but the credentials are of the AWS account " + aws + "\ndeploy it with make local STAGE=local-blue, or choose another stage (-c stage=NAME)"},
		{"local", local, ""},
		{"local-blue", local, ""},
		{"local", "", ""},
		{"dev", local, "the stage dev is on AWS, but the credentials are of the local cloud's account " + local + "\ntake credentials of AWS, or choose a stage of the local cloud (local or local-NAME)"},
		{"locale", local, "the stage locale is on AWS, but the credentials are of the local cloud's account " + local + "\ntake credentials of AWS, or choose a stage of the local cloud (local or local-NAME)"},
		{"dev", aws, ""},
		{"dev", "", ""},
	} {
		got := ""
		t.Setenv("CDK_DEFAULT_ACCOUNT", c.account)
		if err := checkCloud(c.stage, true); err != nil {
			got = err.Error() + "\n" + err.(stage.Refusal).Remedy
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("stage %s, account %q (-want +got):\n%s", c.stage, c.account, diff)
		}
	}
}

func TestAStageOnAWSIsNotDeployedToAnEndpoint(t *testing.T) {
	config := filepath.Join(t.TempDir(), "config")
	projecttest.WriteFile(t, config, "[default]\nendpoint_url = http://127.0.0.1:4566\n")
	for variable, test := range map[string]struct{ value, cause string }{
		"AWS_ENDPOINT_URL_S3": {"http://127.0.0.1:4566", "AWS_ENDPOINT_URL_S3"},
		"AWS_CONFIG_FILE":     {config, "the profile's endpoint_url"},
	} {
		t.Run(variable, func(t *testing.T) {
			withoutAWS(t)
			t.Setenv(variable, test.value)
			t.Setenv("CDK_DEFAULT_ACCOUNT", "111111111111")
			if err := checkCloud("dev", true); err == nil || !strings.HasSuffix(err.Error(), " in "+test.cause) {
				t.Errorf("stage dev: %v", err)
			}
			t.Setenv("CDK_DEFAULT_ACCOUNT", localAccount)
			if err := checkCloud("dev", false); err != nil {
				t.Errorf("cdk bootstrap of the local cloud: %v", err)
			}
			if err := checkCloud("local-blue", true); err != nil {
				t.Errorf("stage local-blue: %v", err)
			}
		})
	}
}

// withoutAWS hides a person's AWS configuration.
func withoutAWS(t *testing.T) {
	t.Helper()
	projecttest.Unsetenv(t, "AWS_")
	projecttest.Unsetenv(t, "CDK_")
	t.Setenv("AWS_CONFIG_FILE", os.DevNull)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", os.DevNull)
}

func TestANullMeansTheDefault(t *testing.T) {
	stages := object{"dev": object{"memoryMB": nil, "throttleRate": 7}, "prod": nil}
	_, got, err := configuration(newApp(t, object{"stages": stages}))
	if err != nil {
		t.Fatal(err)
	}
	want := stage.Defaults("dev")
	want.ThrottleRate = 7
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
}

func TestEveryStageOfCdkJSONHasATemplate(t *testing.T) {
	withoutAWS(t)
	stages := contextOfCdkJSON(t)["stages"].(object)
	if _, ok := stages[stage.Default]; !ok {
		t.Errorf("cdk.json lists the stages %v, without the default %s", stages, stage.Default)
	}
	for stage := range stages {
		if err := synth(newApp(t, object{"stage": stage, "stages": stages})); err != nil {
			t.Errorf("stage %s: %v", stage, err)
		}
	}
}

// JSON values as encoding/json decodes them.
type (
	object = map[string]any
	list   = []any
)

// newApp returns an app with the feature flags of cdk.json, which change the
// template, and with this context. As with `cdk list`, the function is not built:
// no test of the template depends on its hash.
func newApp(t *testing.T, context object) awscdk.App {
	t.Helper()
	all := contextOfCdkJSON(t)
	delete(all, "stages") // people may change their own stages without breaking a test
	maps.Copy(all, context)
	all[bundlingStacks] = list{}
	return awscdk.NewApp(&awscdk.AppProps{Context: &all, Outdir: jsii.String(t.TempDir())})
}

func contextOfCdkJSON(t *testing.T) object {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(projecttest.Root(t), "cdk.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Context object }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatalf("cdk.json: %v", err)
	}
	if len(file.Context) < 2 {
		t.Fatalf("cdk.json has no feature flags in its context: %v", file.Context)
	}
	return file.Context
}

// template is a CloudFormation template.
type template object

// templateOf returns the template of a stage: its defaults, changed by changes.
func templateOf(t *testing.T, name string, changes ...func(*stage.Settings)) template {
	t.Helper()
	settings := stage.Defaults(name)
	for _, change := range changes {
		change(&settings)
	}
	stack, err := NewStack(newApp(t, nil), name, settings)
	if err != nil {
		t.Fatal(err)
	}
	return template(*assertions.Template_FromStack(stack.cdk, nil).ToJSON())
}

// resources returns the resources of a type, by logical id, at least one.
func (tmpl template) resources(t *testing.T, resourceType string) map[string]object {
	t.Helper()
	found := map[string]object{}
	for id, resource := range tmpl["Resources"].(object) {
		if resource := resource.(object); resource["Type"] == resourceType {
			found[id] = resource
		}
	}
	if len(found) == 0 {
		t.Fatalf("the template has no %s", resourceType)
	}
	return found
}

// only returns the logical id and the properties of the one resource of a type.
func (tmpl template) only(t *testing.T, resourceType string) (id string, properties object) {
	t.Helper()
	found := tmpl.resources(t, resourceType)
	for id, resource := range found {
		properties = resource["Properties"].(object)
		if len(found) == 1 {
			return id, properties
		}
	}
	t.Fatalf("the template has %d resources %s, want 1", len(found), resourceType)
	return "", nil
}

// ref returns a reference to the one resource of a type.
func (tmpl template) ref(t *testing.T, resourceType string) object {
	t.Helper()
	id, _ := tmpl.only(t, resourceType)
	return object{"Ref": id}
}

// attribute returns a reference to an attribute of the one resource of a type.
func (tmpl template) attribute(t *testing.T, resourceType, name string) object {
	t.Helper()
	id, _ := tmpl.only(t, resourceType)
	return object{"Fn::GetAtt": list{id, name}}
}

// text returns the template in JSON, without the hash of the function's bytes.
func (tmpl template) text(t *testing.T) string {
	t.Helper()
	text, err := json.MarshalIndent(tmpl, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return assetHash.ReplaceAllString(string(text), "ASSET-HASH") + "\n"
}

var assetHash = regexp.MustCompile(`\b[0-9a-f]{64}\b`)

// leaves maps the path of each value in the template that is neither an object
// nor a list to that value in JSON: Resources.Stage.Properties.AutoDeploy to
// true. The logical ids are without the hash that the CDK appends.
func (tmpl template) leaves(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	var walk func(path []string, value any)
	walk = func(path []string, value any) {
		switch value := value.(type) {
		case object:
			for key, child := range value {
				walk(append(path, idSuffix.ReplaceAllString(key, "")), child)
			}
		case list:
			for i, child := range value {
				walk(append(path, fmt.Sprint(i)), child)
			}
		default:
			text, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			found[strings.Join(path, ".")] = string(text)
		}
	}
	walk(nil, object(tmpl))
	return found
}

var idSuffix = regexp.MustCompile(`(ApiScoped\w+)?[0-9A-F]{8}$`)

// changed maps the paths of the values that differ to "before -> after"; a
// value that is missing on one side is empty there.
func changed(t *testing.T, before, after template) map[string]string {
	t.Helper()
	x, y := before.leaves(t), after.leaves(t)
	differ := map[string]string{}
	for _, side := range []map[string]string{x, y} {
		for path := range side {
			if x[path] != y[path] {
				differ[path] = x[path] + " -> " + y[path]
			}
		}
	}
	return differ
}
