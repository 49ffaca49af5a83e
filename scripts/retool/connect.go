package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/aws/smithy-go"

	"retoolapi/infra/stage"
	"retoolapi/internal/deployed"
	"retoolapi/internal/form"
	"retoolapi/internal/form/page"
	"retoolapi/internal/form/runner"
)

// connect is `retool connect`.
type connect struct {
	target
	choices
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
	password, err := cmd.prepareUser(ctx, c, stack)
	if err != nil {
		return err
	}
	t, err := cmd.trial(ctx, stack, password)
	if err != nil {
		return err
	}
	proven, err := prove(ctx, c.out, t)
	if err != nil {
		return err
	}
	if !t.form.AsksPerson() {
		t.form.Tokens.RefreshTokenExpires = proven.expires
	}
	return cmd.show(c, t.form, proven.checks)
}

// prepareUser creates or repairs the service user and returns its password.
// Nobody needs to know it: the next connect sets another one, and refresh tokens
// outlive it.
func (cmd connect) prepareUser(ctx context.Context, c console, stack *deployed.Stack) (password string, err error) {
	if err := cmd.refuseOtherUser(ctx, stack); err != nil {
		return "", err
	}
	fmt.Fprintf(c.err, "Signing in as %s…\n", cmd.User)
	password = deployed.NewPassword()
	created, err := stack.EnsureUser(ctx, cmd.User, password)
	if err != nil {
		return "", err
	}
	if cmd.RevokeOthers && !created {
		if err := stack.SignOut(ctx, cmd.User); err != nil {
			return "", err
		}
	}
	cmd.reportUser(c, created)
	return password, nil
}

// trial fills in the form. With the shared sign-in, the service user's refresh
// token is in it.
func (cmd connect) trial(ctx context.Context, stack *deployed.Stack, password string) (trial, error) {
	t := trial{stack: stack, user: cmd.User}
	filled := form.Choices{SignIn: cmd.SignIn, Request: cmd.Request}
	if cmd.SignIn == form.PerUser {
		t.typed = signInInput(cmd.User, password)
	} else {
		token, err := stack.SignIn(ctx, cmd.User, password)
		if err != nil {
			return trial{}, fmt.Errorf("sign in as %s: %w", cmd.User, withHint(err))
		}
		filled.RefreshToken = token
	}
	t.form = form.New(stack.Deployment, filled)
	return t, nil
}

// withHint adds what to do to a refusal of Cognito.
func withHint(err error) error {
	var refusal smithy.APIError
	if !errors.As(err, &refusal) {
		return err
	}
	return &runner.TokenError{Type: refusal.ErrorCode(), Message: refusal.ErrorMessage()}
}

// refuseOtherUser refuses to set the password of a user who may be a person.
func (cmd connect) refuseOtherUser(ctx context.Context, stack *deployed.Stack) error {
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

func (cmd connect) reportUser(c console, created bool) {
	switch {
	case created:
		fmt.Fprintf(c.err, "Created the service user %s.\n", cmd.User)
	case cmd.RevokeOthers:
		fmt.Fprintf(c.err, "Ended the earlier sessions of %s: refresh tokens issued before no longer work.\n", cmd.User)
	default:
		fmt.Fprintf(c.err, "The service user %s was there already. Its earlier refresh tokens work until they expire; --revoke-others ends them now.\n", cmd.User)
	}
}

// show prints the form and writes the page.
func (cmd connect) show(c console, f form.Form, checks []form.Proof) error {
	fmt.Fprintln(c.out)
	if err := f.WriteText(c.out); err != nil {
		return err
	}
	if f.AsksPerson() {
		fmt.Fprintf(c.out, "\nProven with the service user %s. Each person gets their own name and password: retool user add NAME --stage %s\n", cmd.User, cmd.Stage)
	}
	if cmd.Stage == stage.Local {
		fmt.Fprintln(c.out, "\nThis stack runs on this computer: Retool's cloud cannot reach it. The form of a deployed stage looks the same: make deploy connect.")
	}
	proven := pageOf(f, cmd.Stage)
	proven.Proofs, proven.ProvenAt = checks, time.Now()
	return writePage(c, proven)
}

// writePage writes the page into .retool, which git ignores. It may hold the
// refresh token, so nobody else may read it.
func writePage(c console, p page.Page) (err error) {
	const dir = ".retool"
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	// A new file that replaces the old one: it has these permissions from its
	// first byte, whatever the old one had.
	file, err := os.CreateTemp(dir, p.Stage+"-*.html") // CreateTemp makes it 0600
	if err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	path := filepath.Join(dir, p.Stage+".html")
	err = errors.Join(p.Write(file), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write the page: %w", err), os.Remove(file.Name()))
	}
	secret := ""
	if !p.Form.AsksPerson() {
		secret = " (it holds the refresh token: delete it when Retool is set up)"
	}
	fmt.Fprintf(c.out, "\nThe same as a page with copy buttons: %s%s\n", path, secret)
	return nil
}
