# Runs checkov on a template: check.py TEMPLATE. What is not met needs a reason in the
# template (infra/exempt.go), and a reason is there only for what is not met.
import json, os, subprocess, sys, tempfile

RUN = "import sys; from checkov.main import Checkov; sys.exit(Checkov().run())"


def taken_out(template):
    """Takes the reasons out of the template, because checkov does not try what has one."""
    reasons = {}
    for name, resource in template["Resources"].items():
        for skip in resource.get("Metadata", {}).pop("checkov", {}).get("skip", []):
            reasons[name, skip["id"]] = skip["comment"]
    return reasons


def not_met(template):
    """Returns the checks that the template does not meet, with what they ask for."""
    with tempfile.TemporaryDirectory() as home:
        with open(os.path.join(home, "template.json"), "w", encoding="utf-8") as file:
            json.dump(template, file)
        # In this folder and environment checkov finds nobody's settings and no API
        # key. Otherwise it also asks PyPI for a newer version.
        done = subprocess.run(
            [sys.executable, "-I", "-c", RUN, "--framework", "cloudformation", "--compact",
             "--skip-download", "--output", "json", "--file", "template.json"],
            cwd=home, env={"HOME": home, "PATH": os.defpath, "CKV_SKIP_PACKAGE_UPDATE_CHECK": "true"},
            stdin=subprocess.DEVNULL, capture_output=True, text=True)
    # What it cannot read is no failure to checkov.
    try:
        report = json.loads(done.stdout)
        summary = report["summary"]
        if summary["parsing_errors"] or not summary["passed"] + summary["failed"]:
            raise ValueError
    except (ValueError, KeyError, TypeError):
        sys.exit(f"error: checkov did not check the template (exit code {done.returncode})\n{done.stdout}{done.stderr}")
    return {(check["resource"].rpartition(".")[2], check["check_id"]): check["check_name"]
            for check in report["results"].get("failed_checks", [])}


with open(sys.argv[1], encoding="utf-8") as file:
    template = json.load(file)
reasons = taken_out(template)
failed = not_met(template)
faults = [f"{name}: {check} is not met: {failed[name, check]}" for name, check in sorted(failed.keys() - reasons.keys())]
faults += [f"{name}: {check} has a reason, but is met or does not exist" for name, check in sorted(reasons.keys() - failed.keys())]
faults += [f"{name}: the reason of {check} is empty" for (name, check), reason in sorted(reasons.items()) if not reason.strip()]
if faults:
    hint = "hint: meet it, or give a reason with exempt() in infra/; remove a reason that is not needed"
    sys.exit("\n".join([f"error: {sys.argv[1]}", *faults, hint]))
