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
	"time"
)

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

// python returns the environment's Python, after making the environment if
// there is none or if it is broken. That may take a minute, and says so.
func (e environment) python(ctx context.Context) (string, error) {
	if e.usable(ctx) {
		return e.path(), nil
	}
	if err := os.MkdirAll(filepath.Dir(e.dir), 0o700); err != nil {
		return "", fmt.Errorf("make the folder for Python packages: %w", err)
	}
	lock, err := lockFile(ctx, e.dir+".lock", "installing "+e.packages)
	if err != nil {
		return "", err
	}
	defer lock.Close()
	if e.usable(ctx) {
		return e.path(), nil
	}
	err = e.make(ctx)
	if ctx.Err() != nil {
		return "", errInterrupted
	}
	return e.path(), err
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

func (e environment) make(ctx context.Context) error {
	python, err := findPython(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("installing %s into %s (once; up to a minute)\n", e.packages, e.dir)
	if err := os.RemoveAll(e.dir); err != nil {
		return fmt.Errorf("remove a virtual environment that is unfinished or broken: %w", err)
	}
	return whileReporting("still installing", func() error { return e.install(ctx, python) })
}

func (e environment) install(ctx context.Context, python string) error {
	if _, err := runPython(ctx, without(pythonEnviron(), "PIP_"), python, "-I", "-m", "venv", e.dir); err != nil {
		return fmt.Errorf("make a virtual environment: %w", err)
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

// whileReporting does something, and says again and again that it still does.
func whileReporting(doing string, do func() error) error {
	done := make(chan error, 1)
	start := time.Now()
	go func() { done <- do() }()
	report := time.NewTicker(reportPeriod)
	defer report.Stop()
	for {
		select {
		case err := <-done:
			return err
		case <-report.C:
			fmt.Printf("%s (%d s)\n", doing, int(time.Since(start).Seconds()))
		}
	}
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
		return nil, errors.New("no requirements given: name a file with --requirements")
	}
	return all, nil
}
