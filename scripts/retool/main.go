// Command retool connects Retool to a deployed stack. It prints the form of the
// Retool resource, filled in, and proves from outside that it works.
//
// Package cli has the rules of its interface.
package main

import (
	"retoolapi/infra/stage"
	"retoolapi/internal/cli"
	"retoolapi/internal/localcloud"
)

const description = `Connects Retool to a deployed stack.

After a deploy, "connect" creates the service user, proves the flow and prints
what to type into Retool:

  go run ./scripts/retool connect                        the stage dev
  go run ./scripts/retool connect --stage prod           another stage
  go run ./scripts/retool connect --sign-in per-user     each Retool user signs in
  go run ./scripts/retool check < token.txt              prove it again, from outside
  go run ./scripts/retool form --format markdown         the form, without the token
  go run ./scripts/retool user add alice                 a person who may sign in
  go run ./scripts/retool disconnect                     disable the service user

The stage local is on the local cloud (make local). For the other stages, the
command uses your AWS credentials.`

type commands struct {
	Connect    connect     `cmd:"" help:"Create or repair the service user, prove the flow and print what to type into Retool."`
	Check      check       `cmd:"" help:"Prove a deployed stack from outside, one line per check."`
	Form       formCommand `cmd:"" help:"Print what to type into Retool, without creating or changing anything."`
	OpenAPI    openAPI     `cmd:"" name:"openapi" help:"Print the OpenAPI file with the address of this stage, for Retool's REST resource, Postman and code generators."`
	User       user        `cmd:"" help:"Manage the people who sign in themselves (--sign-in per-user)."`
	Retained   retained    `cmd:"" help:"Say what of a stack stays when it is destroyed, and after that where it is."`
	Disconnect disconnect  `cmd:"" help:"Sign the service user out everywhere, disable it and remove the page with its refresh token."`
}

// serviceUser is the default name of the user that Retool signs in as.
const serviceUser = "retool"

func main() { program().Main() }

func program() cli.Program {
	return cli.Program{
		Name:        "retool",
		Description: description,
		Commands:    new(commands),
		Vars:        map[string]string{"stage": stage.Default, "serviceUser": serviceUser, "dir": localcloud.DefaultDir},
		Checks:      checks,
	}
}
