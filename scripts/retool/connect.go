package main

import (
	"context"
	"fmt"

	"retoolapi/scripts/internal/deployed"
	"retoolapi/scripts/internal/sheet"
)

// connect is `retool connect`.
type connect struct {
	target
	form
	User string `help:"Name of the service user that Retool signs in as." default:"retool"`
}

func (cmd connect) Run(ctx context.Context, c console) error {
	stack, err := cmd.open(ctx, c)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.err, "Signing in as %s…\n", cmd.User)
	token, err := signInServiceUser(ctx, stack, cmd.User)
	if err != nil {
		return err
	}
	resource := sheet.Build(stack.Deployment, sheet.Options{SignIn: sheet.Shared, Request: cmd.Request, RefreshToken: token})
	session := &sheet.Session{Resource: resource, Client: stack.HTTP}
	if err := prove(ctx, c.out, stack, session, cmd.User); err != nil {
		return err
	}
	fmt.Fprintln(c.out)
	return session.Resource.WriteText(c.out)
}

// signInServiceUser makes or repairs the service user and returns a fresh
// refresh token. Nobody needs to know the password: the next connect sets
// another one, and refresh tokens outlive it.
func signInServiceUser(ctx context.Context, stack *deployed.Stack, user string) (refreshToken string, err error) {
	password := deployed.NewPassword()
	if _, err := stack.EnsureUser(ctx, user, password); err != nil {
		return "", err
	}
	session := signIn(stack, user, password)
	if err := session.Authenticate(ctx); err != nil {
		return "", fmt.Errorf("sign in as %s: %w", user, err)
	}
	return session.RefreshToken(), nil
}

// signIn is a session in which a person signs in with a password.
func signIn(stack *deployed.Stack, user, password string) *sheet.Session {
	return &sheet.Session{
		Resource: sheet.Build(stack.Deployment, sheet.Options{SignIn: sheet.PerUser, Request: sheet.Nested}),
		Client:   stack.HTTP,
		Form:     map[string]string{"username": user, "password": password},
	}
}
