package main

import (
	"errors"

	"retoolapi/infra/stage"
	"retoolapi/internal/cli"
	"retoolapi/internal/command"
	"retoolapi/internal/deployed"
	"retoolapi/internal/form"
	"retoolapi/internal/form/runner"
)

// advice knows the commands that remedy what package runner and this command find
// out: they act on the same stack and user.
type advice struct {
	at    command.Target
	stack *deployed.Stack
	choices
	user string // who signs in
}

// hintRepair is the hint for a user who cannot sign in.
const hintRepair = "repair the user"

// withCommand adds to an error's hint the command that does it, if there is one.
func (a advice) withCommand(err error) error {
	hinted, ok := errors.AsType[interface {
		error
		Hint() string
	}](err)
	if !ok {
		return err
	}
	hint := hinted.Hint()
	if hint == runner.HintTypeAgain && a.SignIn == form.Password {
		hint = runner.HintSetPassword // nobody types it
	}
	if remedy := a.command(hint); remedy != "" {
		return cli.Hint(err, hint+": "+remedy)
	}
	return err
}

// command returns the command for one of the hints of package runner.
func (a advice) command(hint string) string {
	switch hint {
	case runner.HintNewToken:
		return a.connect()
	case hintRepair, runner.HintEnableUser, runner.HintCreateUser, runner.HintSetPassword:
		return a.repairUser()
	case runner.HintConfirm:
		return a.confirm()
	case runner.HintDeploy:
		return a.at.Deploy()
	case runner.HintRecreate:
		return a.at.Destroy() + " and " + a.at.Deploy()
	case form.HintWithSecret:
		return saveForm(a.at, a.choices, savedForm)
	case runner.HintFlat:
		return a.stack.Commands.Flat
	}
	return ""
}

// savedForm is the file into which a form with the token is written. git ignores
// it.
const savedForm = "form.json"

// saveForm returns the command that writes the form with its secret to a file.
func saveForm(at command.Target, c choices, file string) string {
	args := append(c.flags(), "--format", "json")
	if c.SignIn != form.PerUser {
		args = append(args, "--with-token")
	}
	return at.Retool("form", append(args, "--output", file)...)
}

// connect returns the command that issues a refresh token for the user, or sets the
// password for Retool.
func (a advice) connect() string {
	if a.SignIn == form.Password {
		return a.stack.Commands.SignIns[form.Password]
	}
	var args []string
	if a.Request == form.Flat {
		args = append(args, "--request", string(form.Flat))
	}
	if !deployed.SameUser(a.user, serviceUser) {
		args = append(args, "--user", a.user, "--reset-password")
	}
	return a.at.Retool("connect", args...)
}

// repairUser returns the command that creates or enables the user and sets a
// password.
func (a advice) repairUser() string {
	if a.SignIn == form.PerUser {
		return a.at.Retool("user add", a.user, "--reset-password")
	}
	return a.connect()
}

// confirm returns the command that confirms a person who signed up.
func (a advice) confirm() string {
	at := a.at
	if at.Region == "" && !stage.IsLocal(at.Stage) {
		at.Region = a.stack.Region
	}
	return at.AWS("cognito-idp admin-confirm-sign-up", "--user-pool-id", a.stack.UserPoolID, "--username", a.user)
}
