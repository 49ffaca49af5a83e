package main

import (
	"context"
	"fmt"

	"retoolapi/internal/cli"
	"retoolapi/internal/command"
	"retoolapi/internal/form"
	"retoolapi/lambda/operations"
)

// accessToken is `retool token`.
type accessToken struct {
	stackFlags
	choices
	User string `help:"Name of the person who signs in, with --sign-in per-user."`
}

func (accessToken) Help() string {
	return `Reads what check reads, in the same way (check --help), signs in with it and prints
the header for one request as a line that curl reads. So no secret is in the list of
processes or in the history of the shell:

  go run ./scripts/retool token < .retool/dev.html | curl --config - https://…/me

The access token is valid for as long as the stack says, by default an hour.`
}

func (cmd accessToken) Run(ctx context.Context, c cli.Console) error {
	t, err := check{stackFlags: cmd.stackFlags, choices: cmd.choices, User: cmd.User}.trial(ctx, c)
	if err != nil {
		return err
	}
	run, err := t.authenticated(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.Out, "header = \"Authorization: Bearer %s\"\n", run.AccessToken())
	return err
}

// sender says who sends the first request, if it is not the service user.
func sender(signIn form.SignIn) string {
	if signIn == form.PerUser {
		return " as a person whom you added"
	}
	return ""
}

// firstRequest returns a command line that sends a first request to the API, with
// the secret that the page of the stage holds or, without one, with a person's
// password, for which it asks.
func firstRequest(at command.Target, f form.Form, c choices) string {
	token := at.Retool("token", c.flags()...) + " < " + command.Quote(pageFile(at.Stage))
	if f.SignIn() == form.PerUser {
		token = at.Retool("token", append(c.flags(), "--user", "NAME")...)
	}
	return token + " | curl --config - " + command.Quote(f.BaseURL+operations.WhoAmI().Path)
}
