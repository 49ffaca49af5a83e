package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

//go:embed requirements.txt
var requirements []byte

// pythons are the names under which systems install Python, the user's choice
// first.
var pythons = []string{"python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"}

// probe exits with 3 if this Python is too old, with 4 if it cannot make
// virtual environments.
const probe = `
import sys
if sys.version_info < (3, 10): sys.exit(3)
try: import venv, ensurepip
except ImportError: sys.exit(4)
`

// venvPython returns the Python of a virtual environment that holds exactly the
// pinned requirements, and makes that environment if there is none yet. All
// clones with the same requirements share one, in the user's cache folder. It
// may take a minute and download 25 MB, and says so.
func venvPython(ctx context.Context) (string, error) {
	cache, err := cacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, fmt.Sprintf("venv-%.6x", sha256.Sum256(requirements)))
	python := filepath.Join(dir, "bin", "python")
	complete := filepath.Join(dir, "complete")
	usable := func() bool {
		// The first is missing after an interruption, the second leads
		// nowhere when the Python it was made from is gone.
		return exists(complete) && exists(python)
	}
	if usable() {
		return python, nil
	}

	lock, err := lockFile(ctx, dir+".lock", "installing MiniStack's Python packages")
	if err != nil {
		return "", err
	}
	defer lock.Close()
	if usable() {
		return python, nil
	}
	if err := makeVenv(ctx, dir); err != nil {
		return "", err
	}
	if err := os.WriteFile(complete, nil, 0o600); err != nil {
		return "", fmt.Errorf("mark %s as complete: %w", dir, err)
	}
	return python, nil
}

// cacheDir makes the folder in the user's cache folder that all clones share.
func cacheDir() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find the cache folder for Python packages: %w", err)
	}
	dir := filepath.Join(cache, "retoolapi")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("make the folder for Python packages: %w", err)
	}
	return dir, nil
}

func makeVenv(ctx context.Context, dir string) error {
	python, err := findPython(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("installing MiniStack's Python packages into %s (once; up to a minute)\n", dir)
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("remove an unfinished virtual environment: %w", err)
	}
	if err := runPython(ctx, python, "-m", "venv", dir); err != nil {
		return fmt.Errorf("make a virtual environment: %w", err)
	}
	file := filepath.Join(dir, "requirements.txt")
	if err := os.WriteFile(file, requirements, 0o600); err != nil {
		return fmt.Errorf("write the requirements: %w", err)
	}
	// Only wheels: a source package would run build tools that no hash pins.
	err = runPython(ctx, filepath.Join(dir, "bin", "python"), "-m", "pip", "install",
		"--quiet", "--disable-pip-version-check", "--no-input",
		"--require-hashes", "--only-binary", ":all:", "--requirement", file)
	if err != nil {
		return fmt.Errorf("install MiniStack's Python packages: %w", err)
	}
	return nil
}

// findPython returns a Python that is new enough and can make virtual
// environments, or says what to install.
func findPython(ctx context.Context) (string, error) {
	err := errors.New("python3 not found: install Python 3.10 or later")
	for _, name := range pythons {
		path, lookErr := exec.LookPath(name)
		if lookErr != nil {
			continue
		}
		var exit *exec.ExitError
		switch probeErr := exec.CommandContext(ctx, path, "-c", probe).Run(); {
		case probeErr == nil:
			return path, nil
		case errors.As(probeErr, &exit) && exit.ExitCode() == 3:
			err = fmt.Errorf("%s is too old: install Python 3.10 or later", path)
		case errors.As(probeErr, &exit) && exit.ExitCode() == 4:
			err = fmt.Errorf("%s cannot make virtual environments: install its venv module (Debian and Ubuntu: apt-get install python3-venv)", path)
		default:
			err = fmt.Errorf("%s does not work: %w", path, probeErr)
		}
	}
	return "", err
}

// runPython runs a Python command that prints nothing unless it fails.
func runPython(ctx context.Context, python string, args ...string) error {
	var output bytes.Buffer
	command := exec.CommandContext(ctx, python, args...)
	command.Env = append(os.Environ(), "PIP_USER=0") // pip refuses that setting in a virtual environment
	command.Stdout, command.Stderr = &output, &output
	if err := command.Run(); err != nil {
		if ctx.Err() != nil {
			return errInterrupted
		}
		return fmt.Errorf("%w\n%s", err, strings.TrimSpace(output.String()))
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
