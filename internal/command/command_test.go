package command

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestACommandNamesWhatThePersonNamed(t *testing.T) {
	var (
		dev    = Target{Stage: "dev"}
		prod   = Target{Stage: "prod", Region: "eu-west-1", Profile: "my team"}
		local  = Target{Stage: "local", Dir: LocalDir}
		second = Target{Stage: "local", Dir: "two clouds", Port: 4567}
		blue   = Target{Stage: "local-blue", Port: 4567}
	)
	for got, want := range map[string]string{
		dev.Retool("connect"):                          "go run ./scripts/retool connect --stage dev",
		prod.Retool("user add", "o'ma"):                `go run ./scripts/retool user add 'o'\''ma' --stage prod --region eu-west-1 --profile 'my team'`,
		local.Retool("check"):                          "go run ./scripts/retool check --stage local",
		second.Retool("check"):                         "go run ./scripts/retool check --stage local --dir 'two clouds' --port 4567",
		local.Local("status"):                          "go run ./scripts/local status",
		second.Local("down", "--wipe"):                 "go run ./scripts/local down --wipe --dir 'two clouds' --port 4567",
		dev.Make("deploy connect"):                     "make deploy connect STAGE=dev",
		prod.Make("check"):                             "make check STAGE=prod AWS_REGION=eu-west-1 'AWS_PROFILE=my team'",
		local.Make("local"):                            "make local",
		second.Make("local"):                           "make local 'LOCAL_DIR=two clouds' LOCAL_PORT=4567",
		(Target{}).Make("local-down"):                  "make local-down",
		prod.Deploy():                                  "make deploy STAGE=prod AWS_REGION=eu-west-1 'AWS_PROFILE=my team'",
		local.Deploy():                                 "make local",
		dev.AWS("sso login"):                           "aws sso login",
		prod.AWS("iam get-user", "--user-name", "a b"): "aws iam get-user --user-name 'a b' --region eu-west-1 --profile 'my team'",
		local.Destroy():                                "make local-destroy",
		local.Make("check"):                            "make check STAGE=local",
		blue.Retool("check"):                           "go run ./scripts/retool check --stage local-blue --port 4567",
		blue.Deploy():                                  "make local STAGE=local-blue LOCAL_PORT=4567",
		blue.Destroy():                                 "make local-destroy STAGE=local-blue LOCAL_PORT=4567",
		blue.Make("local-down"):                        "make local-down LOCAL_PORT=4567",
		blue.AWS("iam list-users"):                     "go run ./scripts/local run --port 4567 -- aws iam list-users",
		second.AWS("iam list-users"):                   "go run ./scripts/local run --dir 'two clouds' --port 4567 -- aws iam list-users",
	} {
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// Whatever is in a name, the shell hands it on as it is and runs nothing of it.
func TestAQuotedTextIsOneWord(t *testing.T) {
	texts := []string{"", "prod", "a b", "'", `"`, "''", `\`, `\'`, "$HOME", "`id`", "$(id)", "a\nb", "*", "~", "#a", "a;b", "a&b", "-n", "{a,b}", "é", "=a"}
	for _, text := range texts {
		out, err := exec.Command("sh", "-c", "printf '%s|' "+Quote(text)).Output()
		if err != nil || string(out) != text+"|" {
			t.Errorf("Quote(%q) is %s, which the shell reads as %q (%v)", text, Quote(text), out, err)
		}
	}
}

func ExampleTarget_Retool() {
	target := Target{Stage: "prod", Profile: "team"}
	fmt.Println(target.Retool("user add", "alice", "--reset-password"))
	// Output: go run ./scripts/retool user add alice --reset-password --stage prod --profile team
}

func ExampleTarget_Deploy() {
	for stage := range strings.SplitSeq("dev local local-blue", " ") {
		fmt.Println(Target{Stage: stage}.Deploy())
	}
	// Output:
	// make deploy STAGE=dev
	// make local
	// make local STAGE=local-blue
}
