// Package stage holds what the CDK app and the commands must agree on: the stages
// and their settings, the name of the stack, the keys of its outputs. It does not
// import the CDK, so that a command that reads an output does not link it.
package stage

import (
	"errors"
	"regexp"
	"strings"
)

const (
	// Default is the stage of `cdk deploy` without `-c stage=NAME`.
	Default = "dev"
	// Local is the first stage of the local cloud.
	Local = "local"
)

// IsLocal tells whether a stage is on the local cloud, and so never on AWS: local
// and, for other stacks next to it, local-NAME. Its function is built for this
// machine, because the emulator runs it as a process. The Makefile has the same rule.
func IsLocal(stage string) bool {
	return stage == Local || strings.HasPrefix(stage, Local+"-")
}

// The keys of the stack's outputs. Do not rename them: people and scripts outside
// this repository read them.
const (
	OutputBaseURL    = "BaseUrl"    // of the API, without a trailing slash
	OutputClientID   = "ClientId"   // of the app client that Retool signs in with
	OutputUserPoolID = "UserPoolId" // of the pool that holds the users
	OutputRegion     = "Region"     // that the stack is deployed in
	OutputTokenURL   = "TokenUrl"   // where tokens are requested, with a trailing slash

	// Of a stage with a domain.
	OutputDomainTarget     = "DomainTarget"     // the name that the domain's DNS must point at
	OutputDomainTargetZone = "DomainTargetZone" // the target's hosted zone, for an alias record of Route 53
)

// AccessTokenScope is the scope that Cognito puts into every access token of
// a user-password sign-in and into no id token. A route that requires it refuses
// id tokens, which the gateway's check of the audience would accept.
const AccessTokenScope = "aws.cognito.signin.user.admin"

// stageName is what CloudFormation allows in a stack's name after "RetoolApi-". A
// stack's name may have 128 characters.
var stageName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,99}$`)

// NameRule says what a stage can be called.
const NameRule = "takes 1 to 100 letters, digits and hyphens, and does not start with a hyphen"

// Check returns an error if the name of a stage cannot be part of a stack's name.
// The error does not repeat the name, which may be a secret in the wrong place.
func Check(name string) error {
	if !stageName.MatchString(name) {
		return errors.New("the stage is no name: it " + NameRule)
	}
	return nil
}

// StackName returns the name of the stage's CloudFormation stack.
func StackName(stage string) string {
	if stage == Default {
		return Project
	}
	return Project + "-" + stage
}
