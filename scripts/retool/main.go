// Command retool connects Retool to a deployed stack. It prints the form of the
// Retool resource, filled in, and proves from outside that it works.
//
// Package cli has the rules of its interface.
package main

import (
	"retoolapi/infra/stage"
	"retoolapi/internal/cli"
	"retoolapi/internal/deployed"
	"retoolapi/internal/localcloud"
)

const description = `Connects Retool to a deployed stack.

After a deploy, "connect" creates the service user, proves the flow and prints
what to type into Retool:

  go run ./scripts/retool connect                        the stage dev
  go run ./scripts/retool connect --stage prod           another stage
  go run ./scripts/retool connect --sign-in password     nothing expires
  go run ./scripts/retool connect --sign-in per-user     each Retool user signs in
  go run ./scripts/retool check < token.txt              prove it again, from outside
  go run ./scripts/retool form --format markdown         the form, without the token
  go run ./scripts/retool user add alice                 a person who may sign in
  go run ./scripts/retool disconnect                     disable the service users

The stages local and local-NAME are on the local cloud (make local). For the other
stages, the command uses your AWS credentials. Such a stage is refused if
AWS_ENDPOINT_URL, or the endpoint_url of a service or of the profile, leads its
requests elsewhere.`

type commands struct {
	Connect    connect     `cmd:"" help:"Create or repair the service user, prove the flow and print what to type into Retool."`
	Check      check       `cmd:"" help:"Prove a deployed stack from outside, one line per check."`
	Form       formCommand `cmd:"" help:"Print what to type into Retool, without creating or changing anything."`
	Token      accessToken `cmd:"" help:"Sign in and print an access token, for one request with curl."`
	OpenAPI    openAPI     `cmd:"" name:"openapi" help:"Print the OpenAPI file with the address of this stage, for Retool's REST resource, Postman and code generators."`
	User       user        `cmd:"" help:"Manage the people who sign in themselves (--sign-in per-user)."`
	Retained   retained    `cmd:"" help:"Say what of a stack stays when it is destroyed, and after that where it is."`
	Disconnect disconnect  `cmd:"" help:"Sign the service users out everywhere, disable them and remove the page with the refresh token or password."`
}

// The users that Retool signs in as. The one with a password in the form is apart,
// because a connect that issues a refresh token sets another password.
const (
	serviceUser  = "retool"
	passwordUser = "retool-password"
)

// isServiceUser reports whether Retool signs in as the user, unless connect --user
// named another one.
func isServiceUser(name string) bool {
	return deployed.SameUser(name, serviceUser) || deployed.SameUser(name, passwordUser)
}

func main() { program().Main() }

func program() cli.Program {
	return cli.Program{
		Name:        "retool",
		Description: description,
		Commands:    new(commands),
		Vars:        map[string]string{"stage": stage.Default, "serviceUser": serviceUser, "passwordUser": passwordUser, "dir": localcloud.DefaultDir},
		Checks:      checks,
	}
}
