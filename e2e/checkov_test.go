package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"retoolapi/internal/projecttest"
)

// fakeCheckov is in place of checkov. It finds what the template's key Fails names, if
// nothing of a person's environment reached it and no reason is left.
const fakeCheckov = `import json, os, sys

class Checkov:
    def run(self):
        template = json.load(open(sys.argv[sys.argv.index("--file") + 1]))
        assert not any(name.startswith("BC_") or name == "CKV_SKIP_CHECK" for name in os.environ), "a person's setting"
        assert os.environ["HOME"] != "/nobody" and not os.path.exists(".checkov.yaml"), "a person's file"
        assert os.environ["CKV_SKIP_PACKAGE_UPDATE_CHECK"] == "true", "it asks for a newer version"
        assert "checkov" not in json.dumps(template["Resources"]), "a reason is left"
        fails = template["Fails"]
        summary = {"passed": template.get("Passed", 1), "failed": len(fails), "parsing_errors": template.get("Unread", 0)}
        print(json.dumps({"summary": summary, "results": {"failed_checks": [
            {"resource": "AWS::A::B." + resource, "check_id": check, "check_name": "Ask"} for resource, check in fails]}}))
        return 1 if fails else 0
`

func TestCheckovNeedsAReasonForWhatIsNotMetAndForNothingElse(t *testing.T) {
	t.Parallel()
	python := checkovEnvironment(t)
	const (
		reason = `"Metadata": {"checkov": {"skip": [{"id": "CKV_1", "comment": "It costs."}]}}`
		hint   = "hint: meet it, or give a reason with exempt() in infra/; remove a reason that is not needed\n"
	)
	for name, test := range map[string]struct{ template, want string }{
		"all met":                {`{"Resources": {"A": {}}, "Fails": []}`, ""},
		"a reason":               {`{"Resources": {"A": {` + reason + `}}, "Fails": [["A", "CKV_1"]]}`, ""},
		"no reason":              {`{"Resources": {"A": {}}, "Fails": [["A", "CKV_1"]]}`, "A: CKV_1 is not met: Ask\n" + hint},
		"another's reason":       {`{"Resources": {"A": {` + reason + `}, "B": {}}, "Fails": [["A", "CKV_1"], ["B", "CKV_1"]]}`, "B: CKV_1 is not met: Ask\n" + hint},
		"a reason of no use":     {`{"Resources": {"A": {` + reason + `}}, "Fails": []}`, "A: CKV_1 has a reason, but is met or does not exist\n" + hint},
		"an empty reason":        {`{"Resources": {"A": {` + strings.Replace(reason, "It costs.", " ", 1) + `}}, "Fails": [["A", "CKV_1"]]}`, "A: the reason of CKV_1 is empty\n" + hint},
		"a template not read":    {`{"Resources": {"A": {}}, "Fails": [], "Unread": 1}`, "error: checkov did not check the template"},
		"a template not checked": {`{"Resources": {"A": {}}, "Fails": [], "Passed": 0}`, "error: checkov did not check the template"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			template := filepath.Join(dir, "a.template.json")
			projecttest.WriteFile(t, template, test.template)
			projecttest.WriteFile(t, filepath.Join(dir, ".checkov.yaml"), "check: [CKV_2]")
			cmd := exec.Command(python, "-I", filepath.Join(projecttest.Root(t), "infra/lint/checkov/check.py"), template)
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "HOME=/nobody", "BC_API_KEY=key", "CKV_SKIP_CHECK=CKV_1")
			out, err := cmd.CombinedOutput()
			if passed := err == nil; passed != (test.want == "") {
				t.Errorf("passed: %t", passed)
			}
			got := strings.TrimPrefix(string(out), "error: "+template+"\n")
			if strings.HasPrefix(test.want, "error:") {
				got, _, _ = strings.Cut(got, " (")
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// checkovEnvironment returns the Python of a virtual environment with fakeCheckov.
func checkovEnvironment(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "venv")
	if out, err := exec.Command("python3", "-I", "-m", "venv", "--without-pip", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	packages, err := filepath.Glob(filepath.Join(dir, "lib", "python*", "site-packages"))
	if err != nil || len(packages) != 1 {
		t.Fatal(packages, err)
	}
	projecttest.WriteFile(t, filepath.Join(packages[0], "checkov", "__init__.py"), "")
	projecttest.WriteFile(t, filepath.Join(packages[0], "checkov", "main.py"), fakeCheckov)
	return filepath.Join(dir, "bin", "python")
}
