// Package deployed reads and changes a deployed stack from outside: its
// outputs, its app client and its users.
package deployed

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go/middleware"

	"retoolapi/infra/stage"
	"retoolapi/internal/form"
	"retoolapi/internal/httpclient"
	"retoolapi/internal/localcloud"
)

// Location says which stack is meant.
type Location struct {
	Stage   string
	Region  string // empty: that of the AWS environment or profile
	Profile string // empty: that of the AWS environment

	// Of the local cloud, for stage.Local: its folder and its port,
	// which may be 0 if it runs.
	Dir  string
	Port localcloud.Port
}

// Stack is a deployed stack.
type Stack struct {
	form.Deployment
	Name       string
	Region     string
	UserPoolID string
	HTTP       *http.Client // reaches the API and the token endpoint

	at      Location
	cognito *cognitoidentityprovider.Client
}

// Open finds a deployed stack and reads its outputs and its app client.
//
// For the stage local it never looks at the environment, the profiles or the
// credentials of the person, so it cannot reach the real AWS. For other stages
// it uses the ordinary AWS credential chain.
//
// Each of its errors says by the method Unreachable that there is no stack to
// work with. The errors of this package say by the method Hint, and not in their
// text, what a person can do.
func Open(ctx context.Context, at Location) (*Stack, error) {
	stack, err := open(ctx, at)
	if err != nil {
		return nil, unreachable{err}
	}
	return stack, nil
}

func open(ctx context.Context, at Location) (*Stack, error) {
	if at.Stage == stage.Local {
		if err := at.locate(ctx); err != nil {
			return nil, err
		}
	}
	cfg, err := configuration(ctx, at)
	if err != nil {
		return nil, err
	}
	name := stage.StackName(at.Stage)
	outputs, err := readOutputs(ctx, cfg, name)
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
	if at.Stage == stage.Local {
		if err := stack.serveLocally(int(at.Port)); err != nil {
			return nil, err
		}
	}
	if err := stack.readClient(ctx); err != nil {
		return nil, fmt.Errorf("app client %s of stack %s: %w", stack.ClientID, name, explain(err, at, cfg.Region))
	}
	return stack, nil
}

// locate finds out the port of the local cloud. One that does not run in the
// folder is another folder's, and has to be named.
func (at *Location) locate(ctx context.Context) error {
	port, err := localcloud.Locate(ctx, at.Dir, at.Port)
	if errors.Is(err, localcloud.ErrNotRunning) && at.Port != 0 {
		return nil
	}
	at.Port = localcloud.Port(port)
	return err
}

// configuration returns the AWS configuration with credentials that were found.
func configuration(ctx context.Context, at Location) (aws.Config, error) {
	if at.Stage == stage.Local {
		return localcloud.AWSConfig(int(at.Port)), nil
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
	if err != nil {
		return cfg, fault("check ~/.aws/config and AWS_PROFILE", "read the AWS configuration: %w", err)
	}
	sender.use(cfg.HTTPClient)
	if cfg.Region == "" {
		return cfg, fault("name it with --region or AWS_REGION, or in the profile", "no AWS region is set")
	}
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
		return cfg, fault("sign in (aws sso login, aws configure) or name a profile (--profile, AWS_PROFILE)", "no usable AWS credentials: %w", err)
	}
	return cfg, nil
}

// serveLocally replaces the URLs of AWS by those of the local cloud.
func (s *Stack) serveLocally(port int) error {
	base, err := localcloud.BaseURL(s.BaseURL, port)
	if err != nil {
		return err
	}
	s.BaseURL, s.TokenURL = base, localcloud.Endpoint(port)+"/"
	s.HTTP = localcloud.HTTPClient()
	return nil
}

// outputKeys are the outputs that a stack must have.
var outputKeys = []string{
	stage.OutputBaseURL, stage.OutputClientID, stage.OutputUserPoolID,
	stage.OutputRegion, stage.OutputTokenURL,
}

func readOutputs(ctx context.Context, cfg aws.Config, name string) (map[string]string, error) {
	answer, err := cloudformation.NewFromConfig(cfg).DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &name})
	if err != nil {
		return nil, err
	}
	if len(answer.Stacks) == 0 {
		return nil, fault("deploy it", "does not exist")
	}
	outputs := map[string]string{}
	for _, output := range answer.Stacks[0].Outputs {
		outputs[aws.ToString(output.OutputKey)] = aws.ToString(output.OutputValue)
	}
	for _, key := range outputKeys {
		if outputs[key] == "" {
			return nil, fault("deploy it again", "has no output %s, its status is %s", key, answer.Stacks[0].StackStatus)
		}
	}
	return outputs, nil
}
