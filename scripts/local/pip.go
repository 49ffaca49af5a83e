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

// pipSettings are the settings of a person that pip gets: where it finds packages
// and how it downloads them. Any other one could install packages elsewhere or
// leave some out.
var pipSettings = []string{
	"index-url", "pypi-url", "extra-index-url", "no-index", "find-links",
	"proxy", "trusted-host", "cert", "client-cert", "keyring-provider",
	"use-feature", "use-deprecated", // truststore and legacy-certs, for certificates
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
	// A source package would run build tools that no hash pins.
	_, err = runPython(ctx, environ, python, "-I", "-m", "pip", "install",
		"--quiet", "--disable-pip-version-check", "--no-input",
		"--require-hashes", "--only-binary", ":all:", "--requirement", requirements)
	if err != nil {
		return cli.Hint(err, "check the network and your settings of pip: index, proxy, certificates")
	}
	return nil
}

// pipEnviron returns an environment in which pip has only those pipSettings that
// are in the person's files and variables. They are variables because an index's
// address may contain a password, which others could see on a command line.
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

// pythonEnviron returns the environment without the variables that change how
// Python starts and where it looks for packages.
func pythonEnviron() []string {
	return without(os.Environ(), "PYTHON", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__")
}

// without returns the entries of an environment that have none of the prefixes.
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
