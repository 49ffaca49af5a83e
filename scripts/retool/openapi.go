package main

import (
	"context"
	"io"

	"retoolapi/internal/cli"
	"retoolapi/lambda/api"
	"retoolapi/lambda/operations"
)

// openAPI is `retool openapi`.
type openAPI struct {
	stackFlags
	outputFlag
}

func (cmd openAPI) Run(ctx context.Context, c cli.Console) error {
	if err := cmd.check("stage.yaml"); err != nil {
		return err
	}
	stack, err := cmd.open(ctx, c)
	if err != nil {
		return err
	}
	document, err := api.OpenAPI(operations.Stores{}.Register, stack.BaseURL)
	if err != nil {
		return err
	}
	return cmd.write(c, "the OpenAPI file", "", func(w io.Writer) error {
		_, err := w.Write(document)
		return err
	})
}
