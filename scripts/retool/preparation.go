package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/smithy-go"

	"retoolapi/internal/cli"
	"retoolapi/internal/deployed"
	"retoolapi/internal/form"
	"retoolapi/internal/form/runner"
)

// preparation creates or repairs the service user of one connect, as often as
// another command changes the user in between.
type preparation struct {
	*connect
	stack   *deployed.Stack
	console cli.Console
	ready   bool // it was prepared once
}

// prepare sets a password and returns it. Only a form with a password needs it:
// otherwise the next connect sets another one, and refresh tokens outlive it.
func (p *preparation) prepare(ctx context.Context) (password string, err error) {
	password = deployed.NewPassword()
	created, err := p.setPassword(ctx, password)
	if err != nil || p.ready {
		return password, err
	}
	// Only once: the second time it would end the session of the command that
	// changed the user in between. What an earlier password of Retool's gave must
	// end with it, and nothing needs it.
	if (p.RevokeOthers || p.SignIn == form.Password) && !created {
		if err := p.stack.SignOut(ctx, p.User); err != nil {
			return "", err
		}
	}
	p.ready = true
	p.report(created)
	return password, nil
}

// typed returns what the user types into the sign-in modal.
func (p *preparation) typed(ctx context.Context) (map[string]string, error) {
	password, err := p.prepare(ctx)
	return signInInput(p.User, password), err
}

// refreshToken signs the user in and returns the refresh token.
func (p *preparation) refreshToken(ctx context.Context) (string, error) {
	password, err := p.prepare(ctx)
	if err != nil {
		return "", err
	}
	token, err := p.stack.SignIn(ctx, p.User, password)
	if refusal, ok := errors.AsType[smithy.APIError](err); ok {
		err = &runner.TokenError{Type: refusal.ErrorCode(), Message: refusal.ErrorMessage()} // which has a hint
	}
	if err != nil {
		return "", fmt.Errorf("sign in as %s: %w", p.User, err)
	}
	return token, nil
}

// setPassword never replaces that of a person who was created just now.
func (p *preparation) setPassword(ctx context.Context, password string) (created bool, err error) {
	if p.mayReplacePassword() || p.ready {
		return p.stack.EnsureUser(ctx, p.User, password)
	}
	err = p.stack.CreateUser(ctx, p.User, password)
	if errors.Is(err, deployed.ErrUserExists) {
		return false, p.mayBePerson()
	}
	return err == nil, err
}

func (p *preparation) report(created bool) {
	switch {
	case created:
		fmt.Fprintf(p.console.Err, "Created the service user %s.\n", p.User)
	case p.SignIn == form.Password:
		fmt.Fprintf(p.console.Err, "The service user %s has another password now. The earlier one works no longer: copy the new one into Retool.\n", p.User)
	case p.RevokeOthers:
		fmt.Fprintf(p.console.Err, "Revoked the earlier refresh tokens of %s.\n", p.User)
	default:
		fmt.Fprintf(p.console.Err, "The service user %s exists already. Its earlier refresh tokens work until they expire; --revoke-others revokes them now.\n", p.User)
	}
}
