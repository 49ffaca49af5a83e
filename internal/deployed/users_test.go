package deployed

import (
	"encoding/json"
	"regexp"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func TestValidityOfATokenInTheUnitsOfAnAppClient(t *testing.T) {
	const (
		none    = types.TimeUnitsType("")
		seconds = types.TimeUnitsTypeSeconds
		minutes = types.TimeUnitsTypeMinutes
		hours   = types.TimeUnitsTypeHours
		days    = types.TimeUnitsTypeDays
		day     = 24 * time.Hour
	)
	for _, test := range []struct {
		name              string
		n                 int32
		unit, defaultUnit types.TimeUnitsType
		want              time.Duration
	}{
		{"the project's access tokens", 60, minutes, hours, time.Hour},
		{"the project's refresh tokens", 365, days, days, 365 * day},
		{"an access token without a unit is counted in hours", 2, none, hours, 2 * time.Hour},
		{"a refresh token without a unit is counted in days", 2, none, days, 2 * day},
		{"no validity of access tokens is an hour", 0, none, hours, time.Hour},
		{"no validity of refresh tokens is 30 days", 0, none, days, 30 * day},
		{"no validity has no unit", 0, minutes, days, 30 * day},
		{"the shortest access token", 300, seconds, hours, 5 * time.Minute},
		{"the longest access token", 1, days, hours, day},
		{"the shortest refresh token", 60, minutes, days, time.Hour},
		{"the longest refresh token", 3650, days, days, 3650 * day},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := validity(test.n, test.unit, test.defaultUnit); got != test.want {
				t.Errorf("validity(%d, %q, %q) is %s, want %s", test.n, test.unit, test.defaultUnit, got, test.want)
			}
		})
	}
}

// The policy of the pool is in infra/identity.go: at least 12 characters
// and one of every class.
func TestAGeneratedPasswordSatisfiesThePolicy(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		password := NewPassword()
		if seen[password] {
			t.Fatal("a password came twice")
		}
		seen[password] = true
		for _, class := range []string{`.{12}`, `[a-z]`, `[A-Z]`, `[0-9]`, `[-^$*.\[\]{}()?"!@#%&/\\,><':;|_~` + "`" + `=+]`} {
			if !regexp.MustCompile(class).MatchString(password) {
				t.Errorf("a password has nothing that matches %s", class)
			}
		}
		if quoted, err := json.Marshal(password); err != nil || string(quoted) != `"`+password+`"` {
			t.Error("a password would have to be escaped in JSON")
		}
	}
}
