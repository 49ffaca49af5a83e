package main

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"retoolapi/lambda/operations"
)

// TestTheRoutesAreTheOperationsBehindTheAuthorizer compares every property of the
// routes. No route is missing, there is no other one, such as $default, ANY or
// {proxy+}, and each requires an access token.
func TestTheRoutesAreTheOperationsBehindTheAuthorizer(t *testing.T) {
	tmpl := templateOf(t, "dev")
	var want []object
	for _, operation := range operations.All() {
		want = append(want, object{
			"ApiId":               tmpl.ref(t, "AWS::ApiGatewayV2::Api"),
			"RouteKey":            operation.Method + " " + operation.Path,
			"AuthorizationType":   "JWT",
			"AuthorizerId":        tmpl.ref(t, "AWS::ApiGatewayV2::Authorizer"),
			"AuthorizationScopes": list{"aws.cognito.signin.user.admin"},
			"Target":              join("integrations/", tmpl.ref(t, "AWS::ApiGatewayV2::Integration")),
		})
	}
	var got []object
	for _, route := range tmpl.resources(t, "AWS::ApiGatewayV2::Route") {
		got = append(got, route["Properties"].(object))
	}
	byKey := func(x, y object) int { return strings.Compare(x["RouteKey"].(string), y["RouteKey"].(string)) }
	slices.SortFunc(want, byKey)
	slices.SortFunc(got, byKey)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("routes (-operations +template):\n%s", diff)
	}
}

func TestTheAuthorizerTakesTokensOfThePoolForTheClient(t *testing.T) {
	tmpl := templateOf(t, "dev")
	_, authorizer := tmpl.only(t, "AWS::ApiGatewayV2::Authorizer")
	want := object{
		"ApiId":          tmpl.ref(t, "AWS::ApiGatewayV2::Api"),
		"Name":           "Authorizer",
		"AuthorizerType": "JWT",
		"IdentitySource": list{"$request.header.Authorization"},
		"JwtConfiguration": object{
			"Audience": list{tmpl.ref(t, "AWS::Cognito::UserPoolClient")},
			"Issuer":   join("https://", tmpl.attribute(t, "AWS::Cognito::UserPool", "ProviderName")),
		},
	}
	if diff := cmp.Diff(want, authorizer); diff != "" {
		t.Errorf("authorizer (-want +got):\n%s", diff)
	}
}

func TestTheOneStageIsThrottledAndLogged(t *testing.T) {
	tmpl := templateOf(t, "dev")
	_, stage := tmpl.only(t, "AWS::ApiGatewayV2::Stage")
	format := accessLogFormat(t, tmpl)
	want := object{
		"ApiId":                tmpl.ref(t, "AWS::ApiGatewayV2::Api"),
		"StageName":            "$default",
		"AutoDeploy":           true,
		"DefaultRouteSettings": object{"ThrottlingRateLimit": 50.0, "ThrottlingBurstLimit": 100.0},
		"AccessLogSettings": object{
			"DestinationArn": object{"Fn::GetAtt": list{logGroup(t, tmpl, "AccessLogs"), "Arn"}},
			"Format":         format,
		},
		"Tags": object{"project": "RetoolApi", "stage": "dev"},
	}
	if diff := cmp.Diff(want, stage); diff != "" {
		t.Errorf("stage (-want +got):\n%s", diff)
	}
}

func TestTheAccessLogExplainsAnAnswerAndHoldsNoToken(t *testing.T) {
	format := accessLogFormat(t, templateOf(t, "dev"))
	var got map[string]string
	if err := json.Unmarshal([]byte(format), &got); err != nil {
		t.Fatalf("the access log is not JSON: %v\n%s", err, format)
	}
	want := map[string]string{
		"requestId":          "$context.requestId",
		"time":               "$context.requestTime",
		"route":              "$context.routeKey",
		"status":             "$context.status",
		"user":               "$context.authorizer.claims.username",
		"ip":                 "$context.identity.sourceIp",
		"authorizerError":    "$context.authorizer.error",
		"integrationError":   "$context.integrationErrorMessage",
		"responseLatency":    "$context.responseLatency",
		"integrationLatency": "$context.integrationLatency",
		"responseLength":     "$context.responseLength",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("access log (-want +got):\n%s", diff)
	}
	secret := regexp.MustCompile(`(?i)header|authorization|token|cookie`)
	if found := secret.FindString(format); found != "" {
		t.Errorf("the access log holds %q:\n%s", found, format)
	}
	if strings.Contains(format, "\n") {
		t.Errorf("the access log has more than one line per request:\n%s", format)
	}
}

// API Gateway adds groups outside /aws/vendedlogs/ to a resource policy of the
// account, which has a limited length.
func TestTheAccessLogNeedsNoRoomInAResourcePolicyAndHasAUniqueName(t *testing.T) {
	tmpl := templateOf(t, "prod")
	group := tmpl["Resources"].(object)[logGroup(t, tmpl, "AccessLogs")].(object)
	want := object{
		"LogGroupName": join("/aws/vendedlogs/RetoolApi-prod/access-",
			object{"Fn::Select": list{2.0, object{"Fn::Split": list{"/", object{"Ref": "AWS::StackId"}}}}}),
		"RetentionInDays": 30.0,
		"Tags": list{
			object{"Key": "project", "Value": "RetoolApi"},
			object{"Key": "stage", "Value": "prod"},
		},
	}
	if diff := cmp.Diff(want, group["Properties"]); diff != "" {
		t.Errorf("log group (-want +got):\n%s", diff)
	}
}

func accessLogFormat(t *testing.T, tmpl template) string {
	t.Helper()
	_, stage := tmpl.only(t, "AWS::ApiGatewayV2::Stage")
	return stage["AccessLogSettings"].(object)["Format"].(string)
}

// logGroup returns the logical id of the log group with this construct id.
func logGroup(t *testing.T, tmpl template, name string) string {
	t.Helper()
	groups := tmpl.resources(t, "AWS::Logs::LogGroup")
	for id := range groups {
		if idSuffix.ReplaceAllString(id, "") == name {
			return id
		}
	}
	t.Fatalf("no log group is called %s: %v", name, slices.Sorted(maps.Keys(groups)))
	return ""
}
