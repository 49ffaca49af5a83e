package projecttest

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// An archive of the project has no .git. It may be unpacked in another repository,
// which ignores it.
func TestACopyOfAnArchiveEqualsThatOfTheRepository(t *testing.T) {
	parent := t.TempDir()
	Git(t, parent, "init", "--quiet")
	WriteFile(t, filepath.Join(parent, ".gitignore"), "*\n")
	archive, copied := filepath.Join(parent, "an archive"), t.TempDir()
	CopyTree(t, archive)
	want := files(t, archive)
	for _, name := range []string{"go.mod", ".gitignore", "infra/main.go", ".ci/run"} {
		if want[name] == "" {
			t.Errorf("the copy of the repository has no %s", name)
		}
	}
	for _, ignored := range []string{"node_modules/aws-cdk/package.json", ".local/tools/bin/python", ".retool/dev.html", "cdk.out/tree.json", "retool"} {
		WriteFile(t, filepath.Join(archive, ignored), "")
	}
	copyTree(t, archive, copied)
	if diff := cmp.Diff(want, files(t, copied)); diff != "" {
		t.Errorf("the copy of the repository (-) and that of its archive (+):\n%s", diff)
	}
}

func TestACopyHasWhatACloneHasWithItsModes(t *testing.T) {
	tree := t.TempDir()
	WriteFile(t, filepath.Join(tree, ".gitignore"), "/build/\n*.log\n!kept.log\n")
	WriteFile(t, filepath.Join(tree, "deep/.gitignore"), "own\n")
	for _, ignored := range []string{"build/file", "a.log", "deep/b.log", "deep/own", "deep/er/own"} {
		WriteFile(t, filepath.Join(tree, ignored), "ignored")
	}
	for _, kept := range []string{"own", "kept.log", "deep/build/file", "a name with ü"} {
		WriteFile(t, filepath.Join(tree, kept), "kept")
	}
	WriteScript(t, filepath.Join(tree, "script"), "exit")
	for link, target := range map[string]string{"to-folder": "deep", "to-file": "own", "to-nothing": "nothing"} {
		if err := os.Symlink(target, filepath.Join(tree, link)); err != nil {
			t.Fatal(err)
		}
	}
	for _, how := range []struct {
		name    string
		prepare func()
		extra   string
	}{
		{"without a repository", func() {}, ""},
		{"with nothing committed", func() { Git(t, tree, "init", "--quiet") }, ""},
		{"with all committed", func() { Commit(t, tree) }, ""},
		{"with a file deleted, and one committed though it is ignored", func() {
			WriteFile(t, filepath.Join(tree, "gone"), "")
			Git(t, tree, "add", "--force", "gone", "a.log")
			if err := os.Remove(filepath.Join(tree, "gone")); err != nil {
				t.Fatal(err)
			}
		}, "a.log"},
	} {
		how.prepare()
		want := map[string]string{
			".gitignore": "-rw-r--r-- /build/\n*.log\n!kept.log\n", "deep/.gitignore": "-rw-r--r-- own\n",
			"own": "-rw-r--r-- kept", "to-file": "-rw-r--r-- kept", "kept.log": "-rw-r--r-- kept",
			"deep/build/file": "-rw-r--r-- kept", "a name with ü": "-rw-r--r-- kept",
			"script": "-rwxr-xr-x #!/bin/sh\nexit\n",
		}
		if how.extra != "" {
			want[how.extra] = "-rw-r--r-- ignored"
		}
		copied := t.TempDir()
		copyTree(t, tree, copied)
		if diff := cmp.Diff(want, files(t, copied)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", how.name, diff)
		}
	}
}

// files maps the names of the files in a folder to their modes and contents.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		content, err := os.ReadFile(filepath.Join(dir, name))
		found[name] = fmt.Sprintf("%s %s", info.Mode(), content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
