package main

import (
	"context"
	"encoding/json"

	"retoolapi/internal/cli"
)

// readRefreshToken reads a refresh token, alone or in the value of the row
// AuthParameters, which is what stands in Retool.
func readRefreshToken(ctx context.Context, c cli.Console) (string, error) {
	text, err := c.ReadSecret(ctx, "refresh token")
	if err != nil {
		return "", err
	}
	var row struct {
		Token string `json:"REFRESH_TOKEN"`
	}
	if json.Unmarshal([]byte(text), &row) == nil && row.Token != "" {
		return row.Token, nil
	}
	return text, nil
}
