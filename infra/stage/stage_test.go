package stage

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestStackName(t *testing.T) {
	got := map[string]string{}
	for _, stage := range []string{"dev", "local", "local-blue", "prod", "team-a"} {
		got[stage] = StackName(stage)
	}
	want := map[string]string{
		"dev":        "RetoolApi",
		"local":      "RetoolApi-local",
		"local-blue": "RetoolApi-local-blue",
		"prod":       "RetoolApi-prod",
		"team-a":     "RetoolApi-team-a",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("stack names (-want +got):\n%s", diff)
	}
}

func TestTheStagesOfTheLocalCloud(t *testing.T) {
	for stage, want := range map[string]bool{
		"local": true, "local-blue": true, "local-2": true, "local-a-b": true, "local-": true,
		"dev": false, "prod": false, "locale": false, "localhost": false, "local2": false, "local_a": false,
		"Local": false, "LOCAL-a": false, "my-local": false, "prod-local": false, "": false,
	} {
		if IsLocal(stage) != want {
			t.Errorf("IsLocal(%q) is not %v", stage, want)
		}
	}
}

func TestAStageNameIsAllowedIfItsStackNameIs(t *testing.T) {
	for _, stage := range []string{"dev", "local", "Prod", "2", "team-a", "a-", strings.Repeat("a", 100)} {
		if err := Check(stage); err != nil {
			t.Errorf("Check(%q) = %v, want no error", stage, err)
		}
		// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-using-console-create-stack-parameters.html
		if length := len(StackName(stage)); length > 128 {
			t.Errorf("the stack of %q has a name of %d characters, CloudFormation allows 128", stage, length)
		}
	}
}

func TestAStageNameIsRefusedIfItsStackNameIsNotAllowed(t *testing.T) {
	for _, stage := range []string{"", "-a", "a_b", "a b", "a/b", "a.b", "ä", "dev\n", strings.Repeat("a", 101)} {
		if Check(stage) == nil {
			t.Errorf("Check(%q) = nil, want an error", stage)
		}
	}
	want := `the stage is no name: it takes 1 to 100 letters, digits and hyphens, and does not start with a hyphen`
	if diff := cmp.Diff(want, Check("a b").Error()); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
}
