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
	"retoolapi/internal/httpclient"
	"retoolapi/internal/localcloud"
	"retoolapi/internal/projecttest"
)

// explained is what explain makes of an error.
type explained struct {
	Text        string
	Unreachable bool
}

func TestExplainSaysWhatAPersonCanDo(t *testing.T) {
	api := func(code, message string) error { return &smithy.GenericAPIError{Code: code, Message: message} }
	refused := &url.Error{Op: "Post", URL: "https://cloudformation.eu-west-1.amazonaws.com/", Err: &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}}
	redirected := &url.Error{Op: "Post", URL: "https://cloudformation.eu-west-1.amazonaws.com/", Err: &httpclient.RedirectError{Status: 302, To: "https://login.example/…"}}
	const (
		expired   = "the AWS credentials have expired: sign in again (aws sso login)"
		unknown   = "AWS does not know these credentials: sign in again or name another profile (--profile)"
		denied    = "these AWS credentials may not do this: use those that deployed the stack (--profile)"
		elsewhere = `something else answers in its place: check the network, its proxy and sign-in page, and the address (Post "https://cloudformation.eu-west-1.amazonaws.com/": answers 302, a redirect to https://login.example/…, which is not followed)`
		slow      = "AWS takes no more requests just now: wait a minute and try again"
	)
	for _, test := range []struct {
		err   error
		stage string
		want  explained
	}{
		{api("ValidationError", "Stack with id RetoolApi does not exist"), "dev", explained{"not deployed in eu-west-1: deploy it (npx cdk deploy -c stage=dev) or name the region (--region)", false}},
		{api("ValidationError", "Stack with id RetoolApi-local does not exist"), "local", explained{"not on the local cloud: make local deploys it", false}},
		{api("ValidationError", "Something else"), "dev", explained{"ValidationError: Something else", false}},
		{api("ExpiredToken", "No."), "dev", explained{expired + " (ExpiredToken: No.)", true}},
		{api("ExpiredTokenException", "No."), "dev", explained{expired + " (ExpiredTokenException: No.)", true}},
		{api("RequestExpired", "No."), "dev", explained{expired + " (RequestExpired: No.)", true}},
		{api("InvalidClientTokenId", "No."), "dev", explained{unknown + " (InvalidClientTokenId: No.)", true}},
		{api("UnrecognizedClientException", "No."), "dev", explained{unknown + " (UnrecognizedClientException: No.)", true}},
		{api("SignatureDoesNotMatch", "No."), "dev", explained{unknown + " (SignatureDoesNotMatch: No.)", true}},
		{api("InvalidSignatureException", "No."), "dev", explained{unknown + " (InvalidSignatureException: No.)", true}},
		{api("AuthFailure", "No."), "dev", explained{unknown + " (AuthFailure: No.)", true}},
		{api("AccessDenied", "No."), "dev", explained{denied + " (AccessDenied: No.)", true}},
		{api("AccessDeniedException", "No."), "dev", explained{denied + " (AccessDeniedException: No.)", true}},
		{api("Throttling", "No."), "dev", explained{slow + " (Throttling: No.)", false}},
		{&types.TooManyRequestsException{Message: new("No.")}, "dev", explained{slow + " (TooManyRequestsException: No.)", false}},
		{&types.ResourceNotFoundException{Message: new("No.")}, "dev", explained{"a part of the stack was deleted by hand: destroy the stack and deploy it again (ResourceNotFoundException: No.)", false}},
		{&types.InternalErrorException{Message: new("No.")}, "dev", explained{"InternalErrorException: No.", false}},
		{refused, "dev", explained{`AWS cannot be reached in region "eu-west-1": check the network and the region's name (--region) (Post "https://cloudformation.eu-west-1.amazonaws.com/": dial tcp: connection refused)`, true}},
		{refused, "local", explained{`the local cloud does not answer: make local starts it (Post "https://cloudformation.eu-west-1.amazonaws.com/": dial tcp: connection refused)`, true}},
		{redirected, "dev", explained{elsewhere, true}},
		{redirected, "local", explained{elsewhere, true}},
	} {
		t.Run(test.want.Text, func(t *testing.T) {
			// The SDK says first what it was doing.
			err := &smithy.OperationError{ServiceID: "CloudFormation", OperationName: "DescribeStacks", Err: test.err}
			got := explain(err, Location{Stage: test.stage}, "eu-west-1")
			if diff := cmp.Diff(test.want, explained{got.Error(), errors.Is(got, ErrUnreachable)}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestExplainLeavesOtherErrorsAlone(t *testing.T) {
	err := errors.New("has no output BaseUrl")
	if got := explain(err, Location{Stage: "dev"}, "eu-west-1"); got != err {
		t.Errorf("explain made %v of it", got)
	}
}

// What Open cannot find is not reachable for the commands, whatever the cause;
// in another request that depends on the cause.
func TestEveryErrorOfOpenIsUnreachable(t *testing.T) {
	port := projecttest.FreePort(t)
	_, err := Open(context.Background(), Location{Stage: stage.Local, Port: localcloud.Port(port)})
	if !errors.Is(err, ErrUnreachable) {
		t.Fatalf("Open of a local cloud that is down: %v", err)
	}
	want := fmt.Sprintf(`stack RetoolApi-local: the local cloud does not answer: make local starts it (Post "http://127.0.0.1:%d/": dial tcp 127.0.0.1:%[1]d: connect: connection refused)`, port)
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
