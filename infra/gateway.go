package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2authorizers"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2integrations"
	"github.com/aws/jsii-runtime-go"

	"retoolapi/infra/stage"
	"retoolapi/lambda/operations"
)

// addGateway declares the HTTP API: one route per operation, each behind the
// authorizer. The gateway itself answers 404 to any other path.
func (s *Stack) addGateway() {
	s.api = awsapigatewayv2.NewHttpApi(s.cdk, jsii.String("Api"), &awsapigatewayv2.HttpApiProps{
		ApiName: jsii.String(stage.StackName(s.stage)),
		// The default, so that every route has them, however it is declared.
		DefaultAuthorizer: awsapigatewayv2authorizers.NewHttpJwtAuthorizer(
			jsii.String("Authorizer"), s.issuer(),
			&awsapigatewayv2authorizers.HttpJwtAuthorizerProps{
				JwtAudience: &[]*string{s.client.UserPoolClientId()},
			}),
		DefaultAuthorizationScopes: jsii.Strings(stage.AccessTokenScope),
		// The API's own default stage has neither throttle nor access log.
		CreateDefaultStage: jsii.Bool(false),
		// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-disable-default-endpoint.html
		DisableExecuteApiEndpoint: onlyIf(!s.settings.DefaultEndpoint),
	})
	s.addRoutes()
	s.addStage()
}

// issuer is the claim "iss" of the user pool's tokens. The pool's ProviderName is
// right in every partition. HttpUserPoolAuthorizer writes amazonaws.com in all of
// them.
func (s *Stack) issuer() *string {
	return jsii.String("https://" + *s.userPool.UserPoolProviderName())
}

func (s *Stack) addRoutes() {
	integration := awsapigatewayv2integrations.NewHttpLambdaIntegration(jsii.String("Integration"), s.function,
		&awsapigatewayv2integrations.HttpLambdaIntegrationProps{
			// One permission for all routes: a function's policy may have 20 KB,
			// which permissions for about fifty single routes would exceed.
			ScopePermissionToRoute: jsii.Bool(false),
		})
	for _, operation := range operations.All() {
		s.api.AddRoutes(&awsapigatewayv2.AddRoutesOptions{
			Path:        jsii.String(operation.Path),
			Methods:     &[]awsapigatewayv2.HttpMethod{awsapigatewayv2.HttpMethod(operation.Method)},
			Integration: integration,
		})
	}
}

func (s *Stack) addStage() {
	s.apiStage = awsapigatewayv2.NewHttpStage(s.cdk, jsii.String("Stage"), &awsapigatewayv2.HttpStageProps{
		HttpApi:    s.api,
		StageName:  jsii.String("$default"), // the base URL needs no stage in its path
		AutoDeploy: jsii.Bool(true),
		Throttle: &awsapigatewayv2.ThrottleSettings{
			RateLimit:  jsii.Number(s.settings.ThrottleRate),
			BurstLimit: jsii.Number(s.settings.ThrottleBurst),
		},
		AccessLogSettings: &accessLog{
			destination: awsapigatewayv2.NewLogGroupLogDestination(s.newLogGroup("AccessLogs", s.accessLogName())),
		},
	})
}

// accessLogName is under /aws/vendedlogs/. API Gateway adds every other group to a
// resource policy of the account, which may have 5,120 characters. In an account
// with many groups the policy is full, and the deployment fails.
//
// The name ends in the stack's unique id. A group that is left of an earlier stack
// of the same name has another id, so the names do not conflict.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-CWL.html
func (s *Stack) accessLogName() *string {
	const idOfStack = 2 // in arn:…:stack/NAME/ID
	id := awscdk.Fn_Select(jsii.Number(idOfStack), awscdk.Fn_Split(jsii.String("/"), s.cdk.StackId(), nil))
	return jsii.String("/aws/vendedlogs/" + stage.StackName(s.stage) + "/access-" + *id)
}

// accessLog implements awsapigatewayv2.IAccessLogSettings.
type accessLog struct {
	destination awsapigatewayv2.IAccessLogDestination
}

func (l *accessLog) Destination() awsapigatewayv2.IAccessLogDestination { return l.destination }

// Format is one JSON line per request. authorizerError is the reason of a 401,
// which the answer does not tell. integrationError is the reason of a 5xx. No
// header is logged, and so no token.
func (l *accessLog) Format() awsapigateway.AccessLogFormat {
	return awsapigateway.AccessLogFormat_Custom(jsii.String(`{` +
		`"requestId":"$context.requestId",` +
		`"time":"$context.requestTime",` +
		`"route":"$context.routeKey",` +
		`"status":"$context.status",` +
		`"user":"$context.authorizer.claims.username",` +
		`"ip":"$context.identity.sourceIp",` +
		`"authorizerError":"$context.authorizer.error",` +
		`"integrationError":"$context.integrationErrorMessage",` +
		`"responseLatency":"$context.responseLatency",` +
		`"integrationLatency":"$context.integrationLatency",` +
		`"responseLength":"$context.responseLength"}`))
}
