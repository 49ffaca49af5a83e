package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"retoolapi/internal/deployed"
)

// user is `retool user`.
type user struct {
	Add    userAdd    `cmd:"" help:"Add a person who signs in to the API with an own name and password."`
	Remove userRemove `cmd:"" help:"Remove a person."`
}

// userAdd is `retool user add`.
type userAdd struct {
	target
	Name          string `arg:"" help:"User name."`
	Generate      bool   `help:"Generate the password and show it once, instead of reading it."`
	ResetPassword bool   `help:"If the user is there already, set another password."`
}

func (cmd userAdd) Run(ctx context.Context, c console) error {
	if err := checkTypable("user name", cmd.Name); err != nil {
		return err
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
		return fmt.Errorf("user %s is there already: --reset-password sets another password", cmd.Name)
	}
	password, err := cmd.password(ctx, c)
	if err != nil {
		return err
	}
	if _, err := stack.EnsureUser(ctx, cmd.Name, password); err != nil {
		return err
	}
	if exists {
		fmt.Fprintf(c.out, "User %s has another password now.\n", cmd.Name)
	} else {
		fmt.Fprintf(c.out, "User %s may sign in.\n", cmd.Name)
	}
	if cmd.Generate {
		fmt.Fprintf(c.out, "Password, shown only now: %s\n", password)
	}
	return nil
}

func (cmd userAdd) password(ctx context.Context, c console) (string, error) {
	if cmd.Generate {
		return deployed.NewPassword(), nil
	}
	return c.readPassword(ctx, "password for "+cmd.Name)
}

// readPassword is readSecret for what a person types into the Retool form.
func (c console) readPassword(ctx context.Context, what string) (string, error) {
	password, err := c.readSecret(ctx, what)
	if err != nil {
		return "", err
	}
	return password, checkTypable("password", password)
}

// checkTypable refuses what would break the row of the Retool form in which
// the person's input is put into JSON text.
func checkTypable(what, text string) error {
	if text == "" {
		return usageError{fmt.Errorf("the %s is empty", what)}
	}
	if strings.ContainsAny(text, "\"\\\n\r\t") || strings.Contains(text, "{{") {
		return usageError{fmt.Errorf("the %s has a \", a \\ or {{ in it, which Retool would not put into the request as typed: choose another", what)}
	}
	return nil
}

// userRemove is `retool user remove`.
type userRemove struct {
	target
	Name  string `arg:"" help:"User name."`
	Force bool   `help:"Remove even the service user."`
}

func (cmd userRemove) Run(ctx context.Context, c console) error {
	if cmd.Name == serviceUser && !cmd.Force {
		return usageError{fmt.Errorf("%s is the service user, with whom the shared sign-in ends for everybody: retool disconnect locks it out, --force removes it", serviceUser)}
	}
	stack, err := cmd.open(ctx, c)
	if err != nil {
		return err
	}
	if err := stack.RemoveUser(ctx, cmd.Name); err != nil {
		return err
	}
	fmt.Fprintf(c.out, "Removed user %s. %s\n", cmd.Name, afterlife(stack))
	return nil
}

// disconnect is `retool disconnect`.
type disconnect struct {
	target
	User string `help:"Name of the service user." default:"${serviceUser}"`
}

func (cmd disconnect) Run(ctx context.Context, c console) error {
	stack, err := cmd.open(ctx, c)
	if err != nil {
		return err
	}
	if err := stack.SignOut(ctx, cmd.User); err != nil {
		return err
	}
	if err := stack.DisableUser(ctx, cmd.User); err != nil {
		return err
	}
	fmt.Fprintf(c.out, "Signed %s out everywhere and disabled it; connect enables it again. %s\n", cmd.User, afterlife(stack))
	return nil
}

// afterlife says how long the API still lets a user in who was just locked
// out: the gateway checks tokens without asking Cognito.
func afterlife(stack *deployed.Stack) string {
	end := time.Now().Add(time.Duration(stack.AccessTokenMinutes) * time.Minute)
	return fmt.Sprintf("Access tokens issued before live on for at most %d minutes, until %s.",
		stack.AccessTokenMinutes, end.UTC().Format("15:04 UTC on 2 January 2006"))
}
