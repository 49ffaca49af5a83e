package privatefile

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
)

func writing(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

// expectFolder compares what is in a folder.
func expectFolder(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	if !slices.Equal(names, want) {
		t.Errorf("the folder has %q, want %q", names, want)
	}
}

func expectFile(t *testing.T, path, want string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil || string(text) != want {
		t.Errorf("%s is %q, %v, want %q", path, text, err, want)
	}
}

func put(t *testing.T, text string, path ...string) string {
	t.Helper()
	name := filepath.Join(path...)
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestNobodyElseReadsWhatIsWritten(t *testing.T) {
	dir := t.TempDir()
	path := put(t, "old", dir, "form.json")
	if err := os.Chmod(path, 0o666); err != nil {
		t.Fatal(err)
	}
	err := Write(path, func(w io.Writer) error {
		expectFile(t, path, "old") // until the new one is whole
		if mode := modeOf(t, w.(*os.File).Name()); mode != 0o600 {
			t.Errorf("while it is written its mode is %o", mode)
		}
		return writing("new")(w)
	})
	if err != nil {
		t.Fatal(err)
	}
	expectFile(t, path, "new")
	if mode := modeOf(t, path); mode != 0o600 {
		t.Errorf("its mode is %o", mode)
	}
	expectFolder(t, dir, "form.json")
}

func modeOf(t *testing.T, path string) os.FileMode {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode()
}

func TestNothingIsWrittenToWhereALinkLeads(t *testing.T) {
	dir := t.TempDir()
	public := put(t, "public", dir, "public")
	path := filepath.Join(dir, "form.json")
	if err := os.Symlink(public, path); err != nil {
		t.Skip(err)
	}
	if err := Write(path, writing("secret")); err != nil {
		t.Fatal(err)
	}
	expectFile(t, public, "public")
	expectFile(t, path, "secret")
}

func TestAFailureLeavesWhatWasThere(t *testing.T) {
	dir := t.TempDir()
	path := put(t, "old", dir, "form.json")
	failed := errors.New("failed")
	err := Write(path, func(w io.Writer) error { return errors.Join(writing("half")(w), failed) })
	if !errors.Is(err, failed) {
		t.Errorf("%v", err)
	}
	expectFile(t, path, "old")
	expectFolder(t, dir, "form.json")

	if err := Write(filepath.Join(dir, "missing", "form.json"), writing("x")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("without the folder: %v", err)
	}
}

// killedWriter is the variable that makes a process write a file until it is
// killed.
const killedWriter = "PRIVATEFILE_KILLED_WRITER"

func TestMain(m *testing.M) {
	path := os.Getenv(killedWriter)
	if path == "" {
		os.Exit(m.Run())
	}
	Write(path, func(w io.Writer) error {
		io.WriteString(w, "secret")
		os.Stdout.Close()             // says that it is written
		io.Copy(io.Discard, os.Stdin) // without an end, unless the test ends
		os.Exit(1)
		return nil
	})
}

// beginWriting starts a process that writes the file and does not finish, and
// returns how to kill it.
func beginWriting(t *testing.T, path string) (kill func()) {
	t.Helper()
	writer := exec.Command(os.Args[0])
	writer.Env = append(os.Environ(), killedWriter+"="+path)
	if _, err := writer.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	output, err := writer.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := writer.Start(); err != nil {
		t.Fatal(err)
	}
	io.ReadAll(output)
	kill = sync.OnceFunc(func() {
		writer.Process.Kill()
		writer.Wait()
	})
	t.Cleanup(kill)
	return kill
}

func TestTheNextWriteRemovesWhatAKilledOneLeft(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "dev.html")
	beginWriting(t, path)()
	beginWriting(t, filepath.Join(dir, "dev-2.html"))()
	put(t, "mine", dir, "dev.html.bak.tmp")
	if entries, _ := os.ReadDir(dir); len(entries) != 3 {
		t.Fatalf("the killed ones left nothing: %v", entries)
	}
	if err := Write(path, writing("new")); err != nil {
		t.Fatal(err)
	}
	if removed, err := RemoveLeftovers(filepath.Join(dir, "dev-2.html")); len(removed) != 1 || err != nil {
		t.Errorf("of the other file it removes %q, %v", removed, err)
	}
	expectFolder(t, dir, "dev.html", "dev.html.bak.tmp")
}

func TestAFileThatIsBeingWrittenIsNoLeftover(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "dev.html")
	kill := beginWriting(t, path)
	if err := Write(path, writing("new")); err != nil {
		t.Fatal(err)
	}
	if removed, err := RemoveLeftovers(path); len(removed) != 0 || err != nil {
		t.Errorf("it removes %q, %v", removed, err)
	}
	kill()
	if removed, err := RemoveLeftovers(path); len(removed) != 1 || err != nil {
		t.Errorf("of the killed one it removes %q, %v", removed, err)
	}
	expectFolder(t, dir, "dev.html")
}

// Between the creation of a file and its lock another command can remove it.
func TestAFileThatIsRemovedWhileItIsWrittenIsWrittenAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dev.html")
	times := 0
	err := Write(path, func(w io.Writer) error {
		if times++; times < 3 {
			os.Remove(w.(*os.File).Name())
		}
		return writing("new")(w)
	})
	if err != nil || times != 3 {
		t.Errorf("written %d times: %v", times, err)
	}
	expectFile(t, path, "new")
}

func TestManyWritersOfOneFileDoNotDisturbEachOther(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "dev.html")
	var writers sync.WaitGroup
	for range 20 {
		writers.Go(func() {
			for range 20 {
				if err := Write(path, writing("whole")); err != nil {
					t.Error(err)
				}
				expectFile(t, path, "whole")
			}
		})
	}
	writers.Wait()
	expectFolder(t, dir, "dev.html")
}
