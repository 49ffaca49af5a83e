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

	"retoolapi/internal/cli"
)

// venvCommand is `local venv`.
type venvCommand struct {
	Packages     string   `required:"" help:"What the packages are called."`
	Requirements []string `required:"" type:"existingfile" help:"File of pinned packages with hashes."`
	Import       []string `required:"" help:"Module that must be there to be imported."`
	Into         string   `arg:"" type:"path" help:"Folder of the environment."`
}

func (cmd venvCommand) Run(ctx context.Context, c cli.Console) error {
	requirements, err := readRequirements(cmd.Requirements)
	if err != nil {
		return err
	}
	_, err = environment{cmd.Into, cmd.Packages, requirements, cmd.Import}.python(ctx, c)
	return err
}

// readRequirements reads files of pinned packages as one.
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

// environment is a virtual environment that holds exactly its requirements,
// pinned packages with hashes, whatever the person's settings of pip and Python.
type environment struct {
	dir          string
	packages     string // what they are called
	requirements []byte
	imports      []string // modules that must be there to be imported
}

// ministackEnvironment is that of the emulator. All clones with the same
// requirements share one, in the cache folder.
func ministackEnvironment(cache string) environment {
	return environment{
		dir:          filepath.Join(cache, fmt.Sprintf("venv-%.6x", sha256.Sum256(requirements))),
		packages:     "MiniStack's Python packages",
		requirements: requirements,
		imports:      []string{"ministack", "cryptography.fernet"},
	}
}

// cacheDir creates the folder in the user's cache folder that all clones share.
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

// python returns the environment's Python, after creating the environment if
// there is none or if it is broken. That may take a minute, and says so.
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

// sealPath is that of the file whose content says that the environment was
// complete, and with which files.
func (e environment) sealPath() string { return filepath.Join(e.dir, "complete") }

// usable tells whether every file is as it was installed and the packages can
// be imported, which they cannot when the Python they were installed for is gone
// or is another one by now.
func (e environment) usable(ctx context.Context) bool {
	written, err := os.ReadFile(e.sealPath())
	if err != nil {
		return false
	}
	seal, err := e.seal()
	return err == nil && seal == string(written) && e.importAll(ctx) == nil
}

func (e environment) importAll(ctx context.Context) error {
	_, err := runPython(ctx, pythonEnviron(), e.path(), "-I", "-c", "import "+strings.Join(e.imports, ", "))
	return err
}

// seal sums up the environment's files, except those that Python writes later.
func (e environment) seal() (string, error) {
	sum := sha256.New()
	sum.Write(e.requirements)
	err := filepath.WalkDir(e.dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && entry.Name() == "__pycache__":
			return fs.SkipDir
		case entry.IsDir(), path == e.sealPath():
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

// create finds a Python and installs the packages, in the place of what is there.
func (e environment) create(ctx context.Context, c cli.Console) error {
	python, err := findPython(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.Err, "Installing %s into %s (once; up to a minute)…\n", e.packages, e.dir)
	if err := os.RemoveAll(e.dir); err != nil {
		return fmt.Errorf("remove a virtual environment that is unfinished or broken: %w", err)
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
	seal, err := e.seal()
	if err == nil {
		err = os.WriteFile(e.sealPath(), []byte(seal), 0o600)
	}
	if err != nil {
		return fmt.Errorf("mark %s as complete: %w", e.dir, err)
	}
	return nil
}
