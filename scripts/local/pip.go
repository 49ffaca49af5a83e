package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"retoolapi/internal/cli"
)

// pipSettings are the settings of a person that count: where packages are found
// and how they come from there. Every other one could lead packages elsewhere or
// leave some out.
var pipSettings = []string{
	"index-url", "pypi-url", "extra-index-url", "no-index", "find-links",
	"proxy", "trusted-host", "cert", "client-cert", "keyring-provider",
	"use-feature", "use-deprecated", // of certificates: truststore, legacy-certs
	"timeout", "default-timeout", "retries", "resume-retries",
	"cache-dir", "no-cache-dir",
}

//go:embed pip.py
var pipSettingsScript string

// pipInstall installs pinned packages into a virtual environment.
func pipInstall(ctx context.Context, python, requirements string) error {
	environ, err := pipEnviron(ctx, python)
	if err != nil {
		return err
	}
	// Only wheels: a source package would run build tools that no hash pins.
	_, err = runPython(ctx, environ, python, "-I", "-m", "pip", "install",
		"--quiet", "--disable-pip-version-check", "--no-input",
		"--require-hashes", "--only-binary", ":all:", "--requirement", requirements)
	if err != nil {
		return cli.Hint(err, "check the network and your settings of pip: index, proxy, certificates")
	}
	return nil
}

// pipEnviron is an environment in which pip has the settings that count, from
// wherever the person has them, and no other. They are variables because an
// index's address may hold a password, which others can see on a command line.
func pipEnviron(ctx context.Context, python string) ([]string, error) {
	args := append([]string{"-I", "-c", pipSettingsScript}, pipSettings...)
	answer, err := runPython(ctx, pythonEnviron(), python, args...)
	if err != nil {
		return nil, cli.Hint(fmt.Errorf("read pip's settings: %w", err), "correct that file")
	}
	var settings map[string]string
	if err := json.Unmarshal([]byte(answer), &settings); err != nil {
		return nil, fmt.Errorf("read pip's settings: %w", err)
	}
	environ := append(without(pythonEnviron(), "PIP_"), "PIP_CONFIG_FILE="+os.DevNull)
	for name, value := range settings {
		environ = append(environ, "PIP_"+strings.ToUpper(strings.ReplaceAll(name, "-", "_"))+"="+value)
	}
	return environ, nil
}

// pythonEnviron is this process's environment without what changes how Python
// starts and where it looks for packages.
func pythonEnviron() []string {
	return without(os.Environ(), "PYTHON", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__")
}

// without returns the entries of an environment that do not start like this.
func without(environ []string, prefixes ...string) []string {
	var rest []string
	for _, entry := range environ {
		if !hasPrefix(entry, prefixes) {
			rest = append(rest, entry)
		}
	}
	return rest
}

func hasPrefix(entry string, prefixes []string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(entry, prefix) {
			return true
		}
	}
	return false
}
