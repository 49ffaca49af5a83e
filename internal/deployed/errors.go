package deployed

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"retoolapi/infra/stage"
	"retoolapi/internal/command"
	"retoolapi/internal/httpclient"
	"retoolapi/internal/visible"
)

// unreachable is an error of AWS or a stack that could not be reached. The
// commands have an exit code for it.
type unreachable struct{ error }

func (e unreachable) Unwrap() error { return e.error }
func (unreachable) Unreachable()    {}

// misuse is an error about what a person typed or set.
type misuse struct{ error }

func (e misuse) Unwrap() error { return e.error }
func (misuse) Misuse()         {}

// hinted is an error with what a person can do about it. The commands show that
// on its own line.
type hinted struct {
	error
	hint string
}

func (e hinted) Unwrap() error { return e.error }
func (e hinted) Hint() string  { return e.hint }

// fault returns an error with a hint: what a person can do about it.
func fault(hint, format string, args ...any) error {
	return hinted{fmt.Errorf(format, args...), hint}
}

var (
	// ErrNoUser says that there is no user of a name.
	ErrNoUser = errors.New("has no such user")
	// ErrUserExists says that there is a user of a name already.
	ErrUserExists = errors.New("the user exists already")
)

// failed adds to an error what was tried and what a person can do about it. It
// returns nil for nil.
func (s *Stack) failed(what string, err error) error {
	if err == nil {
		return nil
	}
	var missing *types.UserNotFoundException
	if errors.As(err, &missing) {
		return fault("check the name, and the stage (--stage)", "%s: stack %s %w", what, s.Name, ErrNoUser)
	}
	var policy *types.InvalidPasswordException
	if errors.As(err, &policy) {
		return fault("choose one of "+PasswordRule,
			"%s: the password is too weak (%s)", what, visible.Text(aws.ToString(policy.Message)))
	}
	return fmt.Errorf("%s: %w", what, explain(err, s.at, s.Region))
}

// explain says of an error of AWS what it means and what a person can do.
func explain(err error, at command.Target, region string) error {
	local := stage.IsLocal(at.Stage)
	var api smithy.APIError
	if !errors.As(err, &api) {
		return explainNetwork(err, at, region)
	}
	code, message := api.ErrorCode(), api.ErrorMessage()
	says := fmt.Errorf("%s: %s", visible.Text(code), visible.Text(message))
	switch {
	case code == "ValidationError" && strings.Contains(message, "does not exist"):
		if local {
			return fault(fmt.Sprintf("deploy it (%s)", at.Deploy()), "not on the local cloud")
		}
		return fault(fmt.Sprintf("deploy it (%s) or name its region (--region)", at.Deploy()), "not deployed in %s", region)
	case slices.Contains([]string{"ExpiredToken", "ExpiredTokenException", "RequestExpired"}, code):
		return unreachable{fault(fmt.Sprintf("sign in again (%s)", at.AWS("sso login")), "the AWS credentials have expired (%w)", says)}
	case slices.Contains([]string{"InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch", "InvalidSignatureException", "AuthFailure"}, code):
		return unreachable{fault("sign in again or name another profile (--profile)", "AWS does not know these credentials (%w)", says)}
	case strings.HasPrefix(code, "AccessDenied"):
		return unreachable{fault("use those that deployed the stack (--profile)", "these AWS credentials may not do this (%w)", says)}
	case slices.Contains([]string{"Throttling", "ThrottlingException", "TooManyRequestsException"}, code):
		return fault("wait a minute and try again", "AWS throttles the requests (%w)", says)
	case code == "ResourceNotFoundException":
		return fault(fmt.Sprintf("destroy the stack (%s) and deploy it again (%s)", at.Destroy(), at.Deploy()), "a part of the stack was deleted by hand (%w)", says)
	case code == "UnknownError": // the SDK's name for an answer that is not AWS's
		return unreachable{fault("check the network, its proxy and AWS_ENDPOINT_URL", "the answer is not from AWS (%w)", err)}
	}
	return hinted{says, "try again; if it fails again, look for the name of the error in AWS's documentation"}
}

func explainNetwork(err error, at command.Target, region string) error {
	var network net.Error
	if !errors.As(err, &network) {
		return err
	}
	var redirect *httpclient.RedirectError
	switch {
	case errors.As(err, &redirect):
		return unreachable{fault("check the network, its proxy and sign-in page, and the address", "something else answers in its place (%w)", network)}
	case stage.IsLocal(at.Stage):
		return unreachable{fault(fmt.Sprintf("start it (%s)", at.Make("local")), "the local cloud does not answer (%w)", network)}
	}
	return unreachable{fault("check the network and the region's name (--region)", "AWS cannot be reached in region %q (%w)", region, network)}
}
