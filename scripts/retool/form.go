package main

import (
	"context"
	"errors"
	"io"
	"time"

	"retoolapi/infra/stage"
	"retoolapi/internal/cli"
	"retoolapi/internal/command"
	"retoolapi/internal/form"
	"retoolapi/internal/form/page"
)

// formCommand is `retool form`.
type formCommand struct {
	stackFlags
	choices
	Format    string `help:"${enum}." enum:"text,json,markdown,html" default:"text"`
	WithToken bool   `help:"Put the refresh token or the password into the form. It is read from the terminal without echo or from standard input, as check reads it (check --help), and tested. The form is a secret then: write it with --output." aliases:"with-password"`
	outputFlag
}

func (cmd formCommand) Run(ctx context.Context, c cli.Console) error {
	if err := cmd.agree(); err != nil {
		return err
	}
	if cmd.WithToken && cmd.SignIn == form.PerUser {
		return cli.Usage(errors.New("--with-token needs --sign-in shared or password: with per-user, each person has their own refresh token"), "leave out --with-token")
	}
	if err := cmd.check(savedForm); err != nil {
		return err
	}
	stack, err := cmd.open(ctx, c)
	if err != nil {
		return err
	}
	printed := form.Choices{SignIn: cmd.SignIn, Request: cmd.Request, User: passwordUser}
	known := advice{cmd.at(), stack, cmd.choices, cmd.serviceUser()}
	stack.Commands.Connect = known.connect()
	if !cmd.WithToken {
		return cmd.show(c, form.New(stack.Deployment, printed))
	}
	if err := fillIn(ctx, c, known, &printed); err != nil {
		return err
	}
	filled := form.New(stack.Deployment, printed)
	run, err := trial{stack: stack, form: filled, advice: known}.authenticated(ctx)
	if err != nil {
		return err
	}
	if cmd.SignIn == form.Shared {
		expires, err := run.RefreshTokenExpires()
		if err != nil {
			return err
		}
		filled.Tokens.RefreshTokenExpires = &expires
	}
	return cmd.show(c, filled)
}

// show prints the form, or writes it to the file that was named.
func (cmd formCommand) show(c cli.Console, f form.Form) error {
	secret := ""
	if cmd.WithToken {
		secret = " It holds a secret: delete it when you no longer need it."
	}
	return cmd.outputFlag.write(c, "the form", secret, func(w io.Writer) error { return cmd.write(f, w) })
}

func (cmd formCommand) write(f form.Form, w io.Writer) error {
	switch cmd.Format {
	case "json":
		return f.WriteJSON(w)
	case "markdown":
		return f.WriteMarkdown(w)
	case "html":
		return pageOf(f, cmd.at()).Write(w)
	}
	return f.WriteText(w)
}

// pageOf returns the page of a form, with nothing proven yet.
func pageOf(f form.Form, at command.Target) page.Page {
	return page.Page{Form: f, At: at, WrittenAt: time.Now(), Local: stage.IsLocal(at.Stage)}
}
