package sheet

import (
	"testing"
)

// testDeployment is a stack as AWS would name its parts.
var testDeployment = Deployment{
	Stage:              "dev",
	BaseURL:            "https://abc123.execute-api.eu-west-1.amazonaws.com",
	TokenURL:           "https://cognito-idp.eu-west-1.amazonaws.com/",
	ClientID:           clientID,
	AccessTokenMinutes: 60,
	RefreshTokenDays:   365,
}

// A period equal to the validity is reported to fail in Retool.
func TestThePeriodIsFiveSixthsOfTheValidity(t *testing.T) {
	for minutes, want := range map[int]int{5: 250, 7: 350, 60: 3000, 1440: 72000} {
		d := testDeployment
		d.AccessTokenMinutes = minutes
		for name, options := range modes {
			r := Build(d, options)
			if r.Refresh.Seconds != want || r.Check() != nil {
				t.Errorf("%s: the period for %d minutes is %d s, want %d: %v", name, minutes, r.Refresh.Seconds, want, r.Check())
			}
		}
	}
}
