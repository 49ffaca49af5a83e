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

// sender sends the requests of every client of the AWS SDK, also of those that
// obtain the credentials, so that none follows a redirect: the SDK's own HTTP
// client follows those of requests without a body, such as the one that an SSO
// sign-in's token is in.
//
// It is in the middleware because an HTTP client of ours could not be given
// to the SDK: while the SDK loads its configuration, it takes only its own kind
// to add a CA bundle (AWS_CA_BUNDLE) to.
type sender struct{ client *http.Client }

func newSender() *sender { return &sender{httpclient.New(http.DefaultTransport, sendTimeout)} }

const sendTimeout = 60 * time.Second

// use sends with the transport of the SDK's client, which knows the CA bundle.
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
	// Where there is no metadata service of EC2, its own client gives up within
	// a second. It sends no secret but one that the service itself gave it.
	if awsmiddleware.GetServiceID(ctx) == "ec2imds" {
		return next.HandleDeserialize(ctx, in)
	}
	answer, metadata, err := smithyhttp.NewClientHandlerWithOptions(s.client).Handle(ctx, in.Request)
	return middleware.DeserializeOutput{RawResponse: answer}, metadata, err
}
