package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/aws/smithy-go"

	"retoolapi/infra/stage"
	"retoolapi/internal/cli"
	"retoolapi/internal/command"
	"retoolapi/internal/deployed"
	"retoolapi/internal/form"
	"retoolapi/internal/form/runner"
)

// connect is `retool connect`.
type connect struct {
	target
	choices
	User          string `help:"Name of the service user." default:"${serviceUser}"`
	ResetPassword bool   `help:"Set another password if the user exists already. Needed if --user names another user than ${serviceUser}, because it may be a person."`
	RevokeOthers  bool   `help:"Revoke all earlier refresh tokens of the service user."`
}

func (cmd connect) Run(ctx context.Context, c cli.Console) error {
	if err := checkUserName(cmd.User); err != nil {
		return err
	}
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
	password, err := cmd.prepareUser(ctx, c, stack)
	if err != nil {
		return trial{}, err
	}
	t := trial{stack: stack, advice: advice{cmd.at(), stack, cmd.choices, cmd.User}}
	filled := form.Choices{SignIn: cmd.SignIn, Request: cmd.Request}
	if cmd.SignIn == form.PerUser {
		t.typed, t.passwordIsNew = signInInput(cmd.User, password), true
	} else if filled.RefreshToken, err = cmd.signIn(ctx, stack, password); err != nil {
		return trial{}, t.advice.withCommand(fmt.Errorf("sign in as %s: %w", cmd.User, err))
	}
	t.form = form.New(stack.Deployment, filled)
	return t, nil
}

// prepareUser creates or repairs the service user and returns its password.
// Nobody needs to know the password: the next connect sets another one, and the
// refresh tokens stay valid.
func (cmd connect) prepareUser(ctx context.Context, c cli.Console, stack *deployed.Stack) (password string, err error) {
	if err := cmd.refuseOtherUser(ctx, stack); err != nil {
		return "", err
	}
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

// signInAttempts is how often connect sets a password and signs in, if somebody
// else changes the user in between.
const signInAttempts = 5

// signIn signs the service user in with the password that was just set. Cognito
// refuses that only if another connect has set its own password meanwhile, or a
// disconnect has disabled the user: then it prepares the user again.
func (cmd connect) signIn(ctx context.Context, stack *deployed.Stack, password string) (token string, err error) {
	for attempt := 1; ; attempt++ {
		token, err = stack.SignIn(ctx, cmd.User, password)
		switch {
		case !deployed.IsRefused(err):
			return token, explainRefusal(err)
		case attempt == signInAttempts:
			return "", cli.Hint(errors.New(rival), runAgain)
		}
		// Two that wait for different times get out of each other's way.
		pause := time.Duration(attempt) * (100*time.Millisecond + rand.N(300*time.Millisecond))
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(pause):
		}
		password = deployed.NewPassword()
		if _, err := stack.EnsureUser(ctx, cmd.User, password); err != nil {
			return "", err
		}
	}
}

const (
	rival    = "another connect or disconnect changes this user at the same time"
	runAgain = "run this command again"
)

// explainRefusal adds a hint to an error that Cognito returned.
func explainRefusal(err error) error {
	var refusal smithy.APIError
	if !errors.As(err, &refusal) {
		return err
	}
	return &runner.TokenError{Type: refusal.ErrorCode(), Message: refusal.ErrorMessage()}
}

// refuseOtherUser refuses to set the password of a user who may be a person.
func (cmd connect) refuseOtherUser(ctx context.Context, stack *deployed.Stack) error {
	if deployed.SameUser(cmd.User, serviceUser) || cmd.ResetPassword {
		return nil
	}
	exists, err := stack.HasUser(ctx, cmd.User)
	if err != nil {
		return err
	}
	if exists {
		return cli.Hint(fmt.Errorf("user %s exists already and may be a person, whose password this would replace", cmd.User), "choose another name, or add --reset-password")
	}
	return nil
}

func (cmd connect) reportUser(c cli.Console, created bool) {
	switch {
	case created:
		fmt.Fprintf(c.Err, "Created the service user %s.\n", cmd.User)
	case cmd.RevokeOthers:
		fmt.Fprintf(c.Err, "Revoked the earlier refresh tokens of %s.\n", cmd.User)
	default:
		fmt.Fprintf(c.Err, "The service user %s exists already. Its earlier refresh tokens work until they expire; --revoke-others revokes them now.\n", cmd.User)
	}
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
	if cmd.Stage == stage.Local {
		fmt.Fprintln(c.Out, "\nThis stack runs on this computer: Retool's cloud cannot reach it. The form of a deployed stage looks the same:\n  "+command.Target{Stage: stage.Default}.Make("deploy connect"))
	}
	proven := pageOf(f, cmd.at())
	proven.Proofs, proven.ProvenAt = checks, time.Now()
	return writePage(c, proven)
}
