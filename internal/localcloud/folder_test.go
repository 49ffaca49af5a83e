package localcloud

import (
	"path/filepath"
	"strings"
	"testing"

	"retoolapi/internal/projecttest"
)

func TestAFolderIsThereOrCanBe(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	projecttest.WriteFile(t, file, "")
	for _, text := range []string{"", ".", dir, dir + "/new", dir + "/new/one"} {
		var folder Folder
		if err := folder.UnmarshalText([]byte(text)); err != nil || string(folder) != text {
			t.Errorf("%q is %q, %v", text, folder, err)
		}
	}
	for _, text := range []string{file, file + "/new", "a\x00b", strings.Repeat("x", 300), dir + "/" + strings.Repeat("x", 5000)} {
		var folder Folder
		const want = "takes a folder, or the name of a new one"
		if err := folder.UnmarshalText([]byte(text)); err == nil || err.Error() != want {
			t.Errorf("%.20q is a folder: %v", text, err)
		}
	}
}
