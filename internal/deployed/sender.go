package deployed

import (
	"context"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"retoolapi/internal/httpclient"
)

// sender sends the requests of every client of the AWS SDK, also of the clients
// that obtain the credentials, so that none follows a redirect. The SDK's own
// HTTP client follows the redirects of requests without a body. The request with
// the token of an SSO sign-in is such a request.
//
// It is middleware and not an HTTP client of the configuration, because the SDK
// can add a CA bundle (AWS_CA_BUNDLE) only to its own kind of HTTP client.
type sender struct{ client *http.Client }

func newSender() *sender { return &sender{httpclient.New(http.DefaultTransport, sendTimeout)} }

const sendTimeout = 60 * time.Second

// use takes the transport of the SDK's client, which trusts the CA bundle.
func (s *sender) use(client aws.HTTPClient) {
	if client, ok := client.(*awshttp.BuildableClient); ok {
		s.client = httpclient.New(client.GetTransport(), sendTimeout)
	}
}

// addTo puts the sender at the end of an operation's middleware.
func (s *sender) addTo(stack *middleware.Stack) error {
	return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("FollowNoRedirect", s.send), middleware.After)
}

func (s *sender) send(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
	// The SDK's client for the metadata service of EC2 gives up within a second
	// where there is no such service. It sends no secret but the one that this
	// service gave it.
	if awsmiddleware.GetServiceID(ctx) == "ec2imds" {
		return next.HandleDeserialize(ctx, in)
	}
	answer, metadata, err := smithyhttp.NewClientHandlerWithOptions(s.client).Handle(ctx, in.Request)
	return middleware.DeserializeOutput{RawResponse: answer}, metadata, err
}
