package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"

	"retoolapi/internal/cli"
	"retoolapi/internal/form"
)

// check is `retool check`.
type check struct {
	stackFlags
	choices
	User string `help:"Name of the user who signs in: with --sign-in per-user the person whose password is read, otherwise the service user (default ${serviceUser}, with --sign-in password ${passwordUser})."`
	Form string `help:"Run exactly the form in this file, which form --format json --with-token --output FILE wrote." placeholder:"FILE"`
}

func (check) Help() string {
	return `It changes nothing. At a terminal it asks for the one secret that it needs, and
does not show it. Otherwise it reads standard input to its end:

  --sign-in shared      the refresh token of the service user
  --sign-in password    the password that connect --sign-in password printed
  --sign-in per-user    the password of --user
  --form FILE           nothing for a form with its secret in it

The refresh token is taken as people copy it: alone or wrapped over lines; the value
of AuthParameters or RefreshToken in Retool, such as {"REFRESH_TOKEN": "…"}; a row or
the whole form as text, Markdown or JSON; the answer of the aws CLI. So is the
password. An access token, an id token and two different refresh tokens are refused
before anything is sent.

Examples:

  go run ./scripts/retool check                                    asks for the token
  go run ./scripts/retool check < token.txt                        reads it there
  go run ./scripts/retool check --sign-in per-user --user alice    asks for a password
  go run ./scripts/retool check --form form.json                   runs a saved form

Each check is a line on standard output: ok, warn, FAIL with the cause and a hint, or -
for what could not be checked.`
}

func (cmd check) Run(ctx context.Context, c cli.Console) error {
	t, err := cmd.trial(ctx, c)
	if err != nil {
		return err
	}
	_, err = prove(ctx, c, t)
	return err
}

// trial chooses the form: the saved one or, without it, the one that form would
// print. Then it reads the secret that the form needs and does not contain.
func (cmd check) trial(ctx context.Context, c cli.Console) (trial, error) {
	saved, err := cmd.settle()
	if err != nil {
		return trial{}, err
	}
	stack, err := cmd.open(ctx, c)
	if err != nil {
		return trial{}, err
	}
	t := trial{stack: stack, advice: advice{cmd.at(), stack, cmd.choices, cmd.User}, page: existingPage(cmd.Stage)}
	if saved != nil {
		t.form = *saved
	} else {
		printed := form.Choices{SignIn: cmd.SignIn, Request: cmd.Request}
		if err := fillIn(ctx, c, t.advice, &printed); err != nil {
			return trial{}, err
		}
		t.form = form.New(stack.Deployment, printed)
	}
	if cmd.SignIn == form.PerUser {
		password, err := readPassword(ctx, c, "password of "+cmd.User)
		if err != nil {
			return trial{}, err
		}
		t.typed = signInInput(cmd.User, password)
	}
	return t, nil
}

// settle settles how and as whom to sign in, and returns the saved form, or nil.
func (cmd *check) settle() (saved *form.Form, err error) {
	if err := cmd.agree(); err != nil {
		return nil, err
	}
	if cmd.User == "" && cmd.SignIn == form.PerUser {
		return nil, cli.Usage(errors.New("--sign-in per-user needs a person"), "add --user NAME")
	}
	if saved, err = cmd.readForm(); err != nil {
		return nil, err
	}
	if saved != nil {
		cmd.SignIn = saved.SignIn()
	}
	cmd.User = cmp.Or(cmd.User, cmd.serviceUser())
	return saved, checkUserName(cmd.User)
}

// readForm returns the saved form, or nil if none was named.
func (cmd check) readForm() (*form.Form, error) {
	if cmd.Form == "" {
		return nil, nil
	}
	file, err := os.Open(cmd.Form)
	if err != nil {
		return nil, cli.Usage(fmt.Errorf("--form: %w", cause(err)), "name a file that exists")
	}
	defer file.Close()
	saved, err := form.ReadJSON(file)
	if err != nil {
		return nil, cli.Usage(fmt.Errorf("read the form in --form: %w", cause(err)), "write it: "+saveForm(cmd.at(), cmd.choices, savedForm))
	}
	if saved.SignIn() == form.PerUser && cmd.SignIn != form.PerUser {
		return nil, cli.Usage(errors.New("the form in --form asks for a user name and password"), "add --sign-in per-user --user NAME")
	}
	return &saved, nil
}

// signInInput is what a person types into the sign-in modal.
func signInInput(user, password string) map[string]string {
	return map[string]string{"username": user, "password": password}
}
