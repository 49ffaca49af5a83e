package main

import (
	"context"
	"fmt"
	"time"

	"retoolapi/internal/cli"
	"retoolapi/internal/deployed"
)

// disconnect is `retool disconnect`.
type disconnect struct {
	target
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
	fmt.Fprintf(c.Out, "Signed %s out everywhere and disabled it; connect enables it again. %s\n", cmd.User, tokensExpire(stack))
	return nil
}

// tokensExpire says how long the API still lets a user in who was just locked
// out: the gateway checks tokens without asking Cognito.
func tokensExpire(stack *deployed.Stack) string {
	end := time.Now().Add(time.Duration(stack.AccessTokenMinutes) * time.Minute)
	return fmt.Sprintf("Access tokens issued before still work, for at most %d minutes, until %s.",
		stack.AccessTokenMinutes, end.UTC().Format("15:04 UTC on 2 January 2006"))
}
