package main

import (
	"context"
	"fmt"
	"time"

	"retoolapi/internal/cli"
	"retoolapi/internal/deployed"
	"retoolapi/internal/form"
)

// disconnect is `retool disconnect`.
type disconnect struct {
	stackFlags
	User string `help:"Name of the service user." default:"${serviceUser}"`
}

func (cmd disconnect) Run(ctx context.Context, c cli.Console) error {
	if err := checkExisting(cmd.User); err != nil {
		return err
	}
	stack, err := cmd.open(ctx, c)
	if err != nil {
		return err
	}
	if err := stack.SignOut(ctx, cmd.User); err != nil {
		return err
	}
	if err := stack.DisableUser(ctx, cmd.User); err != nil {
		return err
	}
	fmt.Fprintf(c.Out, "Signed %s out everywhere and disabled it; connect enables it again. %s\n", cmd.User, remainingAccess(stack))
	return forgetToken(c, cmd.Stage)
}

// forgetToken removes the pages with a refresh token that has ended, and says so.
func forgetToken(c cli.Console, stage string) error {
	removed, err := removePages(stage)
	for _, page := range removed {
		fmt.Fprintf(c.Out, "Removed %s, a page with a refresh token.\n", page)
	}
	if err != nil {
		return cli.Hint(fmt.Errorf("remove the page with the refresh token: %w", err), "delete it yourself")
	}
	return nil
}

// remainingAccess says how long the API still accepts a user's access tokens: the
// gateway checks them without asking Cognito.
func remainingAccess(stack *deployed.Stack) string {
	expiry := time.Now().Add(time.Duration(stack.AccessTokenMinutes) * time.Minute)
	return fmt.Sprintf("Access tokens issued before still work, for at most %d minutes, until %s.",
		stack.AccessTokenMinutes, form.Moment(expiry))
}
