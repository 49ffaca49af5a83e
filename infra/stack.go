package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"retoolapi/infra/stage"
)

// Stack is everything that a stage deploys. It names no account and no region:
// the credentials of the deployment decide.
type Stack struct {
	cdk      awscdk.Stack // not embedded: jsii would treat a struct that embeds a construct as a new construct
	stage    string
	settings stage.Settings

	userPool awscognito.UserPool
	client   awscognito.UserPoolClient
	function awslambda.Function
	api      awsapigatewayv2.HttpApi
	apiStage awsapigatewayv2.HttpStage
}

// NewStack declares the stack of a stage. It builds the function, so it fails
// if that does not compile.
func NewStack(scope constructs.Construct, name string, settings stage.Settings) (*Stack, error) {
	stackName := stage.StackName(name)
	tags := stage.AllTags(name, settings)
	s := &Stack{
		cdk: awscdk.NewStack(scope, &stackName, &awscdk.StackProps{
			Description: jsii.String("An API for Retool: Cognito sign-in, HTTP API, Go Lambda (stage " + name + ")"),
			Tags:        pointers(tags),
		}),
		stage:    name,
		settings: settings,
	}
	s.addIdentity()
	if err := s.addFunction(); err != nil {
		return nil, err
	}
	s.addStorage()
	s.addGateway()
	s.addOutputs()
	s.addDomain()
	s.addTags(tags)
	return s, nil
}

// addTags gives the tags to every resource that can carry them. The stack has them by
// its properties.
func (s *Stack) addTags(tags map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(tags)) {
		awscdk.Tags_Of(s.cdk).Add(&name, jsii.String(tags[name]), nil)
	}
}

// pointers returns a map as the CDK takes it.
func pointers(texts map[string]string) *map[string]*string {
	all := map[string]*string{}
	for key, text := range texts {
		all[key] = &text
	}
	return &all
}

// addOutputs declares what `cdk deploy` prints and what the commands read.
func (s *Stack) addOutputs() {
	s.output(stage.OutputBaseURL, s.baseURL(), "Retool: Base URL")
	s.output(stage.OutputClientID, s.client.UserPoolClientId(), "Retool: ClientId in the body of the token request")
	s.output(stage.OutputUserPoolID, s.userPool.UserPoolId(), "The pool that holds the users")
	s.output(stage.OutputRegion, s.cdk.Region(), "The region of the stack")
	s.output(stage.OutputTokenURL, s.tokenURL(), "Retool: URL of the token request")
}

// tokenURL is Cognito's address in the stack's region. Its domain is the
// partition's: amazonaws.com, in China amazonaws.com.cn.
func (s *Stack) tokenURL() *string {
	return jsii.String(fmt.Sprintf("https://cognito-idp.%s.%s/", *s.cdk.Region(), *s.cdk.UrlSuffix()))
}

func (s *Stack) output(key string, value *string, description string) {
	awscdk.NewCfnOutput(s.cdk, &key, &awscdk.CfnOutputProps{Value: value, Description: &description})
}

// removalPolicy is that of what holds data. A stage that retains it keeps it when
// the stack is deleted, and when it leaves the template. Nothing is kept of a first
// deployment that fails: CloudFormation's name for this is RetainExceptOnCreate.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
func (s *Stack) removalPolicy() awscdk.RemovalPolicy {
	if s.settings.Retain {
		return awscdk.RemovalPolicy_RETAIN_ON_UPDATE_OR_DELETE
	}
	return awscdk.RemovalPolicy_DESTROY
}

// onlyIf is true, or else nil, which leaves a property out of the template, and so
// off.
func onlyIf(on bool) *bool {
	if on {
		return jsii.Bool(true)
	}
	return nil
}

// newLogGroup declares a log group that is deleted with the stack. A group that a
// service creates itself would stay after the stack and keep its logs forever.
// If name is nil, CloudFormation chooses one.
func (s *Stack) newLogGroup(id string, name *string) awslogs.LogGroup {
	group := awslogs.NewLogGroup(s.cdk, &id, &awslogs.LogGroupProps{
		LogGroupName:  name,
		RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
	})
	// The CloudFormation resource takes the number of days. The construct takes
	// values of an enumeration.
	resource := group.Node().DefaultChild().(awslogs.CfnLogGroup)
	resource.SetRetentionInDays(jsii.Number(s.settings.LogRetentionDays))
	exempt(group, map[string]string{"CKV_AWS_158": "The logs hold no secret, and CloudWatch Logs encrypts them with a key of AWS."})
	return group
}
