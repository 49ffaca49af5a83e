package stage

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEveryStageHasItsTagsAndThoseThatAreAlwaysThere(t *testing.T) {
	settings := load(t, "prod", `{"prod": {"tags": {"team": "sales", "cost center": "12 / α"}}}`)
	want := map[string]string{"project": "RetoolApi", "stage": "prod", "team": "sales", "cost center": "12 / α"}
	if diff := cmp.Diff(want, AllTags("prod", settings)); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"project": "RetoolApi", "stage": "qa"}, AllTags("qa", Defaults("qa"))); diff != "" {
		t.Errorf("tags without the setting (-want +got):\n%s", diff)
	}
}

func TestATagTakesWhatAWSTakes(t *testing.T) {
	for name, value := range map[string]string{
		"a":                      "b",
		"Team":                   "Größe 1, in Worten",
		strings.Repeat("ä", 128): strings.Repeat("本", 256),
		"_.:/=+-@":               "_.:/=+-@",
		"aws":                    "aws",
		"owner:aws:":             "my-aws:x",
		"projects":               "stage",
	} {
		value = strings.ReplaceAll(value, ",", "")
		got := load(t, "dev", entry("tags", map[string]string{name: value}))
		if diff := cmp.Diff(map[string]string{name: value}, got.Tags); diff != "" {
			t.Errorf("tags (-want +got):\n%s", diff)
		}
	}
	many := map[string]string{}
	for i := range 48 {
		many[fmt.Sprint("tag", i)] = "x"
	}
	if got := load(t, "dev", entry("tags", many)); len(got.Tags) != 48 {
		t.Errorf("of 48 tags %d are there", len(got.Tags))
	}
}

func TestATagThatAWSRefusesIsRefusedBefore(t *testing.T) {
	const (
		name  = `the name is not allowed: write 1 to 128 letters, digits, spaces and _ . : / = + - @`
		value = ` is not allowed: write 1 to 256 letters, digits, spaces and _ . : / = + - @`
	)
	long := strings.Repeat("a", 129)
	for tags, want := range map[string]string{
		`"sales"`:                   `: "sales" is not allowed: write an object of texts, such as {"team": "sales"}`,
		`[{"Key": "a"}]`:            `: [{"Key":"a"}] is not allowed: write an object of texts, such as {"team": "sales"}`,
		`null`:                      `: null is not allowed: write an object of texts, such as {"team": "sales"}`,
		`{"team": 5}`:               `.team: 5 is not allowed: write a text, in quotes`,
		`{"team": null}`:            `.team: null is not allowed: write a text, in quotes`,
		`{"team": ["a"]}`:           `.team: ["a"] is not allowed: write a text, in quotes`,
		`{"aws:team": "a"}`:         `.aws:team: the name is not allowed: AWS keeps the prefix aws: for itself`,
		`{"AWS:": 5}`:               `.AWS:: the name is not allowed: AWS keeps the prefix aws: for itself`,
		`{"aWs:x": "a"}`:            `.aWs:x: the name is not allowed: AWS keeps the prefix aws: for itself`,
		`{"team": "Aws:a"}`:         `.team: "Aws:a" is not allowed: AWS keeps the prefix aws: for itself`,
		`{"": "a"}`:                 `.: ` + name,
		`{"a,b": "a"}`:              `.a,b: ` + name,
		`{"a\nb": "a"}`:             `.a\nb: ` + name,
		`{"` + long + `": "a"}`:     `.` + long + `: ` + name,
		`{"team": ""}`:              `.team: ""` + value,
		`{"team": "a\tb"}`:          `.team: "a\tb"` + value,
		`{"team": "a\u200bb"}`:      ".team: \"a\\u200bb\"" + value,
		`{"team": "R&D"}`:           `.team: "R\u0026D"` + value,
		`{"project": "a"}`:          `.project: the name is not allowed: the tag project is always there, choose another name`,
		`{"Stage": "a"}`:            `.Stage: the name is not allowed: the tag stage is always there, choose another name`,
		`{"Team": "a", "team": ""}`: `.team: ""` + value + "\ncdk.json: stages.dev.tags.team: the name is not allowed: it differs from Team only in capital letters",
	} {
		refuses(t, `{"dev": {"tags": `+tags+`}}`, "cdk.json: stages.dev.tags"+want)
	}
	many := map[string]string{}
	for i := range 49 {
		many[fmt.Sprint("tag", i)] = "x"
	}
	refuses(t, entry("tags", many),
		"cdk.json: stages.dev.tags: 49 tags are too many: write at most 48, because AWS allows 50 and two are always there")
}
