// Package privatefile writes files that hold a secret: only their owner can read
// them, and what a killed command left of one does not stay.
//
// It changes when a secret needs more protection in a file.
package privatefile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
)

// Write writes a file as a whole or not at all. It is a new file that replaces
// what was there: nobody else can read it from its first byte, whatever the
// permissions of the old one, and nothing is written to where a link leads.
func Write(path string, write func(io.Writer) error) error {
	// What cannot be removed is somebody else's, and no reason to write nothing.
	_, _ = RemoveLeftovers(path)
	for {
		err := writeOnce(path, write)
		if !errors.Is(err, errLost) {
			return err
		}
	}
}

// errLost says that another command took the file for a leftover, before it was
// locked or after.
var errLost = errors.New("the file was removed while it was written")

func writeOnce(path string, write func(io.Writer) error) error {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp") // makes it 0600
	if err != nil {
		return plain(err)
	}
	lock(file)
	err = errors.Join(write(file), file.Close()) // Windows renames no open file
	if err == nil {
		err = rename(file.Name(), path)
	}
	if err != nil {
		os.Remove(file.Name())
	}
	return plain(err)
}

func rename(from, to string) error {
	err := os.Rename(from, to)
	if _, gone := os.Lstat(from); err != nil && errors.Is(gone, fs.ErrNotExist) {
		return errLost
	}
	return err
}

// plain is an error without the name of the temporary file, which nobody knows.
func plain(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("%s: %w", path.Op, path.Err)
	}
	if link, ok := errors.AsType[*os.LinkError](err); ok {
		return fmt.Errorf("%s: %w", link.Op, link.Err)
	}
	return err
}

// temporary matches what follows the name of a file in that of its temporary file.
var temporary = regexp.MustCompile(`^\.\d+\.tmp$`)

// RemoveLeftovers removes what Write left of a file when it was killed, and
// returns the names. A file that is being written just now is none.
func RemoveLeftovers(path string) (removed []string, err error) {
	dir, base := filepath.Split(path)
	entries, err := os.ReadDir(filepath.Clean(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, entry := range entries {
		name := entry.Name()
		if len(name) <= len(base) || name[:len(base)] != base || !temporary.MatchString(name[len(base):]) || !entry.Type().IsRegular() {
			continue
		}
		leftover := filepath.Join(dir, name)
		switch ok, fault := removeLeftover(leftover); {
		case ok:
			removed = append(removed, leftover)
		case fault != nil:
			err = errors.Join(err, fault)
		}
	}
	return removed, err
}

// removeLeftover removes a temporary file unless somebody writes it: the kernel
// ends the lock with the process.
func removeLeftover(path string) (removed bool, err error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil // it has its final name by now
	}
	if err != nil {
		return false, err
	}
	defer file.Close()
	if !lock(file) {
		return false, nil
	}
	err = os.Remove(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}
