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
)

func main() {
	os.Exit(withJSII(func() int {
		if err := synth(awscdk.NewApp(nil)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return 0
	}))
}

// synth declares the stack of the stage that the context names and writes the
// cloud assembly.
func synth(app awscdk.App) error {
	name, settings, err := configuration(app)
	if err != nil {
		return err
	}
	if err := checkAccount(name, os.Getenv("CDK_DEFAULT_ACCOUNT")); err != nil {
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

// localAccount is the account of the local cloud.
const localAccount = "000000000000"

// checkAccount returns an error if the stage local would be deployed to AWS: its
// function is built for this machine, and everybody may sign up. account is the
// account of the CLI's credentials. It is empty without credentials, with which
// nothing can be deployed.
func checkAccount(name, account string) error {
	if name != stage.Local || account == "" || account == localAccount {
		return nil
	}
	return fmt.Errorf("stage local is for the local cloud, but the credentials belong to the AWS account %s: run make local, or choose another stage (-c stage=NAME)", account)
}

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
