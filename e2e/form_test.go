package e2e

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"retoolapi/internal/form"
)

// The person who signs in to the forms with --sign-in per-user.
const (
	person   = "carol"
	password = "Carols-Example-1"
)

// testForms prints the form for every way to sign in, and runs it. Then it
// changes each value in turn: check must fail and name the changed value.
func (c *cloud) testForms(t *testing.T, refreshToken string) {
	servicePassword := c.connectPassword(t)
	c.must(t, password, "retool", "user", "add", person, "--stage", "local")
	for _, mode := range []struct {
		name, secret string
		flags        []string
	}{
		{"shared, nested", refreshToken, []string{"--with-token"}},
		{"shared, flat", refreshToken, []string{"--with-token", "--request", "flat"}},
		{"password", servicePassword, []string{"--with-token", "--sign-in", "password"}},
		{"per user, nested", password, []string{"--sign-in", "per-user"}},
		{"per user, flat", password, []string{"--sign-in", "per-user", "--request", "flat"}},
	} {
		t.Run(mode.name, func(t *testing.T) {
			print := slices.Concat([]string{"retool", "form", "--stage", "local", "--format", "json"}, mode.flags)
			printed := c.must(t, mode.secret, print...).stdout
			check := func(t *testing.T, printed string) result {
				t.Helper()
				file := filepath.Join(t.TempDir(), "form.json")
				if err := os.WriteFile(file, []byte(printed), 0o600); err != nil {
					t.Fatal(err)
				}
				args := []string{"retool", "check", "--stage", "local", "--form", file}
				if mode.secret == password {
					args = append(args, "--sign-in", "per-user", "--user", person)
				}
				return c.run(t, mode.secret, args...)
			}
			if r := check(t, printed); r.code != 0 {
				t.Fatalf("the printed form fails:\n%s%s", r.stdout, r.stderr)
			}
			c.testMutations(t, printed, check)
		})
	}
}

// testMutations checks the printed form with each of its values changed in turn.
func (c *cloud) testMutations(t *testing.T, printed string, check func(*testing.T, string) result) {
	values := leaves(t, "", decode(t, printed))
	if len(values) < 20 {
		t.Fatalf("the form has only %d values: %v", len(values), slices.Sorted(maps.Keys(values)))
	}
	for _, path := range slices.Sorted(maps.Keys(values)) {
		if strings.HasSuffix(path, ".same") || strings.HasPrefix(path, "queries.") {
			continue // no field of the form: the refresh has the same steps; a query is not run
		}
		t.Run(path, func(t *testing.T) {
			mutated := decode(t, printed)
			set(mutated, strings.Split(path, "."), wrong(t, printed, path, values[path]))
			data, err := json.Marshal(mutated)
			if err != nil {
				t.Fatal(err)
			}
			r := check(t, string(data))
			changed, err := form.ReadJSON(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			if want := inputOf(t, changed, path).String(); r.code != 1 || !strings.Contains(r.stdout, want) {
				t.Errorf("exit code %d, and %q is not named:\n%s%s", r.code, want, r.stdout, r.stderr)
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
	case nil: // the expiry of a refresh token, in a form without one
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

// wrong returns a wrong value for a right one: mostly a typing error, or else
// the nearest value that cannot work.
func wrong(t *testing.T, printed, path string, value any) any {
	t.Helper()
	switch value := value.(type) {
	case bool:
		return !value
	case float64:
		if path == "refresh.seconds" {
			return 3600.0 // as long as the access token is valid
		}
		return value + 1
	case string:
		switch {
		case strings.HasSuffix(path, "name") && !strings.Contains(printed, "{{ "+value+"."), strings.HasSuffix(path, ".label"):
			return "" // any other text would work, because nothing refers to it
		case strings.HasSuffix(path, "Ends"):
			ends, err := time.Parse(time.RFC3339, value)
			if err != nil {
				t.Fatal(err)
			}
			return ends.AddDate(0, 0, 1).Format(time.RFC3339)
		case strings.Contains(value, " }}"):
			return strings.Replace(value, " }}", "x }}", 1)
		case strings.HasPrefix(value, "eyJ"):
			return value[:100] // the emulator does not notice smaller faults in a token
		}
		return "x" + value
	}
	t.Fatalf("%s has an unexpected value %v", path, value)
	return nil
}

// inputOf returns the input of the form for a path in its JSON.
func inputOf(t *testing.T, changed form.Form, path string) form.ID {
	t.Helper()
	parts := strings.Split(path, ".")
	number := func(i int) int { n, _ := strconv.Atoi(parts[i]); return n }
	part := map[string]form.Part{"key": form.KeyPart, "value": form.ValuePart}[parts[len(parts)-1]]
	switch {
	case parts[0] == "headers":
		return form.ResourceSection.TableRow(form.LabelHeaders, number(1)+1, changed.Headers[number(1)].Key).Of(part)
	case parts[0] == "steps":
		return inputOfStep(t, form.AuthWorkflow.Step(number(1)+1), changed.Steps[number(1)], parts[2:])
	case parts[0] == "refresh" && parts[1] == "steps":
		return inputOfStep(t, form.RefreshWorkflow.Step(number(2)+1), changed.Refresh.Steps[number(2)], parts[3:])
	}
	id, ok := map[string]form.ID{
		"name":                      form.ResourceSection.Input(form.LabelName),
		"baseUrl":                   form.ResourceSection.Input(form.LabelBaseURL),
		"authentication":            form.ResourceSection.Input(form.LabelAuthentication),
		"refresh.trigger":           form.RefreshSection.Input(form.LabelTrigger),
		"refresh.seconds":           form.RefreshSection.Input(form.LabelPeriod),
		"tokens.accessTokenMinutes": form.TokensSection.Input(form.LabelAccessMinutes),
		"tokens.refreshTokenDays":   form.TokensSection.Input(form.LabelRefreshDays),
		"tokens.refreshTokenEnds":   form.TokensSection.Input(form.LabelRefreshExpires),
	}[path]
	if !ok {
		t.Fatalf("the form has no input for %s", path)
	}
	return id
}

// inputOfStep returns the input of a step for a path in the step's JSON.
func inputOfStep(t *testing.T, at form.ID, step form.Step, path []string) form.ID {
	t.Helper()
	if len(path) == 1 {
		return at.Input(map[string]string{
			"name": form.LabelStepName, "type": form.LabelStepType, "method": form.LabelActionType,
			"url": form.LabelURL, "variable": form.LabelVariable, "value": form.LabelValue,
		}[path[0]])
	}
	n, _ := strconv.Atoi(path[1])
	part := map[string]form.Part{"key": form.KeyPart, "value": form.ValuePart}[path[2]]
	switch path[0] {
	case "headers":
		return at.TableRow(form.LabelHeaders, n+1, step.Headers[n].Key).Of(part)
	case "body":
		return at.TableRow(form.LabelBody, n+1, step.Body[n].Key).Of(part)
	case "fields":
		return at.Input(form.ModalLabel(n+1, map[string]string{
			"key": form.ModalKey, "label": form.ModalCaption, "secret": form.ModalType,
		}[path[2]]))
	}
	t.Fatalf("a step has no input for %s", path)
	return form.ID{}
}
