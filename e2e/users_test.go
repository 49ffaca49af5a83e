package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// testPeople adds a person who signs in with their own name and password, and
// removes them.
func (c *cloud) testPeople(t *testing.T, outputs map[string]string) {
	added := c.must(t, "", "retool", "user", "add", "dora", "--stage", "local", "--generate").stdout
	match := regexp.MustCompile(`shown only now: (\S+)`).FindStringSubmatch(added)
	if match == nil {
		t.Fatalf("user add --generate shows no password:\n%s", added)
	}
	password := match[1]
	check := func() result {
		return c.run(t, password, "retool", "check", "--stage", "local", "--sign-in", "per-user", "--user", "dora")
	}
	if r := check(); r.code != 0 || !strings.Contains(r.stdout, "as user dora") || strings.Contains(r.stdout+r.stderr, password) {
		t.Errorf("check has the exit code %d:\n%s%s", r.code, r.stdout, r.stderr)
	}

	if list := c.must(t, "", "retool", "user", "list", "--stage", "local").stdout; !regexp.MustCompile(`(?m)^dora +CONFIRMED +yes +\d{4}-\d\d-\d\d$`).MatchString(list) {
		t.Errorf("the list of users has no dora:\n%s", list)
	}

	signIn := c.aws(t, "cognito-idp", "initiate-auth", "--client-id", outputs["ClientId"], "--auth-flow", "USER_PASSWORD_AUTH",
		"--auth-parameters", "USERNAME=dora,PASSWORD="+password, "--query", "AuthenticationResult")
	header := map[string]string{"Authorization": "Bearer " + signIn["AccessToken"].(string)}
	status, me := c.call(t, "GET", outputs["BaseUrl"]+"/me", header, "")
	if status != http.StatusOK || me["username"] != "dora" {
		t.Errorf("GET /me answers %d %v, want dora", status, me)
	}

	if r := c.run(t, "Doras-Example-2", "retool", "user", "add", "dora", "--stage", "local"); r.code != 1 || !strings.Contains(r.stderr, "--reset-password") {
		t.Errorf("adding a person twice has the exit code %d: %s", r.code, r.stderr)
	}
	if r := check(); r.code != 0 {
		t.Errorf("adding a person twice changed the password:\n%s", r.stdout)
	}
	c.must(t, "", "retool", "user", "remove", "dora", "--stage", "local")
	if r := check(); r.code != 1 || !strings.Contains(r.stdout, "user dora does not exist") {
		t.Errorf("check of a removed person has the exit code %d:\n%s", r.code, r.stdout)
	}
	if r := c.run(t, "", "retool", "user", "remove", "dora", "--stage", "local"); r.code != 1 || !strings.Contains(r.stderr, "no such user") {
		t.Errorf("removing a person twice has the exit code %d: %s", r.code, r.stderr)
	}
}

// testConnection revokes, deletes, disables and repairs the service user.
func (c *cloud) testConnection(t *testing.T, outputs map[string]string) {
	check := func(token string) result { return c.run(t, token, "retool", "check", "--stage", "local") }
	fails := func(t *testing.T, token, why string) {
		t.Helper()
		if r := check(token); r.code != 1 || !strings.Contains(r.stdout, why) {
			t.Errorf("check has the exit code %d, want %q:\n%s%s", r.code, why, r.stdout, r.stderr)
		}
	}
	first := c.connect(t)
	second := c.connect(t)
	if r := check(first); r.code != 0 {
		t.Errorf("a second connect revoked the first refresh token:\n%s", r.stdout)
	}
	if page, err := os.Stat(filepath.Join(c.tree, ".retool", "local.html")); err != nil {
		t.Error(err)
	} else if page.Mode().Perm() != 0o600 {
		t.Errorf("others may read the page: its mode is %v", page.Mode())
	}

	c.aws(t, "cognito-idp", "revoke-token", "--client-id", outputs["ClientId"], "--token", first)
	fails(t, first, "the refresh token was revoked\n      hint: issue a new refresh token: go run ./scripts/retool connect --stage local")
	if r := check(second); r.code != 0 {
		t.Errorf("revoking one refresh token revoked another:\n%s", r.stdout)
	}

	// An access token allows its holder to delete its user.
	c.aws(t, "cognito-idp", "delete-user", "--access-token", c.accessToken(t, outputs, second))
	fails(t, second, "user retool does not exist\n      hint: repair the user: go run ./scripts/retool connect --stage local")
	third := c.connect(t)
	if r := check(third); r.code != 0 {
		t.Errorf("connect did not repair the deleted user:\n%s", r.stdout)
	}

	r := c.must(t, "", "retool", "disconnect", "--stage", "local")
	if !strings.Contains(r.stdout, "for at most 60 minutes, until ") {
		t.Errorf("disconnect does not say how long access tokens still work:\n%s", r.stdout)
	}
	user := c.aws(t, "cognito-idp", "admin-get-user", "--user-pool-id", outputs["UserPoolId"], "--username", "retool")
	if user["Enabled"] != false {
		t.Errorf("after disconnect the service user is %v", user)
	}
	// connect enables the user again. The emulator cannot show that the token
	// did not work meanwhile: it does not refuse a disabled user.
	r = c.must(t, "", "retool", "connect", "--stage", "local", "--revoke-others")
	if !strings.Contains(r.stderr, "Revoked the earlier refresh tokens of retool") {
		t.Errorf("connect --revoke-others says:\n%s", r.stderr)
	}
	user = c.aws(t, "cognito-idp", "admin-get-user", "--user-pool-id", outputs["UserPoolId"], "--username", "retool")
	if user["Enabled"] != true {
		t.Errorf("after connect the service user is %v, and check says:\n%s", user, check(third).stdout)
	}
}

// connectPassword runs `retool connect --sign-in password` and returns the password
// that it printed.
func (c *cloud) connectPassword(t *testing.T) string {
	t.Helper()
	r := c.must(t, "", "retool", "connect", "--sign-in", "password", "--stage", "local")
	if strings.Count("\n"+r.stdout, "\nok ") != 7 || strings.Contains(r.stdout, "FAIL") {
		t.Errorf("connect --sign-in password printed:\n%s", r.stdout)
	}
	match := regexp.MustCompile(`"USERNAME":"retool-password","PASSWORD":"([^"]+)"`).FindStringSubmatch(r.stdout)
	if match == nil {
		t.Fatalf("connect --sign-in password printed no password:\n%s", r.stdout)
	}
	return match[1]
}

// testPassword shows what changes the password that is in Retool, and what does not.
func (c *cloud) testPassword(t *testing.T, outputs map[string]string) {
	check := func(password string) result {
		return c.run(t, password, "retool", "check", "--sign-in", "password", "--stage", "local")
	}
	first := c.connectPassword(t)
	c.connect(t)
	if r := check(first); r.code != 0 || !strings.Contains(r.stdout, "as user retool-password") || strings.Contains(r.stdout+r.stderr, first) {
		t.Errorf("after another connect, check has the exit code %d:\n%s%s", r.code, r.stdout, r.stderr)
	}
	second := c.connectPassword(t)
	if r := check(first); r.code != 1 || !strings.Contains(r.stdout, "hint: set another password: go run ./scripts/retool connect --sign-in password") {
		t.Errorf("the replaced password has the exit code %d:\n%s", r.code, r.stdout)
	}
	if r := check(second); r.code != 0 {
		t.Errorf("the new password has the exit code %d:\n%s", r.code, r.stdout)
	}
	c.must(t, "", "retool", "disconnect", "--stage", "local")
	user := c.aws(t, "cognito-idp", "admin-get-user", "--user-pool-id", outputs["UserPoolId"], "--username", "retool-password")
	if r := check(second); r.code != 1 || user["Enabled"] != false {
		t.Errorf("after disconnect, check has the exit code %d and the user is %v:\n%s", r.code, user, r.stdout)
	}
}

// testRedeployed deploys the stack again after it was destroyed, and tries an
// old refresh token.
func (c *cloud) testRedeployed(t *testing.T, old string) {
	outputs, _ := c.deploy(t)
	r := c.run(t, old, "retool", "check", "--stage", "local")
	if r.code != 1 || !strings.Contains(r.stdout, "hint: repair the user: go run ./scripts/retool connect --stage local") {
		t.Errorf("check of the old refresh token has the exit code %d:\n%s", r.code, r.stdout)
	}
	c.accessToken(t, outputs, c.connect(t))
	c.cdk(t, "destroy", "--force")
}
