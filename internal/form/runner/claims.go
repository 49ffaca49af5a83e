package runner

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Claims are the claims of a Cognito token that a form's checks need. They are
// read and not verified: the gateway verifies them.
type Claims struct {
	Username string `json:"username"`
	TokenUse string `json:"token_use"` // "access" or "id"
	AuthTime int64  `json:"auth_time"` // of the first sign-in, seconds since 1970
	IssuedAt int64  `json:"iat"`
	Expires  int64  `json:"exp"`
}

// ParseClaims reads the claims of a JSON Web Token. The error does not hold
// any part of the token.
func ParseClaims(token string) (Claims, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return Claims{}, errors.New("is not a JSON Web Token: it does not have three parts")
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return Claims{}, errors.New("is not a JSON Web Token: its second part is not base64url")
	}
	var claims Claims
	if err := json.Unmarshal(payload, &claims); err != nil {
		return Claims{}, fmt.Errorf("is not a JSON Web Token: %w", err)
	}
	return claims, nil
}

// Validity is the time from the token's issue to its expiry.
func (c Claims) Validity() time.Duration {
	return time.Duration(c.Expires-c.IssuedAt) * time.Second
}

// SignedIn is the time of the sign-in. A refresh does not change it.
func (c Claims) SignedIn() time.Time { return time.Unix(c.AuthTime, 0) }

// RefreshTokenExpires returns when the refresh token of the same sign-in expires.
// Its validity starts with the sign-in, and no refresh extends it.
func (c Claims) RefreshTokenExpires(days int) time.Time {
	return c.SignedIn().Add(time.Duration(days) * 24 * time.Hour)
}
