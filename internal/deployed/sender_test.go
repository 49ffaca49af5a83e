package deployed

import (
	"crypto/sha1"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"

	"retoolapi/internal/command"
	"retoolapi/internal/httpclient"
	"retoolapi/internal/projecttest"
)

// server records its requests.
type server struct {
	*httptest.Server
	requests []string
}

func newServer(t *testing.T, start func(http.Handler) *httptest.Server, handler http.HandlerFunc) *server {
	s := &server{}
	s.Server = start(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.requests = append(s.requests, r.Method+" "+r.URL.Path)
		handler(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func answering(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, text) }
}

// setAWSConfig writes the files of a person's AWS configuration and hides the
// machine's own.
func setAWSConfig(t *testing.T, files map[string]string) {
	home := t.TempDir()
	projecttest.Unsetenv(t, "AWS_")
	for name, text := range files {
		file := filepath.Join(home, ".aws", name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("HOME", home)
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(home, ".aws", "config"))
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(home, ".aws", "credentials"))
	t.Setenv("AWS_REGION", "eu-west-1")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
}

// The test tries each way to obtain credentials that sends a secret of the
// person.
func TestNoCredentialsAreObtainedByARedirect(t *testing.T) {
	const start = "https://start.example"
	name := sha1.Sum([]byte(start))
	session := fmt.Sprintf(`{"accessToken":"s3cret","expiresAt":%q}`, time.Now().Add(time.Hour).UTC().Format(time.RFC3339))
	for way, test := range map[string]struct {
		config      string
		environment map[string]string // %s is where AWS should be
		request     string
	}{
		"an SSO session": {
			config:      "[default]\nsso_start_url = " + start + "\nsso_region = eu-west-1\nsso_account_id = 111122223333\nsso_role_name = deploy\n",
			environment: map[string]string{"AWS_ENDPOINT_URL_SSO": "%s"},
			request:     "GET /federation/credentials",
		},
		"an assumed role": {
			config:      "[default]\nrole_arn = arn:aws:iam::111122223333:role/deploy\nsource_profile = person\n[profile person]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = example\n",
			environment: map[string]string{"AWS_ENDPOINT_URL_STS": "%s"},
			request:     "POST /",
		},
		"a container": {
			environment: map[string]string{"AWS_CONTAINER_CREDENTIALS_FULL_URI": "%s/credentials", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "s3cret"},
			request:     "GET /credentials",
		},
	} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			t.Run(fmt.Sprint(way, " ", status), func(t *testing.T) {
				elsewhere := newServer(t, httptest.NewServer, answering(`{"roleCredentials":{"accessKeyId":"A","secretAccessKey":"B","sessionToken":"C","expiration":1}}`))
				origin := newServer(t, httptest.NewServer, func(w http.ResponseWriter, r *http.Request) {
					http.Redirect(w, r, elsewhere.URL+"/?copied=s3cret", status)
				})
				setAWSConfig(t, map[string]string{"config": test.config, "sso/cache/" + hex.EncodeToString(name[:]) + ".json": session})
				for key, value := range test.environment {
					t.Setenv(key, fmt.Sprintf(value, strings.TrimSuffix(origin.URL, "/")))
				}
				_, err := configuration(t.Context(), command.Target{Stage: "dev"}, 0)
				var redirect *httpclient.RedirectError
				if !errors.As(err, &redirect) || redirect.To != elsewhere.URL+"/…" || strings.Contains(err.Error(), "s3cret") {
					t.Errorf("error %v, want a redirect to %s", err, elsewhere.URL)
				}
				if len(origin.requests) != 1 || origin.requests[0] != test.request {
					t.Errorf("sent %q, want one %s", origin.requests, test.request)
				}
				if elsewhere.requests != nil {
					t.Errorf("%q followed the redirect", elsewhere.requests)
				}
			})
		}
	}
}

func TestTheCABundleOfAWSIsTrusted(t *testing.T) {
	origin := newServer(t, httptest.NewTLSServer, answering(`<DescribeStacksResponse><DescribeStacksResult/></DescribeStacksResponse>`))
	setAWSConfig(t, map[string]string{"bundle.pem": string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: origin.Certificate().Raw}))})
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "example")
	t.Setenv("AWS_ENDPOINT_URL", origin.URL)
	t.Setenv("AWS_MAX_ATTEMPTS", "1")
	describe := func() error {
		cfg, err := configuration(t.Context(), command.Target{Stage: "dev"}, 0)
		if err != nil {
			return err
		}
		_, err = cloudformation.NewFromConfig(cfg).DescribeStacks(t.Context(), &cloudformation.DescribeStacksInput{StackName: aws.String("RetoolApi")})
		return err
	}
	if err := describe(); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("without the bundle: %v, want a certificate that is not trusted", err)
	}
	t.Setenv("AWS_CA_BUNDLE", filepath.Join(os.Getenv("HOME"), ".aws", "bundle.pem"))
	if err := describe(); err != nil {
		t.Errorf("with the bundle: %v", err)
	}
}
