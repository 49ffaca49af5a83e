package main

import (
	"context"
	"errors"
	"io"

	"retoolapi/infra/stage"
	"retoolapi/internal/form"
)

// sheetCmd is `retool sheet`.
type sheetCmd struct {
	target
	form
	Format    string `help:"${enum}." enum:"text,json,markdown,html" default:"text"`
	WithToken bool   `help:"Put the refresh token into the sheet: it is read from the terminal without echo or from standard input, and tried."`
}

func (cmd sheetCmd) Run(ctx context.Context, c console) error {
	if cmd.WithToken && cmd.SignIn == sheet.PerUser {
		return usageError{errors.New("--with-token goes with --sign-in shared: with per-user each person's own refresh token is used")}
	}
	stack, err := cmd.open(ctx, c)
	if err != nil {
		return err
	}
	resource := sheet.Build(stack.Deployment, sheet.Options{SignIn: cmd.SignIn, Request: cmd.Request})
	if cmd.WithToken {
		token, err := c.readRefreshToken(ctx)
		if err != nil {
			return err
		}
		session := sharedSession(stack, cmd.Request, token)
		if err := session.Authenticate(ctx); err != nil {
			return err
		}
		if _, err := session.RefreshTokenEnds(); err != nil {
			return err
		}
		resource = session.Resource
	}
	return cmd.write(resource, c.out)
}

func (cmd sheetCmd) write(resource sheet.Resource, w io.Writer) error {
	switch cmd.Format {
	case "json":
		return resource.WriteJSON(w)
	case "markdown":
		return resource.WriteMarkdown(w)
	case "html":
		return sheet.Page{Resource: resource, Stage: cmd.Stage, Local: cmd.Stage == stage.Local}.Write(w)
	}
	return resource.WriteText(w)
}
