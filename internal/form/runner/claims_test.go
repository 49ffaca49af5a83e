package runner

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestClaimsAreReadFromAToken(t *testing.T) {
	payload := `{"sub":"x","token_use":"access","username":"retool","auth_time":1000,"iat":5000,"exp":8600}`
	got, err := ParseClaims("header." + base64.RawURLEncoding.EncodeToString([]byte(payload)) + ".signature")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Claims{Username: "retool", TokenUse: "access", AuthTime: 1000, IssuedAt: 5000, Expires: 8600}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got.Validity() != time.Hour {
		t.Errorf("it is valid for %s, want 1h", got.Validity())
	}
	// Counted from the sign-in, not from the refresh.
	if want := time.Unix(1000, 0).Add(30 * 24 * time.Hour); !got.RefreshTokenExpires(30).Equal(want) {
		t.Errorf("its refresh token expires at %s, want %s", got.RefreshTokenExpires(30), want)
	}
}

func TestWhatIsNoTokenIsRefusedWithoutShowingIt(t *testing.T) {
	encode := func(payload string) string {
		return "header." + base64.RawURLEncoding.EncodeToString([]byte(payload)) + ".signature"
	}
	for token, want := range map[string]string{
		"":                        "is not a JSON Web Token: it does not have three parts",
		"opaque":                  "is not a JSON Web Token: it does not have three parts",
		"of.a.jwe.has.five":       "is not a JSON Web Token: it does not have three parts",
		"header.pay load.end":     "is not a JSON Web Token: its second part is not base64url",
		encode("secret"):          "is not a JSON Web Token: invalid character 's' looking for beginning of value",
		encode(`{"exp":"secret"`): "is not a JSON Web Token: unexpected end of JSON input",
		encode(`{"exp":"soon"}`):  "is not a JSON Web Token: json: cannot unmarshal string into Go struct field Claims.exp of type int64",
	} {
		_, err := ParseClaims(token)
		expectError(t, err, want)
		if err != nil && token != "" && strings.Contains(err.Error(), token) {
			t.Errorf("the error shows the token: %v", err)
		}
	}
}
