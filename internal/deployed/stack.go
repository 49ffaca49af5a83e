// Package deployed reads and changes a deployed stack from outside: its
// outputs, its app client and its users.
package deployed

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go/middleware"

	"retoolapi/infra/stage"
	"retoolapi/internal/command"
	"retoolapi/internal/form"
	"retoolapi/internal/httpclient"
	"retoolapi/internal/localcloud"
	"retoolapi/internal/visible"
)

// Stack is a deployed stack.
type Stack struct {
	form.Deployment
	Name       string
	Region     string
	UserPoolID string
	HTTP       *http.Client // reaches the API and the token endpoint

	at      command.Target // as the person named it, for the commands that errors advise
	cognito *cognitoidentityprovider.Client
}

// Open finds a deployed stack and reads its outputs and its app client.
//
// For a stage of the local cloud it never reads the environment, the profiles or
// the credentials of the person, so it cannot reach the real AWS. For other stages
// it uses the default credential chain of AWS, and refuses to reach anything else.
//
// Each of its errors says by the method Unreachable that there is no stack to
// work with. The errors of this package say by the method Hint, and not in their
// text, what a person can do.
func Open(ctx context.Context, at command.Target) (*Stack, error) {
	stack, err := open(ctx, at)
	if err != nil {
		return nil, unreachable{err}
	}
	return stack, nil
}

func open(ctx context.Context, at command.Target) (*Stack, error) {
	cfg, port, err := reach(ctx, at)
	if err != nil {
		return nil, err
	}
	name := stage.StackName(at.Stage)
	outputs, err := readOutputs(ctx, cfg, at)
	if err != nil {
		return nil, fmt.Errorf("stack %s: %w", name, explain(err, at, cfg.Region))
	}
	stack := &Stack{
		Deployment: form.Deployment{
			Stage:    at.Stage,
			BaseURL:  outputs[stage.OutputBaseURL],
			TokenURL: outputs[stage.OutputTokenURL],
			ClientID: outputs[stage.OutputClientID],
		},
		at:         at,
		Name:       name,
		Region:     outputs[stage.OutputRegion],
		UserPoolID: outputs[stage.OutputUserPoolID],
		HTTP:       httpclient.New(http.DefaultTransport, 40*time.Second), // the gateway gives up after 30 s
		cognito:    cognitoidentityprovider.NewFromConfig(cfg),
	}
	if stage.IsLocal(at.Stage) {
		if err := stack.useLocalURLs(port); err != nil {
			return nil, err
		}
	}
	if err := stack.readClient(ctx); err != nil {
		return nil, fmt.Errorf("app client %s of stack %s: %w", stack.ClientID, name, explain(err, at, cfg.Region))
	}
	return stack, nil
}

// reach returns the configuration for the cloud of the stage and, for a stage of the
// local cloud, its port.
func reach(ctx context.Context, at command.Target) (cfg aws.Config, port int, err error) {
	if err := stage.CheckEndpoints(at.Stage, os.Environ()); err != nil {
		return cfg, 0, err
	}
	if stage.IsLocal(at.Stage) {
		if port, err = locate(ctx, at); err != nil {
			return cfg, 0, err
		}
	}
	cfg, err = configuration(ctx, at, port)
	return cfg, port, err
}

// locate finds out the port of the local cloud. One that does not run in the
// folder is another folder's, and has to be named.
func locate(ctx context.Context, at command.Target) (int, error) {
	port, err := localcloud.Locate(ctx, at)
	if errors.Is(err, localcloud.ErrNotRunning) && at.Port != 0 {
		return at.Port, nil
	}
	return port, err
}

// configuration returns the AWS configuration with credentials that were found.
// port is that of the local cloud, for its stages.
func configuration(ctx context.Context, at command.Target, port int) (aws.Config, error) {
	if stage.IsLocal(at.Stage) {
		return localcloud.AWSConfig(port), nil
	}
	sender := newSender()
	options := []func(*config.LoadOptions) error{config.WithAPIOptions([]func(*middleware.Stack) error{sender.addTo})}
	if at.Region != "" {
		options = append(options, config.WithRegion(at.Region))
	}
	if at.Profile != "" {
		options = append(options, config.WithSharedConfigProfile(at.Profile))
	}
	cfg, err := config.LoadDefaultConfig(ctx, options...)
	if missing := new(config.SharedConfigProfileNotExistError); errors.As(err, missing) {
		// The SDK's text repeats the name, which may be a secret in the wrong place.
		err = errors.New("there is no such profile")
	}
	if err != nil {
		return cfg, fault("check ~/.aws/config and AWS_PROFILE", "read the AWS configuration: %w", err)
	}
	if err := checkProfile(cfg, at); err != nil {
		return cfg, err
	}
	sender.use(cfg.HTTPClient)
	if cfg.Region == "" {
		return cfg, fault("name it with --region or AWS_REGION, or in the profile", "no AWS region is set")
	}
	if !IsRegion(cfg.Region) {
		// Its name is part of the address to which the requests go.
		return cfg, misuse{fault("name one such as eu-west-1, with --region or AWS_REGION, or in the profile",
			"the AWS region of the environment or the profile is no region's name")}
	}
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
		return cfg, fault(fmt.Sprintf("sign in (%s, or %s), or name a profile (--profile, AWS_PROFILE)", at.AWS("sso login"), at.AWS("configure")),
			"no usable AWS credentials: %w", err)
	}
	return cfg, nil
}

// checkProfile refuses a profile that leads requests elsewhere: of all services, or
// of one.
func checkProfile(cfg aws.Config, at command.Target) error {
	for _, source := range cfg.ConfigSources {
		profile, ok := source.(config.SharedConfig)
		if !ok {
			continue
		}
		elsewhere := profile.BaseEndpoint != ""
		for _, service := range profile.Services.ServiceValues {
			elsewhere = elsewhere || service["endpoint_url"] != ""
		}
		if elsewhere {
			return stage.ElsewhereByProfile(at.Stage, "--profile, AWS_PROFILE")
		}
	}
	return nil
}

// useLocalURLs replaces the URLs of AWS with those of the local cloud.
func (s *Stack) useLocalURLs(port int) error {
	base, err := localcloud.BaseURL(s.BaseURL, port)
	if err != nil {
		return err
	}
	s.BaseURL, s.TokenURL = base, localcloud.Endpoint(port)+"/"
	s.HTTP, err = localcloud.APIClient(base)
	return err
}

// outputKeys are the outputs that a stack must have.
var outputKeys = []string{
	stage.OutputBaseURL, stage.OutputClientID, stage.OutputUserPoolID,
	stage.OutputRegion, stage.OutputTokenURL,
}

func readOutputs(ctx context.Context, cfg aws.Config, at command.Target) (map[string]string, error) {
	name := stage.StackName(at.Stage)
	answer, err := cloudformation.NewFromConfig(cfg).DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &name})
	if err != nil {
		return nil, err
	}
	if len(answer.Stacks) == 0 {
		return nil, fault(fmt.Sprintf("deploy it: %s", at.Deploy()), "does not exist")
	}
	outputs := map[string]string{}
	for _, output := range answer.Stacks[0].Outputs {
		outputs[aws.ToString(output.OutputKey)] = aws.ToString(output.OutputValue)
	}
	for _, key := range outputKeys {
		if outputs[key] == "" {
			return nil, fault(fmt.Sprintf("deploy it again: %s", at.Deploy()), "has no output %s, its status is %s", key, visible.Text(string(answer.Stacks[0].StackStatus)))
		}
		// No address and no id has a line break in it, which would begin a line
		// in what the commands print.
		if shown := visible.Text(outputs[key]); shown != outputs[key] {
			return nil, fault(fmt.Sprintf("deploy it again: %s", at.Deploy()), "has an output %s that cannot be right: %s", key, shown)
		}
	}
	return outputs, nil
}
