package form

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestADetailInEnglishIsWhatTheCommandSays(t *testing.T) {
	day := time.Date(2025, 12, 23, 23, 30, 0, 0, time.FixedZone("", -3*60*60))
	for want, detail := range map[string]Detail{
		"until 24 December 2025, 30 days from now": Found("until %s, %.0f days from now", day, 29.9),
		"refreshed":                 Found("refreshed"),
		"GET /me answers 200":       DetailOf(fmt.Errorf("%w", Failed("%s %s answers %d", "GET", "/me", 200))),
		"Resource › Base URL: is a": DetailOf(ResourceSection.Input(LabelBaseURL).Fault("is %s", "a")),
		"100 % of it":               DetailOf(errors.New("100 % of it")),
	} {
		if got := detail.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestAnErrorIsADetailAsFarAsItIsData(t *testing.T) {
	field := AuthWorkflow.Step(1).Input(LabelURL)
	fault := field.FaultHint("look there", "is %s", "wrong")
	for name, test := range map[string]struct {
		err  error
		want Detail
	}{
		"what a check found":   {Failed("%d", 200), Found("%d", 200)},
		"more than that":       {fmt.Errorf("again: %w", Failed("%d", 200)), Found("%s", "again: 200")},
		"a field":              {fault, Found("%s: %s", field, "is wrong")},
		"a field and more":     {fmt.Errorf("%w\nthe user is disabled", fault), Found("%s: %s", field, "is wrong\nthe user is disabled")},
		"a field after a text": {fmt.Errorf("sign in: %w", fault), Found("%s", "sign in: "+fault.Error())},
		"what a server said":   {errors.New("50 %s"), Found("%s", "50 %s")},
	} {
		if diff := cmp.Diff(test.want, DetailOf(test.err)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
