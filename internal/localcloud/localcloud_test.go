package localcloud

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/google/go-cmp/cmp"

	"retoolapi/internal/httpclient"
)

func TestEnviron(t *testing.T) {
	got := Environ(4567, []string{
		"PATH=/bin",
		"AWS_PROFILE=production",
		"AWS_SESSION_TOKEN=secret",
		"AWS_ENDPOINT_URL_S3=https://s3.eu-west-1.amazonaws.com",
		"AWS_REGION=eu-west-1",
		"CDK_DEFAULT_ACCOUNT=111111111111",
		"CDK_PROFILE=production",
		"CDK_DISABLE_CLI_TELEMETRY=0",
		"HTTPS_PROXY=http://proxy:3128",
		"no_proxy=.example.com",
		"MULTILINE=a=b\nAWS_PROFILE=c",
	})
	want := []string{
		"PATH=/bin",
		"HTTPS_PROXY=http://proxy:3128",
		"MULTILINE=a=b\nAWS_PROFILE=c",
		"AWS_ENDPOINT_URL=http://127.0.0.1:4567",
		"AWS_ACCESS_KEY_ID=test",
		"AWS_SECRET_ACCESS_KEY=test",
		"AWS_REGION=us-east-1",
		"AWS_DEFAULT_REGION=us-east-1",
		"AWS_CONFIG_FILE=/dev/null",
		"AWS_SHARED_CREDENTIALS_FILE=/dev/null",
		"AWS_EC2_METADATA_DISABLED=true",
		"AWS_PAGER=",
		"CDK_DISABLE_CLI_TELEMETRY=1",
		"JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20",
		"NO_PROXY=127.0.0.1,localhost,.example.com",
		"no_proxy=127.0.0.1,localhost,.example.com",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("environment (-want +got):\n%s", diff)
	}
}

func TestBaseURL(t *testing.T) {
	for _, test := range []struct {
		output string
		want   string // empty: an error
	}{
		{"https://3d748d84.execute-api.us-east-1.amazonaws.com", "http://3d748d84.execute-api.localhost:4567"},
		{"http://3d748d84.execute-api.localhost:4566", "http://3d748d84.execute-api.localhost:4567"},
		{"https://3d748d84.execute-api.us-east-1.amazonaws.com/", ""},
		{"https://3d748d84.execute-api.eu-west-1.amazonaws.com", ""},
		{"http://3d748d84.execute-api.us-east-1.amazonaws.com", ""},
		{"https://.execute-api.us-east-1.amazonaws.com", ""},
		{"https://a.b.execute-api.us-east-1.amazonaws.com", ""},
		{"https://api.example.com", "http://api.example.com:4567"},
		{"https://api.localhost", "http://api.localhost:4567"},
		{"http://api.example.com", ""},
		{"https://api.example.com/", ""},
		{"https://api.example.com:443", ""},
		{"https://ana:s3cret@api.example.com", ""},
		{"https://127.0.0.1", ""},
		{"https://example.com/3d748d84.execute-api.us-east-1.amazonaws.com", ""},
		{"", ""},
	} {
		got, err := BaseURL(test.output, 4567)
		if got != test.want || (err != nil) != (test.want == "") {
			t.Errorf("BaseURL(%q) = %q, %v; want %q", test.output, got, err, test.want)
		}
	}
}

func TestHTTPClientReachesThisMachineByEveryLocalName(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://192.0.2.1:3128")
	port := serve(t, "here")
	for _, host := range []string{"127.0.0.1", "localhost", "3d748d84.execute-api.localhost"} {
		response, err := HTTPClient().Get("http://" + host + ":" + port)
		if err != nil {
			t.Errorf("%s: %v", host, err)
			continue
		}
		body, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if string(body) != "here" {
			t.Errorf("%s answered %q", host, body)
		}
	}
}

func TestAPIClientTakesTheDomainOfItsAPIForThisMachine(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://192.0.2.1:3128")
	address := "http://api.example.com:" + serve(t, "here")
	client, err := APIClient(address)
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, _ := io.ReadAll(response.Body); string(body) != "here" {
		t.Errorf("the domain answered %q", body)
	}
	for _, host := range []string{"example.com", "api.example.com.evil.example", "192.0.2.1"} {
		_, err := client.Get("https://" + host + "/")
		if want := "refused to connect to " + host + ": it is not the local cloud"; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", host, err, want)
		}
	}
}

func TestHTTPClientRefusesOtherMachines(t *testing.T) {
	for _, host := range []string{"cognito-idp.us-east-1.amazonaws.com", "192.0.2.1", "127.0.0.2", "localhost.example.com", "notlocalhost"} {
		_, err := HTTPClient().Get("https://" + host + "/")
		if want := "refused to connect to " + host + ": it is not the local cloud"; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", host, err, want)
		}
	}
}

// Another program may have the port and redirect what it gets.
func TestNoClientFollowsARedirect(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		var followed, sent int
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/elsewhere" {
				followed++
				return
			}
			sent++
			http.Redirect(w, r, "/elsewhere", status)
		}))
		t.Cleanup(server.Close)
		_, err := HTTPClient().Post(server.URL, "text/plain", strings.NewReader("s3cret"))
		expectRedirect(t, err)
		_, err = cloudformation.NewFromConfig(AWSConfig(portOf(t, server))).DescribeStacks(t.Context(), nil)
		expectRedirect(t, err)
		if sent != 2 || followed != 0 {
			t.Errorf("%d: two requests were sent %d times, and %d followed the redirect", status, sent, followed)
		}
	}
}

func expectRedirect(t *testing.T, err error) {
	t.Helper()
	var redirect *httpclient.RedirectError
	if !errors.As(err, &redirect) {
		t.Errorf("error %v, want a redirect", err)
	}
}

func TestAWSConfigIgnoresTheEnvironment(t *testing.T) {
	t.Setenv("AWS_PROFILE", "production")
	t.Setenv("AWS_REGION", "eu-west-1")
	t.Setenv("AWS_ACCESS_KEY_ID", "real")
	t.Setenv("AWS_ENDPOINT_URL", "https://cloudformation.eu-west-1.amazonaws.com")
	t.Setenv("AWS_ENDPOINT_URL_CLOUDFORMATION", "https://cloudformation.eu-west-1.amazonaws.com")
	var authorization string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		authorization = r.Header.Get("Authorization")
		io.WriteString(w, `<DescribeStacksResponse><DescribeStacksResult/></DescribeStacksResponse>`)
	}))
	t.Cleanup(server.Close)

	client := cloudformation.NewFromConfig(AWSConfig(portOf(t, server)))
	if _, err := client.DescribeStacks(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(authorization, "Credential=test/") || !strings.Contains(authorization, "/us-east-1/") {
		t.Errorf("signed with %q, want the credentials test in us-east-1", authorization)
	}
}

// serve answers every request with body and returns its port.
func serve(t *testing.T, body string) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return strconv.Itoa(portOf(t, server))
}

func portOf(t *testing.T, server *httptest.Server) int {
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(address.Port())
	if err != nil {
		t.Fatal(err)
	}
	return port
}
