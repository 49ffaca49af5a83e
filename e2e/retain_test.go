package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"retoolapi/internal/projecttest"
)

// testRetained follows docs/operations.md with a stage that retains its data: the
// stack is destroyed, a new one takes the data, and at last it is deleted on purpose.
// before is the inventory without a stack.
func (c *cloud) testRetained(t *testing.T, before map[string]any) {
	c.configure(t, map[string]any{"retain": true})
	outputs, _ := c.deploy(t)
	c.connect(t)
	c.must(t, "", "retool", "user", "add", "ana", "--generate", "--stage", "local")
	retained := c.must(t, "", "retool", "retained", "--stage", "local").stdout
	pool := "  user pool  " + outputs["UserPoolId"] + "\n"
	if !strings.Contains(retained, "When it is destroyed, this stays:\n"+pool) {
		t.Fatalf("before destroy, retained says:\n%s", retained)
	}
	_, list, _ := strings.Cut(retained, "\n")

	said := c.make(t, "local-destroy")
	if !strings.Contains(said, retained) || !strings.Contains(said, "This is still there, in us-east-1:\n"+list) {
		t.Errorf("make local-destroy says:\n%s", said)
	}
	left := c.inventory(t)
	if pools, _ := left["user pools"].([]any); !slices.Contains(pools, any(outputs["UserPoolId"])) {
		t.Errorf("the user pools are %v, without %s", pools, outputs["UserPoolId"])
	}
	for _, kind := range []string{"APIs", "functions", "roles", "log groups"} {
		if diff := cmp.Diff(before[kind], left[kind]); diff != "" {
			t.Errorf("%s before the deployment (-) and after destroy (+):\n%s", kind, diff)
		}
	}

	mapping := c.must(t, "", "retool", "retained", "--format", "mapping", "--stage", "local").stdout
	projecttest.WriteFile(t, filepath.Join(c.tree, "mapping.json"), mapping)
	c.cdk(t, "import", "--resource-mapping", "mapping.json")
	adopted, _ := c.deploy(t)
	if adopted["UserPoolId"] != outputs["UserPoolId"] {
		t.Errorf("the new stack has the pool %s, want %s", adopted["UserPoolId"], outputs["UserPoolId"])
	}
	for _, kind := range []string{"user pools", "tables"} {
		if diff := cmp.Diff(left[kind], c.inventory(t)[kind]); diff != "" {
			t.Errorf("%s before (-) and after (+) the new stack took them:\n%s", kind, diff)
		}
	}
	if users := c.must(t, "", "retool", "user", "list", "--stage", "local").stdout; !strings.Contains(users, "ana") {
		t.Errorf("the users are:\n%s", users)
	}
	c.connect(t)

	c.make(t, "local-destroy")
	c.deleteTheRest(t, mapping)
	if diff := cmp.Diff(before, c.inventory(t)); diff != "" {
		t.Errorf("before the deployment (-) and after the rest was deleted (+):\n%s", diff)
	}
}

// deleteTheRest runs the commands of docs/operations.md, for each resource those of its
// kind: the first one takes the protection away, the second one deletes it.
func (c *cloud) deleteTheRest(t *testing.T, mapping string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(c.tree, "docs", "operations.md"))
	if err != nil {
		t.Fatal(err)
	}
	var left map[string]map[string]string
	if err := json.Unmarshal([]byte(mapping), &left); err != nil {
		t.Fatal(err)
	}
	for _, resource := range left {
		for identifier, kind := range map[string]struct {
			placeholder, describe, query string
			protected                    any
		}{
			// The emulator stores the protection of a pool, but does not enforce it.
			"UserPoolId": {"POOL-ID", "cognito-idp describe-user-pool --user-pool-id", "{protected:UserPool.DeletionProtection}", "ACTIVE"},
			"TableName":  {"TABLE-NAME", "dynamodb describe-table --table-name", "{protected:Table.DeletionProtectionEnabled}", true},
		} {
			id, ok := resource[identifier]
			if !ok {
				continue
			}
			got := c.aws(t, append(strings.Fields(kind.describe), id, "--query", kind.query)...)["protected"]
			if got != kind.protected {
				t.Errorf("the protection of %s is %v, want %v", id, got, kind.protected)
			}
			commands := regexp.MustCompile(`(?m)^aws (.* `+kind.placeholder+`( .*)?)$`).FindAllStringSubmatch(string(text), -1)
			if len(commands) != 2 {
				t.Fatalf("docs/operations.md has the commands %q for a %s, want two", commands, kind.placeholder)
			}
			for _, command := range commands {
				c.aws(t, strings.Fields(strings.ReplaceAll(command[1], kind.placeholder, id))...)
			}
		}
	}
}
