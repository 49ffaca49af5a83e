package e2e

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// state returns everything that the emulator keeps, by where it is: of its file of a
// service each entry of each collection, and every other file. It has written all this
// when it has stopped. state starts it again.
func (c *cloud) state(t *testing.T) map[string]string {
	t.Helper()
	c.must(t, "", "local", "down")
	defer c.must(t, "", "local", "up")
	all := map[string]string{}
	folder := os.DirFS(filepath.Join(c.dir, "ministack"))
	err := fs.WalkDir(folder, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(folder, path)
		if err == nil && filepath.Ext(path) == ".json" {
			return addEntries(all, path, content)
		}
		all[path] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 50 {
		t.Fatalf("the emulator has kept only %d entries: the bootstrap stack has more", len(all))
	}
	return all
}

// addEntries adds the entries of a service's file, FILE/COLLECTION/KEY. Most
// collections are by account and region, and have their entries in data.
func addEntries(all map[string]string, path string, content []byte) error {
	var file struct{ Payload map[string]json.RawMessage }
	if err := json.Unmarshal(content, &file); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	for name, collection := range file.Payload {
		var entries struct{ Data map[string]any }
		if json.Unmarshal(collection, &entries) != nil || entries.Data == nil {
			all[path+"/"+name] = string(collection)
			continue
		}
		for key, entry := range entries.Data {
			text, err := json.Marshal(entry) // in a fixed order
			if err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			all[path+"/"+name+"/"+strings.ReplaceAll(key, "\x00", " ")] = string(text)
		}
	}
	return nil
}

// left are the entries that the emulator itself keeps of a stack that is destroyed.
// None is a resource: each is a deficiency of the emulator, or the same on AWS. The
// text tells it from a resource that is still there.
var left = []struct {
	reason      string
	entry, text *regexp.Regexp
}{
	{"CloudFormation keeps what it did, AWS for 90 days",
		regexp.MustCompile(`^state/cloudformation\.json/stack_events/.*:stack/RetoolApi-local`), regexp.MustCompile(``)},
	{"CloudFormation keeps the name and the template of a deleted stack, AWS for 90 days",
		regexp.MustCompile(`^state/cloudformation\.json/stacks/.*'RetoolApi-local`), regexp.MustCompile(`"StackStatus":"DELETE_COMPLETE"`)},
	{"the emulator does not forget the empty list of authorizers of a deleted API",
		regexp.MustCompile(`^state/apigateway\.json/authorizers/`), regexp.MustCompile(`^\{\}$`)},
	{"the emulator does not forget the tags of a deleted table",
		regexp.MustCompile(`^state/dynamodb\.json/tags/`), regexp.MustCompile(`"aws:cloudformation:stack-name","Value":"RetoolApi-local`)},
	{"the emulator does not forget the tokens that were revoked",
		regexp.MustCompile(`^state/cognito\.json/revoked_tokens$`), regexp.MustCompile(`^\[.+\]$`)},
	{"the emulator does not remove the keys of a deleted user pool",
		regexp.MustCompile(`^state/cognito-pool-keys/`), regexp.MustCompile(``)},
	{"the emulator does not remove the program that it unpacked for a deleted function",
		regexp.MustCompile(`^tmp/ministack-provided-code-\d+/`), regexp.MustCompile(``)},
}

// testNothingIsLeft compares the emulator's whole state before the first deployment
// with that after the last destroy. The bootstrap stack is in both.
func testNothingIsLeft(t *testing.T, before, after map[string]string) {
	for entry, text := range after {
		for _, of := range left {
			if of.entry.MatchString(entry) && of.text.MatchString(text) {
				delete(before, entry)
				delete(after, entry)
			}
		}
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("the emulator's state before the deployments (-) and after destroy (+):\n%s", diff)
	}
}
