package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"retoolapi/internal/deployed"
	"retoolapi/internal/form"
)

// check is `retool check`.
type check struct {
	target
	form
	User  string   `help:"Name of the person whose password is read, for --sign-in per-user; otherwise of the service user, if it is not retool."`
	Sheet *os.File `help:"Run the resource in this file, which sheet --format json --with-token wrote, as it stands there." placeholder:"FILE"`
}

func (cmd check) Run(ctx context.Context, c console) error {
	if cmd.User == "" {
		if cmd.SignIn == sheet.PerUser {
			return usageError{errors.New("--sign-in per-user needs a person: add --user NAME")}
		}
		cmd.User = serviceUser
	}
	if err := checkTypable("user name", cmd.User); err != nil {
		return err
	}
	resource, err := cmd.readSheet()
	if err != nil {
		return err
	}
	stack, err := cmd.open(ctx, c)
	if err != nil {
		return err
	}
	session, err := cmd.session(ctx, c, stack, resource)
	if err != nil {
		return err
	}
	_, err = prove(ctx, c.out, stack, session, cmd.User)
	return err
}

// session reads the one secret that is needed, if the resource does not hold
// it, and runs that resource or, if it is nil, the one that would be printed.
func (cmd check) session(ctx context.Context, c console, stack *deployed.Stack, resource *sheet.Resource) (*sheet.Session, error) {
	var session *sheet.Session
	switch {
	case cmd.SignIn == sheet.PerUser:
		password, err := c.readPassword(ctx, "password of "+cmd.User)
		if err != nil {
			return nil, err
		}
		session = personSession(stack, cmd.Request, cmd.User, password)
	case resource == nil:
		token, err := c.readRefreshToken(ctx)
		if err != nil {
			return nil, err
		}
		session = sharedSession(stack, cmd.Request, token)
	default:
		session = &sheet.Session{Client: stack.HTTP}
	}
	if resource != nil {
		session.Resource = *resource
	}
	return session, nil
}

// readSheet returns nil if no sheet was named.
func (cmd check) readSheet() (*sheet.Resource, error) {
	if cmd.Sheet == nil {
		return nil, nil
	}
	resource, err := sheet.ReadJSON(cmd.Sheet)
	if err != nil {
		return nil, usageError{fmt.Errorf("read %s: %w", cmd.Sheet.Name(), err)}
	}
	if resource.AsksPerson() && cmd.SignIn != sheet.PerUser {
		return nil, usageError{fmt.Errorf("%s asks for a user name and password: add --sign-in per-user --user NAME", cmd.Sheet.Name())}
	}
	return &resource, nil
}
