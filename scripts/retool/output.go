package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"retoolapi/internal/cli"
	"retoolapi/internal/privatefile"
)

// outputFlag is the flag of a command that can write what it prints to a file.
type outputFlag struct {
	Output *string `help:"Write it to this file, which only you can read, instead of printing it." placeholder:"FILE"`
}

// check refuses the name of what is no file. example is a name for the hint.
func (f outputFlag) check(example string) error {
	if f.Output == nil {
		return nil
	}
	return checkOutput(*f.Output, "name a file, such as "+example)
}

// write prints or, if a file was named, writes what the command is for. note
// follows the message that says which file it wrote.
func (f outputFlag) write(c cli.Console, what, note string, write func(io.Writer) error) error {
	if f.Output == nil {
		return write(c.Out)
	}
	if err := privatefile.Write(*f.Output, write); err != nil {
		return cli.Hint(fmt.Errorf("write %s: %w", what, err), "name a file that you may write")
	}
	fmt.Fprintf(c.Err, "Wrote %s to %s, which only you can read.%s\n", what, *f.Output, note)
	return nil
}

// checkOutput refuses the name of what is no file, or cannot be one. It does not
// repeat the name: who types into the wrong place may have typed a secret.
func checkOutput(name, hint string) error {
	switch name {
	case "":
		return cli.Usage(errors.New("--output is empty"), hint)
	case "-":
		return cli.Usage(errors.New("--output takes a file, and - is none"), "leave out --output to print on standard output")
	}
	folder, err := filepath.EvalSymlinks(filepath.Dir(name))
	if err != nil {
		return cli.Usage(errors.New("the folder of --output is not there"), "create the folder, or name another file")
	}
	// Links such as /dev/stdout and /dev/fd/1 lead to files that are open.
	if folder == "/dev" || strings.HasPrefix(folder+"/", "/proc/") {
		return cli.Usage(errors.New("--output is a device or a pipe"), hint)
	}
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return cli.Usage(fmt.Errorf("--output cannot be a file: %w", cause(err)), hint)
	case info.IsDir():
		return cli.Usage(errors.New("--output is a folder"), hint)
	case !info.Mode().IsRegular():
		return cli.Usage(errors.New("--output is a device or a pipe"), hint)
	}
	return nil
}

// cause is what failed, without the name of the file.
func cause(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err
	}
	return err
}
