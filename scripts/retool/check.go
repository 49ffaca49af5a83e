package main

import (
	"context"

	"retoolapi/scripts/internal/sheet"
)

// check is `retool check`.
type check struct {
	target
	form
	User string `help:"Name of the service user, to say what is wrong with it." default:"retool"`
}

func (cmd check) Run(ctx context.Context, c console) error {
	stack, err := cmd.open(ctx, c)
	if err != nil {
		return err
	}
	token, err := c.readSecret("refresh token")
	if err != nil {
		return err
	}
	resource := sheet.Build(stack.Deployment, sheet.Options{SignIn: sheet.Shared, Request: cmd.Request, RefreshToken: token})
	return prove(ctx, c.out, stack, &sheet.Session{Resource: resource, Client: stack.HTTP}, cmd.User)
}
