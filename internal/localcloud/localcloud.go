// Package localcloud holds the facts of the local cloud, a MiniStack on this
// machine, that the scripts share: where it answers, with which credentials,
// and how to talk to it and to nothing else. Whatever the user's environment
// and AWS profiles say, nothing that this package returns can reach the real AWS.
package localcloud

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"retoolapi/infra/stage"
	"retoolapi/internal/command"
	"retoolapi/internal/httpclient"
)

// The values of the local cloud.
const (
	DefaultPort = 4566
	DefaultDir  = command.LocalDir // of state and logs
	Region      = "us-east-1"

	accessKeyID     = "test"
	secretAccessKey = "test"
)

// Endpoint is the URL at which every emulated service answers. It has an IP
// address, because S3 clients put the name of a bucket in front of a host name.
func Endpoint(port int) string {
	return fmt.Sprintf("http://127.0.0.1:%d", port)
}

// Environ is the environment base ("KEY=value" entries, as of os.Environ) changed
// so that it is safe for AWS tools on the local cloud. Every AWS_ and CDK_ variable
// is gone (the CDK CLI takes any of its options from one), the shared configuration
// files are out of reach, and the emulator's endpoint, credentials and region are set. A proxy stays, but not for this
// machine.
func Environ(port int, base []string) []string {
	var env []string
	noProxy := "127.0.0.1,localhost"
	for _, entry := range base {
		key, value, _ := strings.Cut(entry, "=")
		switch {
		case strings.HasPrefix(key, "AWS_"), strings.HasPrefix(key, "CDK_"), key == silenceNodeWarning:
		case strings.EqualFold(key, "NO_PROXY"):
			noProxy += "," + value
		default:
			env = append(env, entry)
		}
	}
	return append(env,
		"AWS_ENDPOINT_URL="+Endpoint(port),
		"AWS_ACCESS_KEY_ID="+accessKeyID,
		"AWS_SECRET_ACCESS_KEY="+secretAccessKey,
		"AWS_REGION="+Region,
		"AWS_DEFAULT_REGION="+Region,
		"AWS_CONFIG_FILE="+os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE="+os.DevNull,
		"AWS_EC2_METADATA_DISABLED=true",
		"AWS_PAGER=",
		disableTelemetry+"=1",
		silenceNodeWarning+"=20",
		"NO_PROXY="+noProxy,
		"no_proxy="+noProxy,
	)
}

// The variables of the CDK CLI that Environ sets.
const (
	disableTelemetry   = "CDK_DISABLE_CLI_TELEMETRY"
	silenceNodeWarning = "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION"
)

// AWSConfig is the configuration of AWS SDK clients for the local cloud. It
// reads no file and no environment variable, and its HTTP client refuses other
// machines.
func AWSConfig(port int) aws.Config {
	return aws.Config{
		Region:       Region,
		Credentials:  credentials.NewStaticCredentialsProvider(accessKeyID, secretAccessKey, ""),
		BaseEndpoint: aws.String(Endpoint(port)),
		HTTPClient:   HTTPClient(),
		Retryer:      retryer,
	}
}

// retryer tries three times within half a second, because about one answer in a
// thousand gets lost. The SDK's own retryer would wait for seconds if no emulator
// runs.
func retryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = 3
		o.MaxBackoff = 200 * time.Millisecond
	})
}

// apiURL matches an HTTP API's URL as AWS writes it and as MiniStack does.
var apiURL = regexp.MustCompile(`^(?:https://([a-z0-9]+)\.execute-api\.` + Region + `\.amazonaws\.com` +
	`|http://([a-z0-9]+)\.execute-api\.localhost:[0-9]+)$`)

// BaseURL returns the URL at which the local cloud serves an HTTP API. output is
// the URL in the stack's outputs. It looks like a URL of AWS or, if the emulator
// wrote it, has the port that the emulator had then. The emulator also serves an
// API with a domain, at that name. BaseURL fails for anything but
// https://<api-id>.execute-api.us-east-1.amazonaws.com,
// http://<api-id>.execute-api.localhost:<port> and https://<domain>.
func BaseURL(output string, port int) (string, error) {
	match := apiURL.FindStringSubmatch(output)
	name, https := strings.CutPrefix(output, "https://")
	switch {
	case match == nil && https && stage.IsDomain(name):
		return fmt.Sprintf("http://%s:%d", name, port), nil
	case match == nil:
		return "", fmt.Errorf("local URL of %q: want https://<api-id>.execute-api.%s.amazonaws.com", output, Region)
	}
	return fmt.Sprintf("http://%s.execute-api.localhost:%d", match[1]+match[2], port), nil
}

// HTTPClient talks to this machine only, without a proxy, follows no redirect
// and gives up on a request after 60 seconds.
func HTTPClient() *http.Client {
	return httpclient.New(Transport(), 60*time.Second)
}

// APIClient is an HTTPClient that also takes the host of an API's URL for this
// machine, which may be a domain.
func APIClient(baseURL string) (*http.Client, error) {
	address, err := url.Parse(baseURL)
	if err != nil {
		return nil, err
	}
	return httpclient.New(transport(address.Hostname()), 60*time.Second), nil
}

// Transport connects to this machine only, without a proxy. It resolves the
// names under localhost itself, because the resolvers of many systems do not,
// and refuses every other host.
func Transport() *http.Transport { return transport("") }

// transport is Transport, and takes one more host for this machine.
func transport(domain string) *http.Transport {
	return &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			return dialLoopback(ctx, network, address, domain)
		},
		MaxIdleConnsPerHost: 16,
		IdleConnTimeout:     30 * time.Second,
	}
}

func dialLoopback(ctx context.Context, network, address, domain string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if host != "127.0.0.1" && host != "localhost" && host != domain && !strings.HasSuffix(host, ".localhost") {
		return nil, fmt.Errorf("refused to connect to %s: it is not the local cloud", host)
	}
	return new(net.Dialer).DialContext(ctx, network, net.JoinHostPort("127.0.0.1", port))
}
