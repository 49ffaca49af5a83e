package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"retoolapi/internal/cli"
	"retoolapi/internal/deployed"
)

// user is `retool user`.
type user struct {
	List   userList   `cmd:"" help:"List the users: name, status, enabled or not, when created."`
	Add    userAdd    `cmd:"" help:"Add a person who signs in to the API with their own name and password."`
	Remove userRemove `cmd:"" help:"Remove a person."`
}

// userAdd is `retool user add`.
type userAdd struct {
	stackFlags
	Name          string `arg:"" help:"User name."`
	Generate      bool   `help:"Generate the password and show it once, instead of reading it. Otherwise it is typed twice at a terminal, or read from standard input."`
	ResetPassword bool   `help:"If the user exists already, set another password."`
}

func (cmd userAdd) Run(ctx context.Context, c cli.Console) error {
	if err := checkUserName(cmd.Name); err != nil {
		return err
	}
	if deployed.SameUser(cmd.Name, passwordUser) {
		return refusePasswordUser(cmd.at())
	}
	stack, err := cmd.open(ctx, c)
	if err != nil {
		return err
	}
	exists, err := stack.HasUser(ctx, cmd.Name)
	if err != nil {
		return err
	}
	if exists && !cmd.ResetPassword {
		return cmd.existsAlready()
	}
	password, err := cmd.password(ctx, c)
	if err != nil {
		return err
	}
	created, err := cmd.setPassword(ctx, stack, password)
	if err != nil {
		return err
	}
	if created {
		fmt.Fprintf(c.Out, "User %s may sign in.\n", cmd.Name)
	} else {
		fmt.Fprintf(c.Out, "User %s has another password now.\n", cmd.Name)
	}
	if cmd.Generate {
		fmt.Fprintf(c.Out, "Password, shown only now: %s\n", password)
	}
	return nil
}

// setPassword does not replace the password of a user whom another command has
// created meanwhile, unless it was asked to.
func (cmd userAdd) setPassword(ctx context.Context, stack *deployed.Stack, password string) (created bool, err error) {
	if cmd.ResetPassword {
		return stack.EnsureUser(ctx, cmd.Name, password)
	}
	err = stack.CreateUser(ctx, cmd.Name, password)
	if errors.Is(err, deployed.ErrUserExists) {
		return false, cmd.existsAlready()
	}
	return err == nil, err
}

func (cmd userAdd) existsAlready() error {
	return cli.Hint(fmt.Errorf("user %s exists already", cmd.Name), "set another password (--reset-password), or choose another name")
}

func (cmd userAdd) password(ctx context.Context, c cli.Console) (string, error) {
	if cmd.Generate {
		return deployed.NewPassword(), nil
	}
	password, err := c.ReadNewSecret(ctx, "password for "+cmd.Name, "The password has "+deployed.PasswordRule+". It has "+deployed.TypableRule+" in it.", checkPassword)
	if err != nil {
		return "", err
	}
	return password, checkPassword(password)
}

// readPassword reads the password that a person types into the Retool form.
func readPassword(ctx context.Context, c cli.Console, what string) (string, error) {
	password, err := c.ReadSecret(ctx, what)
	if err != nil {
		return "", err
	}
	return password, checkPassword(password)
}

// checkPassword refuses a password that Retool would not send as it is typed.
func checkPassword(password string) error {
	if err := deployed.CheckTypable(password); err != nil {
		return cli.Usage(fmt.Errorf("the password %w", err), "choose another")
	}
	return nil
}

// checkUserName refuses a name that no user can have, or that Retool would not
// send as it is.
func checkUserName(name string) error {
	if err := checkExisting(name); err != nil {
		return err
	}
	if err := deployed.CheckTypable(name); err != nil {
		return cli.Usage(fmt.Errorf("the user name %w", err), "choose another")
	}
	return nil
}

// checkExisting refuses a name that no user can have.
func checkExisting(name string) error {
	if err := deployed.CheckUserName(name); err != nil {
		return cli.Usage(fmt.Errorf("the user name %w", err), "give another")
	}
	return nil
}

// signInOf names the sign-in that has this service user.
func signInOf(serviceUser string) string {
	if deployed.SameUser(serviceUser, passwordUser) {
		return "sign-in with a password"
	}
	return "shared sign-in"
}

// userRemove is `retool user remove`.
type userRemove struct {
	stackFlags
	Name  string `arg:"" help:"User name."`
	Force bool   `help:"Remove even the service user."`
}

func (cmd userRemove) Run(ctx context.Context, c cli.Console) error {
	if err := checkExisting(cmd.Name); err != nil {
		return err
	}
	if isServiceUser(cmd.Name) && !cmd.Force {
		return cli.Usage(fmt.Errorf("%s is the service user: without it, the %s fails for everybody", strings.ToLower(cmd.Name), signInOf(cmd.Name)),
			"disable it ("+cmd.at().Retool("disconnect")+"), or remove it (--force)")
	}
	stack, err := cmd.open(ctx, c)
	if err != nil {
		return err
	}
	if err := stack.RemoveUser(ctx, cmd.Name); err != nil {
		return err
	}
	fmt.Fprintf(c.Out, "Removed user %s. %s\n", cmd.Name, remainingAccess(stack))
	if isServiceUser(cmd.Name) {
		return forgetSecret(c, cmd.Stage)
	}
	return nil
}
