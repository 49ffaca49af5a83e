package projecttest

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// CopyTree copies to a folder what a clone of this working tree would have: the
// files that git tracks or would track.
func CopyTree(t testing.TB, to string) {
	t.Helper()
	copyTree(t, Root(t), to)
}

func copyTree(t testing.TB, from, to string) {
	t.Helper()
	for _, name := range list(t, from) {
		info, err := os.Stat(filepath.Join(from, name))
		if os.IsNotExist(err) || err == nil && !info.Mode().IsRegular() {
			continue // deleted but not yet committed, or a link to a folder
		}
		var content []byte
		if err == nil {
			content, err = os.ReadFile(filepath.Join(from, name))
		}
		if err == nil {
			err = write(filepath.Join(to, name), content, info.Mode().Perm())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// list returns the names of the files that git tracks or would track.
func list(t testing.TB, dir string) []string {
	t.Helper()
	var repository []string
	if !exists(filepath.Join(dir, ".git")) {
		// This is a downloaded archive, which may be unpacked in another
		// repository. With an empty repository elsewhere, git still reads the
		// .gitignore of the archive.
		empty := filepath.Join(t.TempDir(), "empty.git")
		Git(t, dir, "init", "--quiet", "--bare", empty)
		repository = []string{"--git-dir=" + empty, "--work-tree=" + dir}
	}
	names := Git(t, dir, append(repository, "ls-files", "-z", "--cached", "--others", "--exclude-standard")...)
	if names == "" {
		t.Fatalf("git lists no file of %s", dir)
	}
	return strings.Split(strings.TrimSuffix(names, "\x00"), "\x00")
}

// Git runs git in a folder and returns what it prints. It ignores a repository
// that the environment names, as in a hook of git.
func Git(t testing.TB, dir string, args ...string) string {
	t.Helper()
	// A checkout may belong to another user, as in a container.
	command := exec.Command("git", append([]string{"-c", "safe.directory=*"}, args...)...)
	command.Dir = dir
	command.Env = without(os.Environ(), []string{"GIT_"})
	var stderr bytes.Buffer
	command.Stderr = &stderr
	output, err := command.Output()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, &stderr)
	}
	return string(output)
}

// Commit creates a repository in a folder and commits everything in it.
func Commit(t testing.TB, dir string) {
	t.Helper()
	Git(t, dir, "init", "--quiet")
	Git(t, dir, "add", "--all")
	Git(t, dir, "-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false",
		"commit", "--quiet", "--no-verify", "--message=test")
}
