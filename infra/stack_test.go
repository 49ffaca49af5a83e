package main

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/google/go-cmp/cmp"

	"retoolapi/infra/stage"
	"retoolapi/internal/projecttest"
)

// TestTemplateOfDev compares the complete template, so that no change of it is
// overlooked. After an intended change: go test ./infra -update
func TestTemplateOfDev(t *testing.T) {
	projecttest.Golden(t, "dev.template.json", templateOf(t, "dev").text(t))
}

func TestAStackIsNamedAfterItsStage(t *testing.T) {
	want := map[string]string{
		"Description": `"An API for Retool: Cognito sign-in, HTTP API, Go Lambda (stage dev)" -> ` +
			`"An API for Retool: Cognito sign-in, HTTP API, Go Lambda (stage prod)"`,
		"Resources.Api.Properties.Name":                             `"RetoolApi" -> "RetoolApi-prod"`,
		"Resources.AccessLogs.Properties.LogGroupName.Fn::Join.1.0": `"/aws/vendedlogs/RetoolApi/access-" -> "/aws/vendedlogs/RetoolApi-prod/access-"`,
	}
	maps.Copy(want, otherTags(t, "dev", "prod"))
	if diff := cmp.Diff(want, changed(t, templateOf(t, "dev"), templateOf(t, "prod"))); diff != "" {
		t.Errorf("prod with the settings of dev (-want +got):\n%s", diff)
	}
}

func TestLocalIsTheSameStackExceptForTheMachineAndSelfSignUp(t *testing.T) {
	want := map[string]string{
		"Description": `"An API for Retool: Cognito sign-in, HTTP API, Go Lambda (stage dev)" -> ` +
			`"An API for Retool: Cognito sign-in, HTTP API, Go Lambda (stage local)"`,
		"Resources.Api.Properties.Name":                                                `"RetoolApi" -> "RetoolApi-local"`,
		"Resources.AccessLogs.Properties.LogGroupName.Fn::Join.1.0":                    `"/aws/vendedlogs/RetoolApi/access-" -> "/aws/vendedlogs/RetoolApi-local/access-"`,
		"Resources.UserPool.Properties.AdminCreateUserConfig.AllowAdminCreateUserOnly": "true -> false",
	}
	maps.Copy(want, otherTags(t, "dev", "local"))
	if thisMachine() != "arm64" {
		want["Resources.Function.Properties.Architectures.0"] = `"arm64" -> ` + strconv.Quote(thisMachine())
	}
	if diff := cmp.Diff(want, changed(t, templateOf(t, "dev"), templateOf(t, "local"))); diff != "" {
		t.Errorf("local against dev (-want +got):\n%s", diff)
	}
}

// Two stages of the local cloud share no name, so that they can live side by side.
func TestTwoStagesOfTheLocalCloudDifferInTheirNamesOnly(t *testing.T) {
	want := map[string]string{
		"Description": `"An API for Retool: Cognito sign-in, HTTP API, Go Lambda (stage local)" -> ` +
			`"An API for Retool: Cognito sign-in, HTTP API, Go Lambda (stage local-blue)"`,
		"Resources.Api.Properties.Name":                             `"RetoolApi-local" -> "RetoolApi-local-blue"`,
		"Resources.AccessLogs.Properties.LogGroupName.Fn::Join.1.0": `"/aws/vendedlogs/RetoolApi-local/access-" -> "/aws/vendedlogs/RetoolApi-local-blue/access-"`,
	}
	maps.Copy(want, otherTags(t, "local", "local-blue"))
	if diff := cmp.Diff(want, changed(t, templateOf(t, "local"), templateOf(t, "local-blue"))); diff != "" {
		t.Errorf("local-blue against local (-want +got):\n%s", diff)
	}
}

func TestOutputs(t *testing.T) {
	tmpl := templateOf(t, "dev")
	got := object{}
	for key, output := range tmpl["Outputs"].(object) {
		output := output.(object)
		delete(output, "Description")
		got[key] = output
	}
	region := object{"Ref": "AWS::Region"}
	want := object{
		// https://API.execute-api.REGION.amazonaws.com, without a trailing slash.
		"BaseUrl":    object{"Value": tmpl.attribute(t, "AWS::ApiGatewayV2::Api", "ApiEndpoint")},
		"ClientId":   object{"Value": tmpl.ref(t, "AWS::Cognito::UserPoolClient")},
		"UserPoolId": object{"Value": tmpl.ref(t, "AWS::Cognito::UserPool")},
		"Region":     object{"Value": region},
		"TokenUrl":   object{"Value": join("https://cognito-idp.", region, ".", object{"Ref": "AWS::URLSuffix"}, "/")},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("outputs (-want +got):\n%s", diff)
	}
}

func TestDestroyLeavesNothing(t *testing.T) {
	tmpl := templateOf(t, "dev")
	policies := map[string]string{}
	for path, value := range tmpl.leaves(t) {
		if strings.HasSuffix(path, "Policy") && strings.Count(path, ".") == 2 {
			policies[strings.TrimPrefix(path, "Resources.")] = value
		}
		if strings.Contains(path, "DeletionProtection") {
			t.Errorf("%s is %s: the stack cannot be deleted", path, value)
		}
	}
	for _, id := range []string{"UserPool", "FunctionLogs", "AccessLogs"} {
		for _, policy := range []string{id + ".DeletionPolicy", id + ".UpdateReplacePolicy"} {
			if policies[policy] == "" {
				t.Errorf("%s is missing", policy)
			}
		}
	}
	for policy, value := range policies {
		if value != `"Delete"` {
			t.Errorf("%s is %s", policy, value)
		}
	}
}

// TestTheStageProdRetainsItsData reads cdk.json as it is in the repository.
func TestTheStageProdRetainsItsData(t *testing.T) {
	for name, want := range map[string]bool{"prod": true, "dev": false} {
		settings, err := stage.Load(name, contextOfCdkJSON(t)["stages"])
		if err != nil || settings.Retain != want {
			t.Errorf("stage %s: retain is %v, %v, want %v", name, settings.Retain, err, want)
		}
	}
}

func TestTheTemplateBelongsToNoAccountNoRegionAndNoPartition(t *testing.T) {
	// A service principal ends in amazonaws.com in every partition.
	literal := regexp.MustCompile(`\b\d{12}\b|\b[a-z]{2}(-[a-z]+)+-\d\b|\barn:aws\b|amazonaws\.(com/|com\.cn|eu)|[^a-z"][a-z-]*\.amazonaws\.com`)
	for _, known := range []string{`"123456789012"`, `"eu-west-1"`, `"arn:aws:x:us-gov-east-1:y"`, `".amazonaws.com/"`, `"https://cognito-idp.amazonaws.com"`, `"amazonaws.com.cn"`} {
		if !literal.MatchString(known) {
			t.Fatalf("%s is not recognized", known)
		}
	}
	for path, value := range templateOf(t, "dev").leaves(t) {
		if found := literal.FindString(value); found != "" {
			t.Errorf("%s names %s", path, found)
		}
	}

	stack, err := NewStack(newApp(t, nil), "dev", stage.Defaults("dev"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := *stack.cdk.Environment(), "aws://unknown-account/unknown-region"; got != want {
		t.Errorf("the stack belongs to %s, want %s", got, want)
	}
}

// settingsTests say for each setting what a value other than the default
// changes in the template.
var settingsTests = map[string]struct {
	value   any
	changes map[string]string
	// What else the setting needs: before the change, or with it.
	before, with []func(*stage.Settings)
}{
	"SelfSignUp": {value: true, changes: map[string]string{
		"Resources.UserPool.Properties.AdminCreateUserConfig.AllowAdminCreateUserOnly": "true -> false",
	}},
	"AccessTokenMinutes": {value: 5, changes: map[string]string{
		"Resources.UserPoolClient.Properties.AccessTokenValidity": "60 -> 5",
		"Resources.UserPoolClient.Properties.IdTokenValidity":     "60 -> 5",
	}},
	"RefreshTokenDays": {value: 30, changes: map[string]string{
		"Resources.UserPoolClient.Properties.RefreshTokenValidity": "525600 -> 43200", // minutes
	}},
	"ThrottleRate": {value: 7, changes: map[string]string{
		"Resources.Stage.Properties.DefaultRouteSettings.ThrottlingRateLimit": "50 -> 7",
	}},
	"ThrottleBurst": {value: 7, changes: map[string]string{
		"Resources.Stage.Properties.DefaultRouteSettings.ThrottlingBurstLimit": "100 -> 7",
	}},
	"LogRetentionDays": {value: 545, changes: map[string]string{
		"Resources.FunctionLogs.Properties.RetentionInDays": "30 -> 545",
		"Resources.AccessLogs.Properties.RetentionInDays":   "30 -> 545",
	}},
	"Retain": {value: true, changes: map[string]string{
		"Resources.UserPool.DeletionPolicy":                `"Delete" -> "RetainExceptOnCreate"`,
		"Resources.UserPool.UpdateReplacePolicy":           `"Delete" -> "Retain"`,
		"Resources.UserPool.Properties.DeletionProtection": ` -> "ACTIVE"`,
	}},
	"Tags": {value: map[string]string{"team": "sales"}, changes: map[string]string{
		"Resources.AccessLogs.Properties.Tags.2.Key":      ` -> "team"`,
		"Resources.AccessLogs.Properties.Tags.2.Value":    ` -> "sales"`,
		"Resources.Api.Properties.Tags.team":              ` -> "sales"`,
		"Resources.Function.Properties.Tags.2.Key":        ` -> "team"`,
		"Resources.Function.Properties.Tags.2.Value":      ` -> "sales"`,
		"Resources.FunctionLogs.Properties.Tags.2.Key":    ` -> "team"`,
		"Resources.FunctionLogs.Properties.Tags.2.Value":  ` -> "sales"`,
		"Resources.FunctionRole.Properties.Tags.2.Key":    ` -> "team"`,
		"Resources.FunctionRole.Properties.Tags.2.Value":  ` -> "sales"`,
		"Resources.Stage.Properties.Tags.team":            ` -> "sales"`,
		"Resources.UserPool.Properties.UserPoolTags.team": ` -> "sales"`,
	}},
	"Architecture": {value: "x86_64", changes: map[string]string{
		"Resources.Function.Properties.Architectures.0": `"arm64" -> "x86_64"`,
	}},
	"DomainName": {value: exampleDomain, with: []func(*stage.Settings){set("CertificateArn", exampleCertificate)}, changes: map[string]string{
		"Outputs.BaseUrl.Value":                                                 ` -> "https://api.example.com"`,
		"Outputs.BaseUrl.Value.Fn::GetAtt.0":                                    `"ApiF70053CD" -> `,
		"Outputs.BaseUrl.Value.Fn::GetAtt.1":                                    `"ApiEndpoint" -> `,
		"Outputs.DomainTarget.Description":                                      ` -> "DNS: what the domain must point at"`,
		"Outputs.DomainTarget.Value.Fn::GetAtt.0":                               ` -> "Domain66AC69E0"`,
		"Outputs.DomainTarget.Value.Fn::GetAtt.1":                               ` -> "RegionalDomainName"`,
		"Outputs.DomainTargetZone.Description":                                  ` -> "DNS: the hosted zone of the target, for an alias record of Route 53"`,
		"Outputs.DomainTargetZone.Value.Fn::GetAtt.0":                           ` -> "Domain66AC69E0"`,
		"Outputs.DomainTargetZone.Value.Fn::GetAtt.1":                           ` -> "RegionalHostedZoneId"`,
		"Resources.Domain.Type":                                                 ` -> "AWS::ApiGatewayV2::DomainName"`,
		"Resources.Domain.Properties.DomainName":                                ` -> "api.example.com"`,
		"Resources.Domain.Properties.DomainNameConfigurations.0.CertificateArn": " -> " + strconv.Quote(exampleCertificate),
		"Resources.Domain.Properties.DomainNameConfigurations.0.EndpointType":   ` -> "REGIONAL"`,
		"Resources.Domain.Properties.DomainNameConfigurations.0.SecurityPolicy": ` -> "TLS_1_2"`,
		"Resources.Domain.Properties.Tags.project":                              ` -> "RetoolApi"`,
		"Resources.Domain.Properties.Tags.stage":                                ` -> "dev"`,
		"Resources.DomainMapping.Type":                                          ` -> "AWS::ApiGatewayV2::ApiMapping"`,
		"Resources.DomainMapping.DependsOn.0":                                   ` -> "Stage0E8C2AF5"`,
		"Resources.DomainMapping.Properties.ApiId.Ref":                          ` -> "ApiF70053CD"`,
		"Resources.DomainMapping.Properties.DomainName.Ref":                     ` -> "Domain66AC69E0"`,
		"Resources.DomainMapping.Properties.Stage":                              ` -> "$default"`,
	}},
	"CertificateArn": {value: exampleCertificate + "-2", before: withDomain, changes: map[string]string{
		"Resources.Domain.Properties.DomainNameConfigurations.0.CertificateArn": strconv.Quote(exampleCertificate) + " -> " + strconv.Quote(exampleCertificate+"-2"),
	}},
	"DefaultEndpoint": {value: false, before: withDomain, changes: map[string]string{
		"Resources.Api.Properties.DisableExecuteApiEndpoint": " -> true",
	}},
	"MemoryMB": {value: 1769, changes: map[string]string{
		"Resources.Function.Properties.MemorySize": "256 -> 1769",
	}},
}

func TestASettingChangesItsPropertiesAndNothingElse(t *testing.T) {
	for field := range reflect.TypeFor[stage.Settings]().Fields() {
		test, ok := settingsTests[field.Name]
		if !ok {
			t.Errorf("settingsTests does not say what %s changes", field.Name)
			continue
		}
		before := templateOf(t, "dev", test.before...)
		after := templateOf(t, "dev", slices.Concat(test.before, test.with, []func(*stage.Settings){set(field.Name, test.value)})...)
		if diff := cmp.Diff(test.changes, changed(t, before, after)); diff != "" {
			t.Errorf("changes of %s = %v (-want +got):\n%s", field.Name, test.value, diff)
		}
	}
}

// taggable names, by type, the property with the tags of a resource. It is empty if
// the type carries none. These are the tagProperty of the type's schema.
var taggable = map[string]string{
	"AWS::ApiGatewayV2::Api":         "Tags",
	"AWS::ApiGatewayV2::ApiMapping":  "",
	"AWS::ApiGatewayV2::Authorizer":  "",
	"AWS::ApiGatewayV2::DomainName":  "Tags",
	"AWS::ApiGatewayV2::Integration": "",
	"AWS::ApiGatewayV2::Route":       "",
	"AWS::ApiGatewayV2::Stage":       "Tags",
	"AWS::Cognito::UserPool":         "UserPoolTags",
	"AWS::Cognito::UserPoolClient":   "",
	"AWS::DynamoDB::Table":           "Tags",
	"AWS::IAM::Policy":               "",
	"AWS::IAM::Role":                 "Tags",
	"AWS::Lambda::Function":          "Tags",
	"AWS::Lambda::Permission":        "",
	"AWS::Logs::LogGroup":            "Tags",
}

func TestTheStackAndEverythingThatCanCarryTagsHasThem(t *testing.T) {
	settings := stage.Defaults("prod")
	settings.DomainName, settings.CertificateArn = exampleDomain, exampleCertificate
	settings.Tags = map[string]string{"team": "sales", "Owner": "ana"}
	stack, err := NewStack(newApp(t, nil), "prod", settings)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"Owner": "ana", "project": "RetoolApi", "stage": "prod", "team": "sales"}
	if diff := cmp.Diff(pointers(want), stack.cdk.Tags().TagValues()); diff != "" {
		t.Errorf("tags of the stack (-want +got):\n%s", diff)
	}
	for id, resource := range (*assertions.Template_FromStack(stack.cdk, nil).ToJSON())["Resources"].(object) {
		kind := resource.(object)["Type"].(string)
		property, ok := taggable[kind]
		if !ok {
			t.Errorf("taggable does not list %s", kind)
		}
		if property == "" {
			continue
		}
		if diff := cmp.Diff(want, tagsOf(resource.(object)["Properties"].(object)[property])); diff != "" {
			t.Errorf("tags of %s, %s (-want +got):\n%s", id, kind, diff)
		}
	}
}

// tagsOf returns the tags of a resource, which are an object or a list of objects.
func tagsOf(property any) map[string]string {
	tags := map[string]string{}
	switch property := property.(type) {
	case object:
		for name, value := range property {
			tags[name] = value.(string)
		}
	case list:
		for _, tag := range property {
			tags[tag.(object)["Key"].(string)] = tag.(object)["Value"].(string)
		}
	}
	return tags
}

// otherTags returns the changes of the tag stage, from one stage to another.
func otherTags(t *testing.T, old, other string) map[string]string {
	t.Helper()
	changes := map[string]string{}
	for path, value := range templateOf(t, old).leaves(t) {
		if value == strconv.Quote(old) && strings.Contains(path, "Tags.") {
			changes[path] = value + " -> " + strconv.Quote(other)
		}
	}
	return changes
}

// fixed lists, by type, the properties that cannot change in place: CloudFormation
// would replace the resource, or fail. They are the createOnlyProperties of the
// type's schema in the CloudFormation registry, and for the user pool also those
// that Cognito's API reference calls fixed.
var fixed = map[string][]string{
	"AWS::ApiGatewayV2::Api":         {"ProtocolType"},
	"AWS::ApiGatewayV2::ApiMapping":  {"DomainName"},
	"AWS::ApiGatewayV2::Authorizer":  {"ApiId"},
	"AWS::ApiGatewayV2::DomainName":  {"DomainName"},
	"AWS::ApiGatewayV2::Integration": {"ApiId"},
	"AWS::ApiGatewayV2::Route":       {"ApiId"},
	"AWS::ApiGatewayV2::Stage":       {"ApiId", "StageName"},
	"AWS::Cognito::UserPool":         {"AliasAttributes", "Schema", "UsernameAttributes", "UsernameConfiguration"},
	"AWS::Cognito::UserPoolClient":   {"GenerateSecret", "UserPoolId"},
	"AWS::DynamoDB::Table":           {"ImportSourceSpecification", "KeySchema", "TableName"},
	"AWS::IAM::Policy":               {},
	"AWS::IAM::Role":                 {"Path", "RoleName"},
	"AWS::Lambda::Function":          {"DurableConfig", "FunctionName", "PackageType", "TenancyConfig"},
	"AWS::Lambda::Permission": {"Action", "EventSourceToken", "FunctionName", "FunctionUrlAuthType",
		"InvokedViaFunctionUrl", "Principal", "PrincipalOrgID", "SourceAccount", "SourceArn"},
	"AWS::Logs::LogGroup": {"LogGroupName"},
}

// TestNoSettingReplacesAResource changes each setting in turn, and then all. What was
// there before is still there, with the same fixed properties. A setting may add
// resources.
func TestNoSettingReplacesAResource(t *testing.T) {
	type changes = []func(*stage.Settings)
	replacesNothing := func(name string, before, after changes) {
		t.Helper()
		x, y := templateOf(t, "dev", before...), templateOf(t, "dev", slices.Concat(before, after)...)
		if len(changed(t, x, y)) == 0 {
			t.Errorf("%s: nothing was changed", name)
		}
		was, is := fixedProperties(t, x), fixedProperties(t, y)
		for id := range was {
			if diff := cmp.Diff(was[id], is[id]); diff != "" {
				t.Errorf("%s: fixed properties of %s (-before +after):\n%s", name, id, diff)
			}
		}
	}
	var all changes
	for name, test := range settingsTests {
		change := append(slices.Clone(test.with), set(name, test.value))
		replacesNothing(name, test.before, change)
		all = slices.Concat(all, test.before, change)
	}
	replacesNothing("all settings", nil, all)
}

// The old domain does not lead to the API any more. The mapping goes with it, because
// its fixed property refers to the domain. Everything else stays.
func TestAnotherDomainNameReplacesTheDomainAndItsMappingOnly(t *testing.T) {
	before := fixedProperties(t, templateOf(t, "dev", withDomain...))
	after := fixedProperties(t, templateOf(t, "dev", append(withDomain, set("DomainName", "api2.example.com"))...))
	var replaced []string
	for id := range before {
		if !cmp.Equal(before[id], after[id]) {
			replaced = append(replaced, before[id]["Type"].(string))
		}
	}
	if diff := cmp.Diff([]string{"AWS::ApiGatewayV2::DomainName"}, replaced); diff != "" {
		t.Errorf("replaced (-want +got):\n%s", diff)
	}
}

// TestTheListsAreThoseOfTheSchemas compares fixed and taggable with CloudFormation's
// schemas, which cfn-lint has. The schema of the user pool has no create-only
// properties, so the list above counts for it.
func TestTheListsAreThoseOfTheSchemas(t *testing.T) {
	python := filepath.Join(projecttest.Root(t), ".local", "tools", "bin", "python")
	if _, err := os.Stat(python); err != nil {
		t.Skip("cfn-lint is not installed: make tools")
	}
	types := slices.Sorted(maps.Keys(fixed))
	output, err := exec.Command(python, append([]string{"-I", "-c", `
import json, sys
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER as schemas

def lists(name):
    schema = schemas.get_resource_schema("us-east-1", name).schema
    paths = (schema.get("createOnlyProperties") or []) + (schema.get("conditionalCreateOnlyProperties") or [])
    tagging = schema.get("tagging") or {}
    return {
        "fixed": sorted({path.split("/")[2] for path in paths}),
        "taggable": tagging.get("tagProperty", "/properties/Tags").split("/")[2] if tagging.get("taggable") else "",
    }

print(json.dumps({name: lists(name) for name in sys.argv[1:]}))
`}, types...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	var schemas map[string]struct {
		Fixed    []string
		Taggable string
	}
	if err := json.Unmarshal(output, &schemas); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	for _, name := range types {
		if name != "AWS::Cognito::UserPool" && !slices.Equal(schemas[name].Fixed, slices.Sorted(slices.Values(fixed[name]))) {
			t.Errorf("fixed has %v for %s, the schema has %v", fixed[name], name, schemas[name].Fixed)
		}
		if schemas[name].Taggable != taggable[name] {
			t.Errorf("taggable has %q for %s, the schema has %q", taggable[name], name, schemas[name].Taggable)
		}
	}
}

// fixedProperties returns, by logical id, the type of every resource and its fixed
// properties.
func fixedProperties(t *testing.T, tmpl template) map[string]object {
	t.Helper()
	found := map[string]object{}
	for id, resource := range tmpl["Resources"].(object) {
		resource := resource.(object)
		resourceType := resource["Type"].(string)
		names, ok := fixed[resourceType]
		if !ok {
			t.Errorf("fixed does not list the properties of %s", resourceType)
		}
		properties := object{"Type": resourceType}
		for name, value := range resource["Properties"].(object) {
			if slices.Contains(names, name) {
				properties[name] = value
			}
		}
		found[id] = properties
	}
	return found
}

// set returns the change of one field of the settings.
func set(name string, value any) func(*stage.Settings) {
	return func(s *stage.Settings) {
		reflect.ValueOf(s).Elem().FieldByName(name).Set(reflect.ValueOf(value))
	}
}

// join returns what the CDK writes for a text that contains references.
func join(parts ...any) object { return object{"Fn::Join": list{"", parts}} }
