package dynamo

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"retoolapi/lambda/items"
)

// The limits of one call to DynamoDB. An invocation may take 10 seconds.
const (
	maxAttempts    = 4
	attemptTimeout = 2 * time.Second
)

// backoff returns a random time to wait after an attempt. The first attempt is 1. The
// time is up to 100 ms after the first, 200 ms after the second and 400 ms later.
func backoff(attempt int) time.Duration {
	return rand.N(50 * time.Millisecond << min(attempt, 3))
}

// FromEnvironment returns the store that the function's environment names: the
// table TABLE_NAME in AWS_REGION, with the credentials that Lambda sets, at
// AWS_ENDPOINT_URL if that is set. It does not load the SDK's configuration files:
// a function has none, and to look for them would more than double its start time.
func FromEnvironment(getenv func(string) string) (*Store, error) {
	table, region := getenv("TABLE_NAME"), getenv("AWS_REGION")
	if table == "" {
		return nil, errors.New("TABLE_NAME is not set: it must name the items table")
	}
	if region == "" {
		return nil, errors.New("AWS_REGION is not set")
	}
	credentials := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{
			AccessKeyID:     getenv("AWS_ACCESS_KEY_ID"),
			SecretAccessKey: getenv("AWS_SECRET_ACCESS_KEY"),
			SessionToken:    getenv("AWS_SESSION_TOKEN"),
		}, nil
	})
	options := dynamodb.Options{
		Region:      region,
		Credentials: credentials,
		HTTPClient:  awshttp.NewBuildableClient().WithTimeout(attemptTimeout),
		Retryer:     retry.NewStandard(boundRetries),
		APIOptions: []func(*middleware.Stack) error{func(stack *middleware.Stack) error {
			return stack.Deserialize.Add(requireAnswer, middleware.After)
		}},
		DisableValidateResponseChecksum: true, // requireAnswer validates it.
	}
	if endpoint := getenv("AWS_ENDPOINT_URL"); endpoint != "" {
		options.BaseEndpoint = &endpoint
	}
	return &Store{client: dynamodb.New(options), table: table}, nil
}

func boundRetries(o *retry.StandardOptions) {
	o.MaxAttempts = maxAttempts
	o.Retryables = retryables
	o.Backoff = retry.BackoffDelayerFunc(func(attempt int, _ error) (time.Duration, error) {
		return backoff(attempt), nil
	})
}

// retryables tell which errors are worth another attempt: throttling, outages, broken
// connections and broken answers, but not invalid requests.
var retryables = append(slices.Clone(retry.DefaultRetryables), retry.IsErrorRetryableFunc(func(err error) aws.Ternary {
	if errors.As(err, new(*smithy.DeserializationError)) {
		return aws.TrueTernary
	}
	return aws.UnknownTernary
}))

// storeError adds to an error what was tried, and items.ErrUnavailable if the error is
// transient.
func storeError(tried string, err error) error {
	if err == nil {
		return nil
	}
	var unsent *smithyhttp.RequestSendError
	if errors.Is(err, context.DeadlineExceeded) || errors.As(err, &unsent) || retry.IsErrorRetryables(retryables).IsErrorRetryable(err) == aws.TrueTernary {
		return fmt.Errorf("%s: %w: %w", tried, items.ErrUnavailable, err)
	}
	return fmt.Errorf("%s: %w", tried, err)
}
