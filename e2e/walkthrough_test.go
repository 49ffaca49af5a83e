package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// testWalkthrough runs exactly the commands of the README's section. Then it
// tries sign-ins that must fail.
func (c *cloud) testWalkthrough(t *testing.T, outputs map[string]string) {
	script := readmeCommands(t, c.tree, "## By hand: the walkthrough")
	r := c.must(t, "", "local", "run", "--", "bash", "-euo", "pipefail", "-c", script)
	// The curl commands print these statuses.
	statuses := regexp.MustCompile(`(?m)^\d{3}$`).FindAllString(r.stdout, -1)
	if diff := cmp.Diff([]string{"401", "200"}, statuses); diff != "" {
		t.Errorf("statuses (-want +got):\n%s\n%s", diff, r.stdout)
	}

	client, pool := outputs["ClientId"], outputs["UserPoolId"]
	signIn := func(password string) result {
		return c.run(t, "", "local", "run", "--", "aws", "cognito-idp", "initiate-auth", "--client-id", client,
			"--auth-flow", "USER_PASSWORD_AUTH", "--auth-parameters", "USERNAME=bob,PASSWORD="+password)
	}
	noToken := func(t *testing.T, r result, fault string) {
		t.Helper()
		if r.code == 0 || !strings.Contains(r.stderr, fault) || strings.Contains(r.stdout, "AccessToken") {
			t.Errorf("exit code %d, want %s:\n%s%s", r.code, fault, r.stdout, r.stderr)
		}
	}
	c.aws(t, "cognito-idp", "sign-up", "--client-id", client, "--username", "bob", "--password", "Bobs-Example-1")
	noToken(t, signIn("Bobs-Example-1"), "UserNotConfirmedException")
	c.aws(t, "cognito-idp", "admin-confirm-sign-up", "--user-pool-id", pool, "--username", "bob")
	noToken(t, signIn("Wrong-Example-1"), "NotAuthorizedException")
	if r := signIn("Bobs-Example-1"); r.code != 0 || !strings.Contains(r.stdout, "AccessToken") {
		t.Errorf("a confirmed user gets no token: %s", r.stderr)
	}
}

// readmeSection returns a section of the README in a folder, up to the next
// heading.
func readmeSection(t *testing.T, dir, heading string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(data), "\n"+heading+"\n")
	if !found {
		t.Fatalf("README.md has no section %q", heading)
	}
	if next := regexp.MustCompile(`\n##+ `).FindStringIndex(section); next != nil {
		section = section[:next[0]]
	}
	return section
}

// readmeCommands returns the bash blocks of a section of the README in a folder.
func readmeCommands(t *testing.T, dir, heading string) string {
	t.Helper()
	var script strings.Builder
	for _, block := range regexp.MustCompile("(?s)```bash\n(.*?)```").FindAllStringSubmatch(readmeSection(t, dir, heading), -1) {
		script.WriteString(block[1])
	}
	if script.Len() == 0 {
		t.Fatalf("the section %q has no commands", heading)
	}
	return script.String()
}
