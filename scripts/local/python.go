package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"retoolapi/internal/cli"
)

// pythons are the names under which systems install Python, the user's choice
// first. Versions with which the pinned packages were never tried come late.
var pythons = []string{
	"python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10",
	"python3.16", "python3.15", "python",
}

// probe prints the version of a Python, even of an old one, and then whether it
// can be used. The exit code does not tell that: a stub that only says where to
// get Python exits with 0 too.
const probe = `
import sys
sys.path.pop(0) # the current folder
print("Python %d.%d.%d" % sys.version_info[:3])
if sys.version_info >= (3, 10):
    import venv, ensurepip
    print("usable")
`

var pythonVersion = regexp.MustCompile(`^Python \d+\.\d+\.\d+$`)

// probeTimeout is longer than the slowest Python needs to start.
const probeTimeout = 10 * time.Second

// findPython returns a Python that is new enough and can create virtual
// environments, or says what was found and what to install.
func findPython(ctx context.Context) (string, error) {
	var refused []string
	for _, path := range pythonsIn(filepath.SplitList(os.Getenv("PATH"))) {
		reason := whyUnusable(ctx, path)
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		if reason == "" {
			return path, nil
		}
		refused = append(refused, "\n"+path+" "+reason)
	}
	if len(refused) == 0 {
		return "", cli.Hint(errors.New("python3 not found"), "install Python 3.10 or later")
	}
	return "", cli.Hint(fmt.Errorf("no usable Python found:%s", strings.Join(refused, "")),
		"install Python 3.10 or later with its venv module (Debian and Ubuntu: apt-get install python3-venv)")
}

// pythonsIn returns the Pythons in the folders of a PATH. If the first file of a
// name cannot be used, one in a later folder may be usable, unless it is a link to
// the same file.
func pythonsIn(folders []string) []string {
	var paths []string
	for _, name := range pythons {
		var files []string
		for _, folder := range folders {
			path, err := exec.LookPath(filepath.Join(folder, name))
			if err != nil || !filepath.IsAbs(path) {
				continue
			}
			file, err := filepath.EvalSymlinks(path)
			if err != nil || slices.Contains(files, file) {
				continue
			}
			paths, files = append(paths, path), append(files, file)
		}
	}
	return paths
}

// whyUnusable returns why a Python cannot be used, or an empty string if it can.
func whyUnusable(ctx context.Context, path string) string {
	probing, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	answer, err := runPython(probing, pythonEnviron(), path, "-c", probe)
	version, rest, _ := strings.Cut(answer, "\n")
	switch {
	case strings.TrimSpace(rest) == "usable":
		return ""
	case probing.Err() != nil:
		return fmt.Sprintf("does not answer within %v", probeTimeout)
	case !pythonVersion.MatchString(version):
		if err == nil {
			err = errors.New("it is not Python")
		}
		return "does not work: " + firstLines(err, 2)
	case err != nil:
		return "(" + version + ") cannot create virtual environments: " + lastLine(err)
	}
	return "is too old: " + version
}

// firstLines returns the first n lines of an error as one line.
func firstLines(err error, n int) string {
	lines := strings.SplitN(err.Error(), "\n", n+1)
	return strings.Join(lines[:min(n, len(lines))], ": ")
}

// lastLine returns the last line of an error, which has the message of a traceback.
func lastLine(err error) string {
	text := err.Error()
	return text[strings.LastIndex(text, "\n")+1:]
}

// runPython runs a Python and returns its standard output. An error contains all
// of its output. When ctx is canceled, runPython kills the Python and its children.
func runPython(ctx context.Context, environ []string, python string, args ...string) (string, error) {
	var stdout, stderr bytes.Buffer
	command := exec.CommandContext(ctx, python, args...)
	command.Env = environ
	command.Stdout, command.Stderr = &stdout, &stderr
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	command.WaitDelay = time.Second // for children that keep the output open
	err := command.Run()
	if output := strings.TrimSpace(stdout.String() + stderr.String()); err != nil && output != "" {
		err = fmt.Errorf("%w\n%s", err, output)
	}
	return stdout.String(), err
}
