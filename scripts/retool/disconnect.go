package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"retoolapi/internal/cli"
	"retoolapi/internal/deployed"
	"retoolapi/internal/form"
)

// disconnect is `retool disconnect`.
type disconnect struct {
	stackFlags
	User string `help:"Name of the service user. Default: ${serviceUser} and ${passwordUser}, as far as they exist."`
}

func (cmd disconnect) Run(ctx context.Context, c cli.Console) error {
	users := []string{serviceUser, passwordUser}
	if cmd.User != "" {
		users = []string{cmd.User}
	}
	for _, user := range users {
		if err := checkExisting(user); err != nil {
			return err
		}
	}
	stack, err := cmd.open(ctx, c)
	if err != nil {
		return err
	}
	if err := disconnectAll(ctx, c, stack, users); err != nil {
		return err
	}
	fmt.Fprintln(c.Out, remainingAccess(stack))
	return forgetSecret(c, cmd.Stage)
}

// disconnectAll disconnects the users that exist. It is an error if none does.
func disconnectAll(ctx context.Context, c cli.Console, stack *deployed.Stack, users []string) error {
	var missing error
	found := false
	for _, user := range users {
		err := disconnectUser(ctx, c, stack, user)
		switch {
		case errors.Is(err, deployed.ErrNoUser):
			missing = cmp.Or(missing, err)
		case err != nil:
			return err
		default:
			found = true
		}
	}
	if found {
		return nil
	}
	return missing
}

// disconnectUser ends what a user can do, but for access tokens issued before.
func disconnectUser(ctx context.Context, c cli.Console, stack *deployed.Stack, user string) error {
	if err := stack.SignOut(ctx, user); err != nil {
		return err
	}
	if err := stack.DisableUser(ctx, user); err != nil {
		return err
	}
	if !deployed.SameUser(user, passwordUser) {
		fmt.Fprintf(c.Out, "Signed %s out everywhere and disabled it; connect enables it again.\n", user)
		return nil
	}
	// Otherwise the password in Retool would work again if somebody enabled the
	// user.
	if err := stack.SetPassword(ctx, user, deployed.NewPassword()); err != nil {
		return err
	}
	fmt.Fprintf(c.Out, "Signed %s out everywhere, disabled it and replaced its password; connect --sign-in password sets the next one.\n", user)
	return nil
}

// forgetSecret removes the pages with a refresh token or a password that works no
// longer, and says so.
func forgetSecret(c cli.Console, stage string) error {
	removed, err := removePages(stage)
	for _, page := range removed {
		fmt.Fprintf(c.Out, "Removed %s, a page with a refresh token or a password.\n", page)
	}
	if err != nil {
		return cli.Hint(fmt.Errorf("remove the page with the refresh token or password: %w", err), "delete it yourself")
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
