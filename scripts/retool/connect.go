package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"retoolapi/infra/stage"
	"retoolapi/internal/deployed"
	"retoolapi/internal/form"
)

// connect is `retool connect`.
type connect struct {
	target
	form
	User          string `help:"Name of the service user." default:"${serviceUser}"`
	ResetPassword bool   `help:"If --user names somebody who is there already, who may be a person, set another password."`
	RevokeOthers  bool   `help:"End all earlier sessions of the service user: refresh tokens issued before stop working."`
}

func (cmd connect) Run(ctx context.Context, c console) error {
	if err := checkTypable("user name", cmd.User); err != nil {
		return err
	}
	stack, err := cmd.open(ctx, c)
	if err != nil {
		return err
	}
	session, err := cmd.signIn(ctx, c, stack)
	if err != nil {
		return err
	}
	proofs, err := prove(ctx, c.out, stack, session, cmd.User)
	if err != nil {
		return err
	}
	fmt.Fprintln(c.out)
	if err := session.Resource.WriteText(c.out); err != nil {
		return err
	}
	if cmd.SignIn == sheet.PerUser {
		fmt.Fprintf(c.out, "\nProven with the service user %s. Each person gets an own name and password: retool user add NAME --stage %s\n", cmd.User, cmd.Stage)
	}
	if cmd.Stage == stage.Local {
		fmt.Fprintln(c.out, "\nThis stack runs on this computer: Retool's cloud cannot reach it. The form of a deployed stage looks the same: make deploy connect.")
	}
	return writePage(c, sheet.Page{
		Resource: session.Resource,
		Proofs:   proofs,
		ProvenAt: time.Now(),
		Stage:    cmd.Stage,
		Local:    cmd.Stage == stage.Local,
	})
}

// signIn makes or repairs the service user and returns a session with the
// resource that Retool is to have. Nobody needs to know the password: the next
// connect sets another one, and refresh tokens outlive it.
func (cmd connect) signIn(ctx context.Context, c console, stack *deployed.Stack) (*sheet.Session, error) {
	if err := cmd.spareAPerson(ctx, stack); err != nil {
		return nil, err
	}
	fmt.Fprintf(c.err, "Signing in as %s…\n", cmd.User)
	password := deployed.NewPassword()
	made, err := stack.EnsureUser(ctx, cmd.User, password)
	if err != nil {
		return nil, err
	}
	if cmd.RevokeOthers && !made {
		if err := stack.SignOut(ctx, cmd.User); err != nil {
			return nil, err
		}
	}
	cmd.sayWhatHappened(c, made)

	session := personSession(stack, cmd.Request, cmd.User, password)
	if cmd.SignIn == sheet.PerUser {
		return session, nil
	}
	if err := session.Authenticate(ctx); err != nil {
		var refusal *sheet.TokenError
		if errors.As(err, &refusal) {
			err = refusal // without the field: it is not of the sheet asked for
		}
		return nil, fmt.Errorf("sign in as %s: %w", cmd.User, err)
	}
	return sharedSession(stack, cmd.Request, session.RefreshToken()), nil
}

// spareAPerson refuses to set the password of a user who may be a person.
func (cmd connect) spareAPerson(ctx context.Context, stack *deployed.Stack) error {
	if cmd.User == serviceUser || cmd.ResetPassword {
		return nil
	}
	exists, err := stack.HasUser(ctx, cmd.User)
	if err != nil {
		return err
	}
	if exists {
		return fmt.Errorf("user %s is there already and may be a person, whose password this would replace: choose another name, or add --reset-password", cmd.User)
	}
	return nil
}

func (cmd connect) sayWhatHappened(c console, made bool) {
	switch {
	case made:
		fmt.Fprintf(c.err, "Made the service user %s.\n", cmd.User)
	case cmd.RevokeOthers:
		fmt.Fprintf(c.err, "Ended the earlier sessions of %s: refresh tokens issued before no longer work.\n", cmd.User)
	default:
		fmt.Fprintf(c.err, "The service user %s was there already. Its earlier refresh tokens work until they end; --revoke-others ends them now.\n", cmd.User)
	}
}

// sharedSession runs the resource in which the refresh token stands.
func sharedSession(stack *deployed.Stack, request sheet.Request, refreshToken string) *sheet.Session {
	return &sheet.Session{
		Resource: sheet.Build(stack.Deployment, sheet.Options{SignIn: sheet.Shared, Request: request, RefreshToken: refreshToken}),
		Client:   stack.HTTP,
	}
}

// personSession runs the resource in which a person signs in.
func personSession(stack *deployed.Stack, request sheet.Request, user, password string) *sheet.Session {
	return &sheet.Session{
		Resource: sheet.Build(stack.Deployment, sheet.Options{SignIn: sheet.PerUser, Request: request}),
		Client:   stack.HTTP,
		Form:     map[string]string{"username": user, "password": password},
	}
}

// writePage writes the page into .retool, which git ignores. It may hold the
// refresh token, so nobody else may read it.
func writePage(c console, page sheet.Page) (err error) {
	const dir = ".retool"
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	// A new file that replaces the old one: it has these permissions from its
	// first byte, whatever the old one had.
	file, err := os.CreateTemp(dir, page.Stage+"-*.html") // CreateTemp makes it 0600
	if err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	path := filepath.Join(dir, page.Stage+".html")
	err = errors.Join(page.Write(file), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write the page: %w", err), os.Remove(file.Name()))
	}
	secret := ""
	if !page.Resource.AsksPerson() {
		secret = " (it holds the refresh token: delete it when Retool is set up)"
	}
	fmt.Fprintf(c.out, "\nThe same as a page with copy buttons: %s%s\n", path, secret)
	return nil
}
