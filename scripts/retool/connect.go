package main

import (
	"cmp"
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
	User          string `help:"Name of the service user (default ${serviceUser}). The one of --sign-in password is always ${passwordUser}."`
	ResetPassword bool   `help:"Set another password if the user exists already. Needed if --user names another user than ${serviceUser}, because it may be a person."`
	RevokeOthers  bool   `help:"Revoke all earlier refresh tokens of the service user."`
}

func (cmd *connect) Run(ctx context.Context, c cli.Console) error {
	if err := cmd.chooseUser(); err != nil {
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
		if !proven.lost { // then the other command says which password works
			cmd.nameLoss(c)
		}
		return err
	}
	if cmd.SignIn == form.Shared {
		t.form.Tokens.RefreshTokenExpires = proven.expires
	}
	return cmd.show(c, t.form, proven.checks)
}

// chooseUser checks the user, and sets it if none was named. No other connect may
// change the password that is in Retool.
func (cmd *connect) chooseUser() error {
	if err := cmd.agree(); err != nil {
		return err
	}
	cmd.User = cmp.Or(cmd.User, cmd.serviceUser())
	if err := checkUserName(cmd.User); err != nil {
		return err
	}
	switch ofPassword := deployed.SameUser(cmd.User, passwordUser); {
	case cmd.SignIn == form.Password && !ofPassword:
		return cli.Usage(fmt.Errorf("--sign-in password has a user of its own, %s", passwordUser), "leave out --user")
	case cmd.SignIn != form.Password && ofPassword:
		return refusePasswordUser(cmd.at())
	}
	return nil
}

// refusePasswordUser is the error of a command that would set the password which
// may be in Retool.
func refusePasswordUser(at command.Target) error {
	return cli.Usage(fmt.Errorf("%s is the user of --sign-in password: this would replace the password that Retool signs in with", passwordUser),
		"choose another name, or set and print the password: "+at.Retool("connect", "--sign-in", string(form.Password)))
}

// nameLoss says that the password in Retool is not the user's any more, and that
// the new one was not printed.
func (cmd *connect) nameLoss(c cli.Console) {
	if cmd.SignIn == form.Password {
		fmt.Fprintf(c.Err, "A password of %s that is in Retool works no longer. When the cause is mended, run this command again: it sets and prints the next one.\n", cmd.User)
	}
}

// trial prepares the service user and fills in the form. With the shared sign-in,
// the service user's refresh token is in it.
func (cmd *connect) trial(ctx context.Context, c cli.Console, stack *deployed.Stack) (trial, error) {
	if err := cmd.refuseOtherUser(ctx, stack); err != nil {
		return trial{}, err
	}
	t := trial{stack: stack, advice: advice{cmd.at(), stack, cmd.choices, cmd.User}, prepared: true}
	filled := form.Choices{SignIn: cmd.SignIn, Request: cmd.Request}
	user := &preparation{connect: cmd, stack: stack, console: c}
	prepare := func(int) (err error) {
		switch cmd.SignIn {
		case form.PerUser:
			t.retype = user.typed
			t.typed, err = user.typed(ctx)
		case form.Password:
			filled.User = cmd.User
			filled.Password, err = user.prepare(ctx)
		default:
			filled.RefreshToken, err = user.refreshToken(ctx)
		}
		return err
	}
	err := insist(ctx, c, cmd.User, prepare)
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
func (cmd *connect) mayReplacePassword() bool {
	return deployed.SameUser(cmd.User, cmd.serviceUser()) || cmd.ResetPassword
}

// refuseOtherUser refuses to set the password of a user who may be a person.
func (cmd *connect) refuseOtherUser(ctx context.Context, stack *deployed.Stack) error {
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

func (cmd *connect) mayBePerson() error {
	return cli.Hint(fmt.Errorf("user %s exists already and may be a person, whose password this would replace", cmd.User), "choose another name, or add --reset-password")
}

// show prints the form and writes the page.
func (cmd *connect) show(c cli.Console, f form.Form, checks []form.Proof) error {
	fmt.Fprintln(c.Out)
	if err := f.WriteText(c.Out); err != nil {
		return err
	}
	if cmd.SignIn == form.PerUser {
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
	fmt.Fprintf(c.Out, "\nSend a first request%s:\n  %s\n", sender(cmd.SignIn), firstRequest(cmd.at(), f, cmd.choices))
	fmt.Fprintf(c.Out, "\nCheck it at any time:\n  %s\n", proven.Check())
	if stage.IsLocal(cmd.Stage) {
		fmt.Fprintf(c.Out, "\nDelete the stack, and stop the local cloud:\n  %s\n  %s\n", cmd.at().Destroy(), cmd.at().Make("local-down"))
	}
	return nil
}
