package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestStackOnTheLocalCloud tests one stack from its first deployment until it is
// destroyed, for a while with a second one next to it. Each part needs the parts
// before it.
func TestStackOnTheLocalCloud(t *testing.T) {
	t.Parallel()
	c := newCloud(t)

	t.Run("a command for a stack that is not deployed says so", func(t *testing.T) {
		r := c.run(t, "", "retool", "connect", "--stage", "local")
		if r.code != 3 || !strings.Contains(r.stderr, "not on the local cloud\n  hint: deploy it (make local LOCAL_DIR=") {
			t.Errorf("exit code %d, %s", r.code, r.stderr)
		}
	})

	untouched, before := c.state(t), c.inventory(t)
	outputs, _ := c.deploy(t)
	for _, key := range []string{"BaseUrl", "ClientId", "UserPoolId", "Region", "TokenUrl"} {
		if outputs[key] == "" {
			t.Fatalf("the deployed stack has no output %s: %v", key, outputs)
		}
	}

	var refreshToken string
	if !t.Run("connect proves the flow and prints the refresh token", func(t *testing.T) {
		refreshToken = c.connect(t)
	}) {
		t.FailNow()
	}
	t.Run("the first request that connect advises works as it is printed", func(t *testing.T) { c.testFirstRequest(t) })
	t.Run("check proves the stack from outside", func(t *testing.T) { c.testCheck(t, refreshToken) })
	t.Run("check names each wrong value of a form", func(t *testing.T) { c.testForms(t, refreshToken) })
	t.Run("a path that no operation has is not found", func(t *testing.T) { c.testUndeclared(t, outputs, refreshToken) })
	t.Run("items", func(t *testing.T) { c.testItems(t, outputs, refreshToken) })
	t.Run("a person can sign in", func(t *testing.T) { c.testPeople(t, outputs) })
	t.Run("Retool can sign in with a password", func(t *testing.T) { c.testPassword(t, outputs) })
	t.Run("the service user can be repaired and locked out", func(t *testing.T) { c.testConnection(t, outputs) })
	t.Run("the README's walkthrough works exactly as written", func(t *testing.T) { c.testWalkthrough(t, outputs) })
	t.Run("a second deployment changes nothing", func(t *testing.T) {
		if _, r := c.deploy(t); !strings.Contains(r.stdout+r.stderr, "(no changes)") {
			t.Errorf("cdk deploy says:\n%s%s", r.stdout, r.stderr)
		}
	})
	// The first refresh token does not work any more: a test deleted its user.
	refreshToken = c.connect(t)
	t.Run("a changed setting updates in place", func(t *testing.T) { c.testChangedSetting(t, outputs, refreshToken) })
	t.Run("a domain leads to the API", func(t *testing.T) { c.testDomain(t, outputs, refreshToken) })
	first, second := deployment{c, outputs, refreshToken}, c.on("local-blue").deployment(t)
	t.Run("a second stage lives next to it", func(t *testing.T) { testSideBySide(t, first, second) })
	t.Run("items of two stages", func(t *testing.T) { testItemsOfTwoStages(t, first, second) })
	t.Run("destroy does not touch the other stage", func(t *testing.T) { testDestroyOfOne(t, first, second) })
	t.Run("destroy leaves nothing of the stack", func(t *testing.T) {
		if during := c.inventory(t); cmp.Equal(before, during) {
			t.Fatalf("the inventory does not list the stack's resources: %v", during)
		}
		second.cdk(t, "destroy", "--force")
		testNothingIsLeft(t, untouched, c.state(t))
		if diff := cmp.Diff(before, c.inventory(t)); diff != "" {
			t.Errorf("before the deployment (-) and after destroy (+):\n%s", diff)
		}
	})
	t.Run("a stack deployed after destroy needs a new refresh token", func(t *testing.T) { c.testRedeployed(t, refreshToken) })
	t.Run("retained data outlives its stack", func(t *testing.T) { c.testRetained(t, before) })
}

// inventory lists the resources on the local cloud by their kind.
func (c *cloud) inventory(t *testing.T) map[string]any {
	t.Helper()
	all := map[string]any{}
	for kind, command := range map[string]string{
		"user pools": "cognito-idp list-user-pools --max-results 60 --query {names:UserPools[].Id}",
		"APIs":       "apigatewayv2 get-apis --query {names:Items[].ApiId}",
		"functions":  "lambda list-functions --query {names:Functions[].FunctionName}",
		"roles":      "iam list-roles --query {names:Roles[].RoleName}",
		"log groups": "logs describe-log-groups --query {names:logGroups[].logGroupName}",
		"tables":     "dynamodb list-tables --query {names:TableNames}",
	} {
		all[kind] = c.aws(t, strings.Fields(command)...)["names"]
	}
	return all
}

var printedToken = regexp.MustCompile(`\{"REFRESH_TOKEN":"([^"]+)"\}`)

// connect runs `retool connect` and returns the refresh token it printed.
func (c *cloud) connect(t *testing.T) string {
	t.Helper()
	r := c.must(t, "", "retool", "connect", "--stage", c.stage)
	if strings.Contains(r.stdout, "FAIL") || strings.Count(r.stdout, "\nok ") < 6 {
		t.Errorf("connect printed:\n%s", r.stdout)
	}
	match := printedToken.FindStringSubmatch(r.stdout)
	if match == nil {
		t.Fatalf("connect printed no refresh token:\n%s", r.stdout)
	}
	return match[1]
}

// testFirstRequest runs the line in a shell. The page is that of the last connect.
func (c *cloud) testFirstRequest(t *testing.T) {
	for _, flags := range [][]string{{"--request", "flat"}, {"--sign-in", "password"}, nil} {
		said := c.must(t, "", slices.Concat([]string{"retool", "connect", "--stage", "local"}, flags)...).stdout
		line := regexp.MustCompile(`\nSend a first request:\n  (.*)\n`).FindStringSubmatch(said)
		if line == nil {
			t.Fatalf("connect advises no request:\n%s", said)
		}
		r := c.must(t, "", "sh", "-c", line[1])
		if !strings.HasPrefix(r.stdout, `{"username":"retool`) || strings.Contains(line[1], "eyJ") {
			t.Errorf("%s\nprinted %s%s", line[1], r.stdout, r.stderr)
		}
	}
}

func (c *cloud) testCheck(t *testing.T, refreshToken string) {
	r := c.must(t, refreshToken+"\n", "retool", "check", "--stage", "local")
	if got := strings.Count("\n"+r.stdout, "\nok "); got != 8 || strings.Contains(r.stdout, "FAIL") {
		t.Errorf("check printed:\n%s", r.stdout)
	}
	if strings.Contains(r.stdout+r.stderr, refreshToken) {
		t.Error("check printed the refresh token")
	}
	r = c.run(t, "not-the-token-that-was-issued", "retool", "check", "--stage", "local")
	if r.code != 1 || !strings.Contains(r.stdout, "FAIL  Retool's token request gives an access token") {
		t.Errorf("with a wrong token, check has the exit code %d:\n%s", r.code, r.stdout)
	}
}

// accessToken sends the refresh request as the form tells Retool to.
func (c *cloud) accessToken(t *testing.T, outputs map[string]string, refreshToken string) string {
	t.Helper()
	status, answer := c.call(t, "POST", c.tokenURL(), map[string]string{
		"Content-Type": "application/x-amz-json-1.1",
		"X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
	}, fmt.Sprintf(`{"AuthFlow":"REFRESH_TOKEN_AUTH","ClientId":%q,"AuthParameters":{"REFRESH_TOKEN":%q}}`, outputs["ClientId"], refreshToken))
	result, _ := answer["AuthenticationResult"].(map[string]any)
	token, _ := result["AccessToken"].(string)
	if status != http.StatusOK || token == "" {
		t.Fatalf("the refresh request answers %d %v", status, answer["__type"])
	}
	return token
}

func (c *cloud) tokenURL() string {
	return "http://127.0.0.1:" + c.port + "/"
}

func (c *cloud) testUndeclared(t *testing.T, outputs map[string]string, refreshToken string) {
	header := map[string]string{"Authorization": "Bearer " + c.accessToken(t, outputs, refreshToken)}
	if status, got := c.call(t, "GET", outputs["BaseUrl"]+"/undeclared", header, ""); status != http.StatusNotFound {
		t.Errorf("an undeclared path answers %d %v", status, got)
	}
}

// configure writes the settings of the stage local into cdk.json.
func (c *cloud) configure(t *testing.T, settings map[string]any) {
	t.Helper()
	file := filepath.Join(c.tree, "cdk.json")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var config map[string]any
	if err := json.Unmarshal(data, &config); err != nil {
		t.Fatal(err)
	}
	config["context"].(map[string]any)["stages"].(map[string]any)["local"] = settings
	if data, err = json.Marshal(config); err == nil {
		err = os.WriteFile(file, data, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// testDomain gives the API a domain, and takes it away again. The API answers there,
// and what Retool needs follows.
func (c *cloud) testDomain(t *testing.T, outputs map[string]string, refreshToken string) {
	c.configure(t, map[string]any{"domainName": "api.example.com", "defaultEndpoint": false,
		"certificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/12345678-1234-1234-1234-123456789012"})
	changed, _ := c.deploy(t)
	if changed["DomainTarget"] == "" || changed["DomainTargetZone"] == "" {
		t.Errorf("the outputs do not name what the DNS must point at: %v", changed)
	}
	want := maps.Clone(outputs)
	want["BaseUrl"], want["DomainTarget"], want["DomainTargetZone"] = "https://api.example.com", changed["DomainTarget"], changed["DomainTargetZone"]
	if diff := cmp.Diff(want, changed); diff != "" {
		t.Errorf("outputs (-want +got):\n%s", diff)
	}

	address := "http://api.example.com:" + c.port
	header := map[string]string{"Authorization": "Bearer " + c.accessToken(t, outputs, refreshToken)}
	if status, got := c.call(t, "GET", address+"/me", header, ""); status != http.StatusOK {
		t.Errorf("the domain answers %d %v", status, got)
	}
	if status, got := c.call(t, "GET", address+"/me", nil, ""); status != http.StatusUnauthorized {
		t.Errorf("without a token, the domain answers %d %v", status, got)
	}
	r := c.must(t, refreshToken, "retool", "check", "--stage", "local")
	if got := strings.Count("\n"+r.stdout, "\nok "); got != 8 || strings.Contains(r.stdout, "FAIL") {
		t.Errorf("check printed:\n%s", r.stdout)
	}
	for _, command := range []string{"form", "openapi"} {
		if r := c.must(t, "", "retool", command, "--stage", "local"); !strings.Contains(r.stdout, address) {
			t.Errorf("%s does not name %s:\n%s", command, address, r.stdout)
		}
	}
	r = c.must(t, refreshToken, "retool", "form", "--stage", "local", "--with-token", "--format", "html")
	if !strings.Contains(strings.ReplaceAll(r.stdout, "<wbr>", ""), address) {
		t.Errorf("the page does not name %s", address)
	}

	c.configure(t, map[string]any{})
	if changed, _ = c.deploy(t); !cmp.Equal(outputs, changed) {
		t.Errorf("outputs before the domain (-) and after it (+):\n%s", cmp.Diff(outputs, changed))
	}
	if status, got := c.call(t, "GET", outputs["BaseUrl"]+"/me", header, ""); status != http.StatusOK {
		t.Errorf("without the domain, the API answers %d %v", status, got)
	}
}

// testChangedSetting deploys other settings. They take effect, the resources
// keep their ids, and the refresh token in Retool still works.
func (c *cloud) testChangedSetting(t *testing.T, outputs map[string]string, refreshToken string) {
	settings := map[string]any{"accessTokenMinutes": 30, "refreshTokenDays": 90, "throttleRate": 7, "memoryMB": 512, "logRetentionDays": 7, "selfSignUp": false,
		"retain": true, "tags": map[string]any{"team": "sales"}}
	c.configure(t, settings)
	table := c.inventory(t)["tables"]

	// make diff must not use the emulator's change sets, which show replacements.
	if output := c.make(t, "diff", "STAGE=local"); !strings.Contains(output, "[~] AccessTokenValidity") || strings.Contains(output, "replace") {
		t.Errorf("make diff of changed settings:\n%s", output)
	}
	changed, _ := c.deploy(t)
	if diff := cmp.Diff(outputs, changed); diff != "" {
		t.Errorf("outputs before (-) and after (+):\n%s", diff)
	}
	if diff := cmp.Diff(table, c.inventory(t)["tables"]); diff != "" {
		t.Errorf("tables before (-) and after (+):\n%s", diff)
	}
	r := c.must(t, refreshToken, "retool", "check", "--stage", "local")
	if !strings.Contains(r.stdout, "valid for 30 minutes, Retool refreshes it every 25") {
		t.Errorf("check printed:\n%s", r.stdout)
	}
	// The emulator stores who may sign up, but does not enforce it.
	pool := c.aws(t, "cognito-idp", "describe-user-pool", "--user-pool-id", outputs["UserPoolId"],
		"--query", "UserPool.AdminCreateUserConfig")
	if pool["AllowAdminCreateUserOnly"] != true {
		t.Errorf("with selfSignUp off, the pool has %v", pool)
	}
}
