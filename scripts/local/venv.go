package main

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/alecthomas/kong"

	"retoolapi/internal/cli"
	"retoolapi/internal/localcloud"
)

// venvCommand is `local venv`.
type venvCommand struct {
	Packages     string            `required:"" help:"Name of the packages, for messages."`
	Requirements []string          `required:"" type:"existingfile" help:"File of pinned packages with hashes."`
	Import       []string          `required:"" help:"Module that the environment must have."`
	Into         localcloud.Folder `arg:"" help:"Folder of the environment."`
}

func (cmd venvCommand) Run(ctx context.Context, c cli.Console) error {
	requirements, err := readRequirements(cmd.Requirements)
	if err != nil {
		return err
	}
	_, err = environment{kong.ExpandPath(string(cmd.Into)), cmd.Packages, requirements, cmd.Import}.python(ctx, c)
	return err
}

// readRequirements returns the content of several files of pinned packages.
func readRequirements(files []string) ([]byte, error) {
	var all []byte
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read the requirements: %w", err)
		}
		all = append(append(all, content...), '\n')
	}
	if len(all) == 0 {
		return nil, cli.Usage(errors.New("no requirements given"), "name a file with --requirements")
	}
	return all, nil
}

//go:embed requirements.txt
var requirements []byte

// environment is a virtual environment with exactly its requirements, which are
// pinned packages with hashes. A person's settings of pip and Python do not change
// what is installed.
type environment struct {
	dir          string
	packages     string // their name, for messages
	requirements []byte
	imports      []string // modules that it must have
}

// ministackEnvironment returns the environment of the emulator. All clones with
// the same requirements share it, in the cache folder.
func ministackEnvironment(cache string) environment {
	return environment{
		dir:          filepath.Join(cache, fmt.Sprintf("venv-%.6x", sha256.Sum256(requirements))),
		packages:     "MiniStack's Python packages",
		requirements: requirements,
		imports:      []string{"ministack", "cryptography.fernet"},
	}
}

// cacheDir returns a folder in the user's cache folder that all clones share, and
// creates it if needed.
func cacheDir() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", cli.Hint(fmt.Errorf("find the cache folder for Python packages: %w", err), "set HOME")
	}
	dir := filepath.Join(cache, "retoolapi")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("create the folder for Python packages: %w", err)
	}
	return dir, nil
}

// python returns the environment's Python. If there is no environment, or if it
// is damaged, python creates it first, which may take a minute.
func (e environment) python(ctx context.Context, c cli.Console) (string, error) {
	if e.usable(ctx) {
		return e.path(), nil
	}
	if err := os.MkdirAll(filepath.Dir(e.dir), 0o700); err != nil {
		return "", fmt.Errorf("create the folder for Python packages: %w", err)
	}
	lock, err := lockFile(ctx, c, e.dir+".lock", "installing "+e.packages)
	if err != nil {
		return "", err
	}
	defer lock.Close()
	if e.usable(ctx) {
		return e.path(), nil
	}
	return e.path(), e.create(ctx, c)
}

func (e environment) path() string { return filepath.Join(e.dir, "bin", "python") }

// fingerprintPath is the path of the file with the fingerprint of the complete
// environment.
func (e environment) fingerprintPath() string { return filepath.Join(e.dir, "complete") }

// usable tells whether every file is as it was installed and the packages can be
// imported. They cannot if the Python for which they were installed was removed or
// replaced.
func (e environment) usable(ctx context.Context) bool {
	installed, err := os.ReadFile(e.fingerprintPath())
	if err != nil {
		return false
	}
	fingerprint, err := e.fingerprint()
	return err == nil && fingerprint == string(installed) && e.importAll(ctx) == nil
}

func (e environment) importAll(ctx context.Context) error {
	_, err := runPython(ctx, pythonEnviron(), e.path(), "-I", "-c", "import "+strings.Join(e.imports, ", "))
	return err
}

// fingerprint returns a hash of the requirements and of the names and sizes of the
// environment's files, without those that Python writes later.
func (e environment) fingerprint() (string, error) {
	sum := sha256.New()
	sum.Write(e.requirements)
	err := filepath.WalkDir(e.dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && entry.Name() == "__pycache__":
			return fs.SkipDir
		case entry.IsDir(), path == e.fingerprintPath():
			return nil
		}
		file, err := entry.Info()
		if err != nil {
			return err
		}
		fmt.Fprintf(sum, "%s\x00%d\n", strings.TrimPrefix(path, e.dir), file.Size())
		return nil
	})
	return fmt.Sprintf("%x", sum.Sum(nil)), err
}

// create finds a Python and installs the packages, after removing the old folder.
func (e environment) create(ctx context.Context, c cli.Console) error {
	python, err := findPython(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.Err, "Installing %s into %s (once; up to a minute)…\n", e.packages, e.dir)
	if err := os.RemoveAll(e.dir); err != nil {
		return fmt.Errorf("remove an incomplete virtual environment: %w", err)
	}
	return c.Waiting("installing "+e.packages, func() error { return e.install(ctx, python) })
}

func (e environment) install(ctx context.Context, python string) error {
	if _, err := runPython(ctx, without(pythonEnviron(), "PIP_"), python, "-I", "-m", "venv", e.dir); err != nil {
		return fmt.Errorf("create a virtual environment: %w", err)
	}
	file := filepath.Join(e.dir, "requirements.txt")
	if err := os.WriteFile(file, e.requirements, 0o600); err != nil {
		return fmt.Errorf("write the requirements: %w", err)
	}
	if err := pipInstall(ctx, e.path(), file); err != nil {
		return fmt.Errorf("install %s: %w", e.packages, err)
	}
	if err := e.importAll(ctx); err != nil {
		return fmt.Errorf("install %s: they cannot be used: %w", e.packages, err)
	}
	fingerprint, err := e.fingerprint()
	if err == nil {
		err = os.WriteFile(e.fingerprintPath(), []byte(fingerprint), 0o600)
	}
	if err != nil {
		return fmt.Errorf("mark %s as complete: %w", e.dir, err)
	}
	return nil
}
