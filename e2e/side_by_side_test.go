package e2e

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// deployment is a stage that is deployed and connected.
type deployment struct {
	*cloud
	outputs      map[string]string
	refreshToken string
}

func (c *cloud) deployment(t *testing.T) deployment {
	t.Helper()
	outputs, _ := c.deploy(t)
	return deployment{c, outputs, c.connect(t)}
}

// access returns an access token.
func (d deployment) access(t *testing.T) string {
	t.Helper()
	return d.accessToken(t, d.outputs, d.refreshToken)
}

// check runs `retool check`, which has to succeed.
func (d deployment) check(t *testing.T) {
	t.Helper()
	d.must(t, d.refreshToken, "retool", "check", "--stage", d.stage)
}

// testSideBySide uses two stages on one local cloud.
func testSideBySide(t *testing.T, first, second deployment) {
	for _, key := range []string{"BaseUrl", "ClientId", "UserPoolId"} {
		if first.outputs[key] == second.outputs[key] {
			t.Errorf("both stages have the output %s %q", key, first.outputs[key])
		}
	}
	first.check(t)
	second.check(t)
	for _, d := range []struct{ of, to deployment }{{first, second}, {second, first}} {
		header := map[string]string{"Authorization": "Bearer " + d.of.access(t)}
		if status, _ := d.to.call(t, "GET", d.to.outputs["BaseUrl"]+"/me", header, ""); status != http.StatusUnauthorized {
			t.Errorf("the stage %s answers %d to a token of %s", d.to.stage, status, d.of.stage)
		}
	}
	second.must(t, "", "retool", "user", "add", "erin", "--generate", "--stage", second.stage)
	if list := first.must(t, "", "retool", "user", "list", "--stage", first.stage).stdout; strings.Contains(list, "erin") {
		t.Errorf("the stage %s has a user of %s:\n%s", first.stage, second.stage, list)
	}
}

// testDestroyOfOne destroys the first stage. The second one has everything that it
// had.
func testDestroyOfOne(t *testing.T, first, second deployment) {
	before := second.own(t)
	first.cdk(t, "destroy", "--force")
	if r := first.run(t, "", "retool", "form", "--stage", first.stage); r.code != 3 || !strings.Contains(r.stderr, "not on the local cloud") {
		t.Errorf("form of the destroyed stage: exit code %d, %s", r.code, r.stderr)
	}
	second.check(t)
	if after := second.own(t); !slices.Equal(before, after) {
		t.Errorf("the stage %s had %q, and has %q", second.stage, before, after)
	}
	if list := second.must(t, "", "retool", "user", "list", "--stage", second.stage).stdout; !strings.Contains(list, "erin") {
		t.Errorf("the stage %s has lost its user:\n%s", second.stage, list)
	}
}

// own returns the physical ids of the stage's resources that there are.
func (d deployment) own(t *testing.T) (ids []string) {
	t.Helper()
	stack := d.aws(t, "cloudformation", "list-stack-resources", "--stack-name", "RetoolApi-"+d.stage)
	there := d.inventory(t)
	for _, resource := range stack["StackResourceSummaries"].([]any) {
		id := resource.(map[string]any)["PhysicalResourceId"].(string)
		for _, names := range there {
			if names, _ := names.([]any); slices.Contains(names, any(id)) {
				ids = append(ids, id)
			}
		}
	}
	if len(ids) < len(there) {
		t.Errorf("of the stage %s there is only %q", d.stage, ids)
	}
	slices.Sort(ids)
	return ids
}
