package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"retoolapi/internal/cli"
	"retoolapi/internal/form"
	"retoolapi/internal/form/page"
	"retoolapi/internal/privatefile"
)

// pageFolder is where the pages are. git ignores it.
const pageFolder = ".retool"

// pageFile returns the name of a stage's page. No name of a stage has a dot, so
// that what follows one in a file's name is not of another stage.
func pageFile(stage string) string { return filepath.Join(pageFolder, stage+".html") }

// writePage writes a page, which may hold a secret.
func writePage(c cli.Console, p page.Page) error {
	if err := os.MkdirAll(pageFolder, 0o700); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	path := pageFile(p.At.Stage)
	if err := privatefile.Write(path, p.Write); err != nil {
		return fmt.Errorf("write the page %s: %w", path, err)
	}
	secret := map[form.SignIn]string{
		form.Shared:   " (it holds the refresh token: delete it when Retool is set up)",
		form.Password: " (it holds the password: delete it when Retool is set up)",
	}[p.Form.SignIn()]
	fmt.Fprintf(c.Out, "\nThe same as a page with copy buttons%s:\n  %s\n", secret, address(path))
	return nil
}

// existingPage returns the file name of a stage's page, or "" if there is none.
func existingPage(stage string) string {
	path := pageFile(stage)
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}

// address returns the address of a file, which a terminal makes clickable.
func address(path string) string {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(absolute)}).String()
}

// clearPages removes what a killed command left of a stage's page. What cannot be
// removed is no reason to stop.
func clearPages(c cli.Console, stage string) {
	if _, err := removeUnfinishedPages(stage); err != nil {
		fmt.Fprintf(c.Err, "What a killed command left of an earlier page, perhaps with its secret, cannot be removed: %v\n", err)
	}
}

// removePages removes the page of a stage if it holds a secret, and what
// a killed command left of one. It returns the names of the files.
func removePages(stage string) (removed []string, err error) {
	removed, err = removeUnfinishedPages(stage)
	path := pageFile(stage)
	content, fault := os.ReadFile(path)
	switch {
	case errors.Is(fault, fs.ErrNotExist):
		return removed, err
	case fault == nil && !page.HoldsSecret(content):
		return removed, err
	case fault == nil:
		fault = os.Remove(path)
	}
	if fault == nil {
		removed = append(removed, path)
	}
	return removed, errors.Join(err, fault)
}

// removeUnfinishedPages removes what a killed command left of a stage's page.
func removeUnfinishedPages(stage string) (removed []string, err error) {
	removed, err = privatefile.RemoveLeftovers(pageFile(stage))
	old, fault := filepath.Glob(pageFile(stage + "-*"))
	err = errors.Join(err, fault)
	for _, path := range old {
		switch unfinished, fault := isUnfinished(stage, path); {
		case fault != nil:
			err = errors.Join(err, fault)
		case unfinished:
			if fault := os.Remove(path); fault != nil {
				err = errors.Join(err, fault)
				continue
			}
			removed = append(removed, path)
		}
	}
	return removed, err
}

var digits = regexp.MustCompile(`^\d+$`)

// isUnfinished reports whether a file is an unfinished page of a stage by the
// name that earlier versions gave it, STAGE-DIGITS.html. The page of the stage
// STAGE-DIGITS has the same name, and its stage is named in it.
func isUnfinished(stage, path string) (bool, error) {
	name := strings.TrimSuffix(filepath.Base(path), ".html")
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() || !digits.MatchString(name[len(stage)+len("-"):]) {
		return false, err
	}
	content, err := os.ReadFile(path)
	return err == nil && !bytes.Contains(content, []byte(name)), err
}
