package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A person who signs in, for the sheets with --sign-in per-user.
const (
	person   = "carol"
	password = "Carols-Example-1"
)

// testSheets runs the sheet of every way to sign in as it is printed, and then
// with each of its values changed in turn: every value counts, and the one that
// is wrong is named.
func (c *cloud) testSheets(t *testing.T, refreshToken string) {
	c.must(t, password, "retool", "user", "add", person, "--stage", "local")
	for _, mode := range []struct {
		name, secret string
		flags        []string
	}{
		{"shared, nested", refreshToken, []string{"--with-token"}},
		{"shared, flat", refreshToken, []string{"--with-token", "--request", "flat"}},
		{"per user, nested", password, []string{"--sign-in", "per-user"}},
		{"per user, flat", password, []string{"--sign-in", "per-user", "--request", "flat"}},
	} {
		t.Run(mode.name, func(t *testing.T) {
			print := slices.Concat([]string{"retool", "sheet", "--stage", "local", "--format", "json"}, mode.flags)
			sheet := c.must(t, mode.secret, print...).stdout
			check := func(t *testing.T, sheet string) result {
				t.Helper()
				file := filepath.Join(t.TempDir(), "sheet.json")
				if err := os.WriteFile(file, []byte(sheet), 0o600); err != nil {
					t.Fatal(err)
				}
				args := []string{"retool", "check", "--stage", "local", "--sheet", file}
				if mode.secret == password {
					args = append(args, "--sign-in", "per-user", "--user", person)
				}
				return c.run(t, mode.secret, args...)
			}
			if r := check(t, sheet); r.code != 0 {
				t.Fatalf("the sheet as it is printed fails:\n%s%s", r.stdout, r.stderr)
			}
			c.testMutations(t, sheet, check)
		})
	}
}

func (c *cloud) testMutations(t *testing.T, sheet string, check func(*testing.T, string) result) {
	values := leaves(t, "", decode(t, sheet))
	if len(values) < 20 {
		t.Fatalf("the sheet has only %d values: %v", len(values), slices.Sorted(maps.Keys(values)))
	}
	for _, path := range slices.Sorted(maps.Keys(values)) {
		if strings.HasSuffix(path, ".same") {
			continue // Retool has no such field: it says that no steps follow
		}
		t.Run(path, func(t *testing.T) {
			mutated := decode(t, sheet)
			set(mutated, strings.Split(path, "."), wrong(t, sheet, path, values[path]))
			data, err := json.Marshal(mutated)
			if err != nil {
				t.Fatal(err)
			}
			r := check(t, string(data))
			if field := formField(path); r.code != 1 || !strings.Contains(r.stdout, field) {
				t.Errorf("exit code %d, and %q is not named:\n%s%s", r.code, field, r.stdout, r.stderr)
			}
		})
	}
}

func decode(t *testing.T, text string) any {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return value
}

// leaves returns the values of a JSON document by their paths, such as
// steps.0.headers.1.key.
func leaves(t *testing.T, path string, value any) map[string]any {
	t.Helper()
	all := map[string]any{}
	add := func(key string, child any) {
		maps.Copy(all, leaves(t, strings.TrimPrefix(path+"."+key, "."), child))
	}
	switch value := value.(type) {
	case map[string]any:
		for key, child := range value {
			add(key, child)
		}
	case []any:
		for i, child := range value {
			add(strconv.Itoa(i), child)
		}
	case nil: // no refresh token stands in the sheet
	default:
		all[path] = value
	}
	return all
}

func set(document any, path []string, value any) {
	switch document := document.(type) {
	case map[string]any:
		if len(path) == 1 {
			document[path[0]] = value
			return
		}
		set(document[path[0]], path[1:], value)
	case []any:
		i, _ := strconv.Atoi(path[0])
		set(document[i], path[1:], value)
	}
}

// wrong returns a wrong value in the place of a right one: mostly a typing
// error, else the nearest value that cannot work.
func wrong(t *testing.T, sheet, path string, value any) any {
	t.Helper()
	switch value := value.(type) {
	case bool:
		return !value
	case float64:
		if path == "refresh.seconds" {
			return 3600.0 // as long as the access token lives
		}
		return value + 1
	case string:
		switch {
		case strings.HasSuffix(path, "name") && !strings.Contains(sheet, "{{ "+value+"."), strings.HasSuffix(path, ".label"):
			return "" // nothing refers to it: any other text would do
		case strings.HasSuffix(path, "Ends"):
			ends, err := time.Parse(time.RFC3339, value)
			if err != nil {
				t.Fatal(err)
			}
			return ends.AddDate(0, 0, 1).Format(time.RFC3339)
		case strings.Contains(value, " }}"):
			return strings.Replace(value, " }}", "x }}", 1)
		case strings.HasPrefix(value, "eyJ"):
			return value[:100] // a token that was cut off: the emulator pardons smaller faults
		}
		return "x" + value
	}
	t.Fatalf("%s has an unexpected value %v", path, value)
	return nil
}

// formField returns how a message names the field of a path.
func formField(path string) string {
	names := map[string]string{
		"name": "Name", "baseUrl": "Base URL", "authentication": "Authentication", "type": "Type", "method": "Method",
		"url": "URL", "variable": "Variable", "value": "Value", "key": "Key", "label": "Label", "secret": "Secret",
		"refresh.trigger": "Refresh auth workflow › Trigger", "refresh.seconds": "Refresh auth workflow › Period",
		"tokens.accessTokenMinutes": "Tokens › Access token minutes",
		"tokens.refreshTokenDays":   "Tokens › Refresh token days",
		"tokens.refreshTokenEnds":   "Tokens › Refresh token ends",
	}
	if name, ok := names[path]; ok {
		return name
	}
	workflow := "Auth workflow"
	if rest, ok := strings.CutPrefix(path, "refresh."); ok {
		workflow, path = "Refresh auth workflow", rest
	}
	parts := strings.Split(path, ".")
	field := names[parts[len(parts)-1]]
	number := func(s string) int { n, _ := strconv.Atoi(s); return n + 1 }
	switch {
	case parts[0] == "headers":
		return fmt.Sprintf("Headers › row %d › %s", number(parts[1]), field)
	case len(parts) == 3:
		return fmt.Sprintf("%s › Step %d › %s", workflow, number(parts[1]), field)
	}
	table := map[string]string{"headers": "Headers", "body": "Body", "fields": "Fields"}[parts[2]]
	return fmt.Sprintf("%s › Step %d › %s › row %d › %s", workflow, number(parts[1]), table, number(parts[3]), field)
}
