// Command infra is the CDK app: it reads the stage and its settings, declares
// the stack and writes the CloudFormation template. The CDK CLI runs it, as
// cdk.json says:
//
//	npx cdk deploy                   the stage dev
//	npx cdk deploy -c stage=prod     another stage
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"retoolapi/infra/stage"
	"retoolapi/internal/command"
)

func main() {
	os.Exit(withJSII(func() int {
		if err := synth(awscdk.NewApp(nil)); err != nil {
			return explain(err)
		}
		return 0
	}))
}

// explain prints an error as the commands do, and returns the exit code.
func explain(err error) int {
	fmt.Fprintln(os.Stderr, err)
	if refusal, ok := errors.AsType[stage.Refusal](err); ok {
		fmt.Fprintln(os.Stderr, "  hint:", refusal.Remedy)
		return 2
	}
	return 1
}

// synth declares the stack of the stage that the context names and writes the
// cloud assembly.
func synth(app awscdk.App) error {
	name, settings, err := configuration(app)
	if err != nil {
		return err
	}
	if err := checkCloud(name, forStage(app)); err != nil {
		return err
	}
	if err := checkRegion(settings, os.Getenv("CDK_DEFAULT_ACCOUNT"), os.Getenv("CDK_DEFAULT_REGION")); err != nil {
		return fmt.Errorf("cdk.json: stages.%s.%w", name, err)
	}
	if _, err := NewStack(app, name, settings); err != nil {
		return err
	}
	app.Synth(nil)
	return nil
}

// localAccount is the account of the local cloud. None of AWS has it.
const localAccount = "000000000000"

// checkCloud returns an error if the stage would be deployed to the other cloud: one
// of the local cloud to AWS, where everybody could sign up, or one of AWS to an
// emulator. `cdk bootstrap` runs the app too, though it is for no stage, and may be for
// the local cloud.
//
// The account is that of the CLI's credentials. It is empty without credentials, with
// which nothing can be deployed. It also shows an emulator at the endpoint of a profile
// that is named on the CLI's command line, which the app does not see.
func checkCloud(name string, forStage bool) error {
	account := os.Getenv("CDK_DEFAULT_ACCOUNT")
	switch {
	case stage.IsLocal(name) && account != "" && account != localAccount:
		return stage.Refusal{
			Reason: fmt.Sprintf("the stage %s is on the local cloud, but the credentials are of the AWS account %s", name, account),
			Remedy: fmt.Sprintf("deploy it with %s, or choose another stage (-c stage=NAME)", command.Target{Stage: name}.Deploy()),
		}
	case stage.IsLocal(name) || !forStage:
		return nil
	}
	if err := stage.CheckEndpoints(name, os.Environ()); err != nil {
		return err
	}
	if profileHasEndpoint(os.Getenv) {
		return stage.ElsewhereByProfile(name, "AWS_PROFILE")
	}
	if account == localAccount {
		return stage.Refusal{
			Reason: fmt.Sprintf("the stage %s is on AWS, but the credentials are of the local cloud's account %s", name, account),
			Remedy: "take credentials of AWS" + stage.OrLocal,
		}
	}
	return nil
}

// forStage tells whether the CLI works on a stage: one is named, or the template is
// used. `cdk list`, `bootstrap` and `destroy` ask for no function, and so cannot be
// told apart.
func forStage(app awscdk.App) bool {
	stacks, listed := app.Node().TryGetContext(jsii.String(bundlingStacks)).([]any)
	return !listed || len(stacks) > 0 || app.Node().TryGetContext(jsii.String("stage")) != nil
}

// bundlingStacks is the key of the context in which the CLI names the stacks whose
// assets it needs.
const bundlingStacks = "aws:cdk:bundling-stacks"

// checkRegion returns an error if the stack would be deployed to a region in which
// its settings do not work. Without credentials, and so without an account, the CLI
// may name a region to which nothing will be deployed.
func checkRegion(settings stage.Settings, account, region string) error {
	if account == "" || region == "" {
		return nil
	}
	return settings.CheckRegion(region)
}

// configuration reads the context: `-c stage=NAME` and "stages" in cdk.json. A
// null in cdk.json means the default, because jsii leaves it out.
func configuration(app awscdk.App) (string, stage.Settings, error) {
	name := stage.Default
	if value := app.Node().TryGetContext(jsii.String("stage")); value != nil {
		text, ok := value.(string)
		if !ok {
			return "", stage.Settings{}, errors.New("the stage is no name: write -c stage=NAME")
		}
		name = text
	}
	settings, err := stage.Load(name, app.Node().TryGetContext(jsii.String("stages")))
	return name, settings, err
}
