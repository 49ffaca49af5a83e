package main

import (
	"context"
	"fmt"
	"time"

	"retoolapi/infra/stage"
	"retoolapi/internal/cli"
	"retoolapi/internal/command"
	"retoolapi/internal/deployed"
	"retoolapi/internal/form"
)

// connect is `retool connect`.
type connect struct {
	stackFlags
	choices
	User          string `help:"Name of the service user." default:"${serviceUser}"`
	ResetPassword bool   `help:"Set another password if the user exists already. Needed if --user names another user than ${serviceUser}, because it may be a person."`
	RevokeOthers  bool   `help:"Revoke all earlier refresh tokens of the service user."`
}

func (cmd connect) Run(ctx context.Context, c cli.Console) error {
	if err := checkUserName(cmd.User); err != nil {
		return err
	}
	clearPages(c, cmd.Stage) // first, because it is right even if the rest fails
	stack, err := cmd.open(ctx, c)
	if err != nil {
		return err
	}
	var t trial
	err = c.Doing("signing in as "+cmd.User, func() (err error) {
		t, err = cmd.trial(ctx, c, stack)
		return err
	})
	if err != nil {
		return err
	}
	proven, err := prove(ctx, c, t)
	if err != nil {
		return err
	}
	if !t.form.AsksPerson() {
		t.form.Tokens.RefreshTokenExpires = proven.expires
	}
	return cmd.show(c, t.form, proven.checks)
}

// trial prepares the service user and fills in the form. With the shared sign-in,
// the service user's refresh token is in it.
func (cmd connect) trial(ctx context.Context, c cli.Console, stack *deployed.Stack) (trial, error) {
	if err := cmd.refuseOtherUser(ctx, stack); err != nil {
		return trial{}, err
	}
	t := trial{stack: stack, advice: advice{cmd.at(), stack, cmd.choices, cmd.User}, prepared: true}
	filled := form.Choices{SignIn: cmd.SignIn, Request: cmd.Request}
	user := &preparation{connect: cmd, stack: stack, console: c}
	err := insist(ctx, c, cmd.User, func(int) (err error) {
		if cmd.SignIn == form.PerUser {
			t.retype = user.typed
			t.typed, err = user.typed(ctx)
		} else {
			filled.RefreshToken, err = user.refreshToken(ctx)
		}
		return err
	})
	if changedMeanwhile(err) {
		err = fmt.Errorf("sign in as %s: %w", cmd.User, contention(cmd.User, err))
	}
	if err != nil {
		return trial{}, t.advice.withCommand(err)
	}
	t.form = form.New(stack.Deployment, filled)
	return t, nil
}

// mayReplacePassword reports whether nobody needs the user's present password.
func (cmd connect) mayReplacePassword() bool {
	return deployed.SameUser(cmd.User, serviceUser) || cmd.ResetPassword
}

// refuseOtherUser refuses to set the password of a user who may be a person.
func (cmd connect) refuseOtherUser(ctx context.Context, stack *deployed.Stack) error {
	if cmd.mayReplacePassword() {
		return nil
	}
	exists, err := stack.HasUser(ctx, cmd.User)
	if err != nil {
		return err
	}
	if exists {
		return cmd.mayBePerson()
	}
	return nil
}

func (cmd connect) mayBePerson() error {
	return cli.Hint(fmt.Errorf("user %s exists already and may be a person, whose password this would replace", cmd.User), "choose another name, or add --reset-password")
}

// show prints the form and writes the page.
func (cmd connect) show(c cli.Console, f form.Form, checks []form.Proof) error {
	fmt.Fprintln(c.Out)
	if err := f.WriteText(c.Out); err != nil {
		return err
	}
	if f.AsksPerson() {
		fmt.Fprintf(c.Out, "\nProven with the service user %s. Each person gets their own name and password:\n  %s\n", cmd.User, cmd.at().Retool("user add", "NAME"))
	}
	if stage.IsLocal(cmd.Stage) {
		fmt.Fprintln(c.Out, "\nThis stack runs on this computer: Retool's cloud cannot reach it. The form of a deployed stage looks the same:\n  "+command.DeployDefault())
	}
	proven := pageOf(f, cmd.at())
	proven.Proofs, proven.ProvenAt = checks, time.Now()
	if err := writePage(c, proven); err != nil {
		return err
	}
	fmt.Fprintf(c.Out, "\nCheck it at any time:\n  %s\n", proven.Check())
	if stage.IsLocal(cmd.Stage) {
		fmt.Fprintf(c.Out, "\nDelete the stack, and stop the local cloud:\n  %s\n  %s\n", cmd.at().Destroy(), cmd.at().Make("local-down"))
	}
	return nil
}
