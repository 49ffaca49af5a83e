// Package deployed reads and changes a deployed stack from outside: its
// outputs, its app client and its users.
package deployed

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go"
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

// ErrUnreachable is what an error wraps if AWS or the stack could not be
// reached; every error of Open does.
var ErrUnreachable = errors.New("not reachable")

// Open finds a deployed stack and reads its outputs and its app client.
//
// For the stage local it never looks at the environment, the profiles or the
// credentials of the person, so it cannot reach the real AWS. For other stages
// it uses the ordinary AWS credential chain.
func Open(ctx context.Context, at Location) (*Stack, error) {
	stack, err := open(ctx, at)
	if err != nil {
		return nil, unreachable{err}
	}
	return stack, nil
}

// unreachable marks an error as ErrUnreachable without changing its text.
type unreachable struct{ error }

func (e unreachable) Unwrap() []error { return []error{e.error, ErrUnreachable} }

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
		return cfg, fmt.Errorf("read the AWS configuration: %w: check ~/.aws/config and AWS_PROFILE", err)
	}
	sender.use(cfg.HTTPClient)
	if cfg.Region == "" {
		return cfg, errors.New("no AWS region is set: name it with --region or AWS_REGION, or in the profile")
	}
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
		return cfg, fmt.Errorf("no usable AWS credentials: sign in (aws sso login, aws configure) or name a profile (--profile, AWS_PROFILE): %w", err)
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
		return nil, errors.New("does not exist")
	}
	outputs := map[string]string{}
	for _, output := range answer.Stacks[0].Outputs {
		outputs[aws.ToString(output.OutputKey)] = aws.ToString(output.OutputValue)
	}
	for _, key := range outputKeys {
		if outputs[key] == "" {
			return nil, fmt.Errorf("has no output %s, its status is %s: deploy it again", key, answer.Stacks[0].StackStatus)
		}
	}
	return outputs, nil
}

// explain adds to an error of AWS what a person can do about it.
func explain(err error, at Location, region string) error {
	local := at.Stage == stage.Local
	var api smithy.APIError
	if !errors.As(err, &api) {
		return explainNetwork(err, local, region)
	}
	code, message := api.ErrorCode(), api.ErrorMessage()
	switch {
	case code == "ValidationError" && strings.Contains(message, "does not exist"):
		if local {
			return errors.New("not on the local cloud: make local deploys it")
		}
		return fmt.Errorf("not deployed in %s: deploy it (npx cdk deploy -c stage=%s) or name the region (--region)", region, at.Stage)
	case slices.Contains([]string{"ExpiredToken", "ExpiredTokenException", "RequestExpired"}, code):
		return unreachable{fmt.Errorf("the AWS credentials have expired: sign in again (aws sso login) (%s: %s)", code, message)}
	case slices.Contains([]string{"InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch", "InvalidSignatureException", "AuthFailure"}, code):
		return unreachable{fmt.Errorf("AWS does not know these credentials: sign in again or name another profile (--profile) (%s: %s)", code, message)}
	case strings.HasPrefix(code, "AccessDenied"):
		return unreachable{fmt.Errorf("these AWS credentials may not do this: use those that deployed the stack (--profile) (%s: %s)", code, message)}
	case slices.Contains([]string{"Throttling", "ThrottlingException", "TooManyRequestsException"}, code):
		return fmt.Errorf("AWS takes no more requests just now: wait a minute and try again (%s: %s)", code, message)
	case code == "ResourceNotFoundException":
		return fmt.Errorf("a part of the stack was deleted by hand: destroy the stack and deploy it again (%s: %s)", code, message)
	}
	return fmt.Errorf("%s: %s", code, message)
}

func explainNetwork(err error, local bool, region string) error {
	var network net.Error
	if !errors.As(err, &network) {
		return err
	}
	var redirect *httpclient.RedirectError
	switch {
	case errors.As(err, &redirect):
		return unreachable{fmt.Errorf("something else answers in its place: check the network, its proxy and sign-in page, and the address (%w)", network)}
	case local:
		return unreachable{fmt.Errorf("the local cloud does not answer: make local starts it (%w)", network)}
	}
	return unreachable{fmt.Errorf("AWS cannot be reached in region %q: check the network and the region's name (--region) (%w)", region, network)}
}
