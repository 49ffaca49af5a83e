package deployed

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"retoolapi/infra/stage"
	"retoolapi/internal/command"
	"retoolapi/internal/httpclient"
	"retoolapi/internal/projecttest"
)

// explained is what explain says of an error.
type explained struct {
	Text, Hint  string
	Unreachable bool
}

func explanation(err error) explained {
	var with interface{ Hint() string }
	hint := ""
	if errors.As(err, &with) {
		hint = with.Hint()
	}
	return explained{err.Error(), hint, errors.As(err, new(unreachable))}
}

func TestExplainSaysWhatAPersonCanDo(t *testing.T) {
	api := func(code, message string) error { return &smithy.GenericAPIError{Code: code, Message: message} }
	refused := &url.Error{Op: "Post", URL: "https://cloudformation.eu-west-1.amazonaws.com/", Err: &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}}
	redirected := &url.Error{Op: "Post", URL: "https://cloudformation.eu-west-1.amazonaws.com/", Err: &httpclient.RedirectError{Status: 302, To: "https://login.example/…"}}
	const (
		expired   = "the AWS credentials have expired"
		signIn    = "sign in again (aws sso login)"
		unknown   = "AWS does not know these credentials"
		another   = "sign in again or name another profile (--profile)"
		denied    = "these AWS credentials may not do this"
		deployers = "use those that deployed the stack (--profile)"
		elsewhere = `something else answers in its place (Post "https://cloudformation.eu-west-1.amazonaws.com/": answers 302, a redirect to https://login.example/…, which is not followed)`
		network   = "check the network, its proxy and sign-in page, and the address"
		slow      = "AWS throttles the requests"
		other     = "try again; if it fails again, look for the name of the error in AWS's documentation"
		wait      = "wait a minute and try again"
	)
	for _, test := range []struct {
		err   error
		stage string
		want  explained
	}{
		{api("ValidationError", "Stack with id RetoolApi does not exist"), "dev", explained{"not deployed in eu-west-1", "deploy it (make deploy STAGE=dev) or name its region (--region)", false}},
		{api("ValidationError", "Stack with id RetoolApi-local does not exist"), "local", explained{"not on the local cloud", "deploy it (make local)", false}},
		{api("ValidationError", "Something else"), "dev", explained{"ValidationError: Something else", other, false}},
		{api("ExpiredToken", "No."), "dev", explained{expired + " (ExpiredToken: No.)", signIn, true}},
		{api("ExpiredTokenException", "No."), "dev", explained{expired + " (ExpiredTokenException: No.)", signIn, true}},
		{api("RequestExpired", "No."), "dev", explained{expired + " (RequestExpired: No.)", signIn, true}},
		{api("InvalidClientTokenId", "No."), "dev", explained{unknown + " (InvalidClientTokenId: No.)", another, true}},
		{api("UnrecognizedClientException", "No."), "dev", explained{unknown + " (UnrecognizedClientException: No.)", another, true}},
		{api("SignatureDoesNotMatch", "No."), "dev", explained{unknown + " (SignatureDoesNotMatch: No.)", another, true}},
		{api("InvalidSignatureException", "No."), "dev", explained{unknown + " (InvalidSignatureException: No.)", another, true}},
		{api("AuthFailure", "No."), "dev", explained{unknown + " (AuthFailure: No.)", another, true}},
		{api("AccessDenied", "No."), "dev", explained{denied + " (AccessDenied: No.)", deployers, true}},
		{api("AccessDeniedException", "No."), "dev", explained{denied + " (AccessDeniedException: No.)", deployers, true}},
		{api("Throttling", "No."), "dev", explained{slow + " (Throttling: No.)", wait, false}},
		{&types.TooManyRequestsException{Message: new("No.")}, "dev", explained{slow + " (TooManyRequestsException: No.)", wait, false}},
		{&types.ResourceNotFoundException{Message: new("No.")}, "dev", explained{"a part of the stack was deleted by hand (ResourceNotFoundException: No.)", "destroy the stack (make destroy STAGE=dev) and deploy it again (make deploy STAGE=dev)", false}},
		{&types.InternalErrorException{Message: new("No.")}, "dev", explained{"InternalErrorException: No.", other, false}},
		{api("UnknownError", "UnknownError"), "dev", explained{"the answer is not from AWS (operation error CloudFormation: DescribeStacks, api error UnknownError: UnknownError)", "check the network, its proxy and AWS_ENDPOINT_URL", true}},
		{refused, "dev", explained{`AWS cannot be reached in region "eu-west-1" (Post "https://cloudformation.eu-west-1.amazonaws.com/": dial tcp: connection refused)`, "check the network and the region's name (--region)", true}},
		{refused, "local", explained{`the local cloud does not answer (Post "https://cloudformation.eu-west-1.amazonaws.com/": dial tcp: connection refused)`, "start it (make local)", true}},
		{redirected, "dev", explained{elsewhere, network, true}},
		{redirected, "local", explained{elsewhere, network, true}},
	} {
		t.Run(test.want.Text, func(t *testing.T) {
			// The SDK wraps each error like this.
			err := &smithy.OperationError{ServiceID: "CloudFormation", OperationName: "DescribeStacks", Err: test.err}
			got := explain(err, command.Target{Stage: test.stage}, "eu-west-1")
			if diff := cmp.Diff(test.want, explanation(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestExplainLeavesOtherErrorsAlone(t *testing.T) {
	err := errors.New("has no output BaseUrl")
	if got := explain(err, command.Target{Stage: "dev"}, "eu-west-1"); got != err {
		t.Errorf("explain returns %v", got)
	}
}

// Without the stack the commands can do nothing, so every error of Open is
// unreachable. In other requests only some errors are.
func TestEveryErrorOfOpenIsUnreachable(t *testing.T) {
	port := projecttest.FreePort(t)
	_, err := Open(context.Background(), command.Target{Stage: stage.Local, Port: port})
	if err == nil {
		t.Fatal("Open of a local cloud that is down succeeds")
	}
	want := explained{
		fmt.Sprintf(`stack RetoolApi-local: the local cloud does not answer (Post "http://127.0.0.1:%d/": dial tcp 127.0.0.1:%[1]d: connect: connection refused)`, port),
		fmt.Sprintf("start it (make local LOCAL_PORT=%d)", port), true,
	}
	if diff := cmp.Diff(want, explanation(err)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
