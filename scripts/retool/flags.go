package main

import (
	"cmp"
	"context"
	"errors"
	"os"
	"strings"

	"retoolapi/infra/stage"
	"retoolapi/internal/cli"
	"retoolapi/internal/command"
	"retoolapi/internal/deployed"
	"retoolapi/internal/form"
	"retoolapi/internal/localcloud"
)

// stackFlags are the flags that choose the stack.
type stackFlags struct {
	Stage   string `help:"Stage of the stack. local and local-NAME are on the local cloud, all others on AWS." default:"${stage}" env:"STAGE" type:"stage"`
	Region  string `help:"AWS region of the stack. Default: that of the environment or profile." type:"region"`
	Profile string `help:"AWS profile. Default: that of the environment."`

	Port localcloud.Port   `help:"Port of the local cloud, for the stages local and local-NAME. Default: the port of the one that runs in this folder." placeholder:"PORT" env:"LOCAL_PORT"`
	Dir  localcloud.Folder `help:"Folder of the local cloud." default:"${dir}" env:"LOCAL_DIR" hidden:""`
}

// choices are the flags that choose how Retool signs in.
type choices struct {
	SignIn  form.SignIn  `help:"How Retool signs in: ${enum}. Shared is one service user with a refresh token, which expires; password is one with a password, which does not; per-user asks each Retool user for their own user name and password." enum:"shared,password,per-user" default:"shared"`
	Request form.Request `help:"How the refresh request carries the token: ${enum}. Flat is for a Retool version that sends the nested value as text." enum:"nested,flat" default:"nested"`
}

// agree refuses choices that do not go together.
func (c choices) agree() error {
	if c.SignIn == form.Password && c.Request == form.Flat {
		return cli.Usage(errors.New("--request flat needs a refresh token: a password can only be sent nested"), "leave out --request, or --sign-in")
	}
	return nil
}

// flags returns those that make these choices.
func (c choices) flags() []string {
	var flags []string
	if c.SignIn != form.Shared {
		flags = append(flags, "--sign-in", string(c.SignIn))
	}
	if c.Request != form.Nested {
		flags = append(flags, "--request", string(c.Request))
	}
	return flags
}

// serviceUser returns the user that Retool signs in as.
func (c choices) serviceUser() string {
	if c.SignIn == form.Password {
		return passwordUser
	}
	return serviceUser
}

// at is what the person works with, for the commands that messages advise.
func (f stackFlags) at() command.Target {
	return command.Target{
		Stage:   f.Stage,
		Region:  cmp.Or(f.Region, ofMake("AWS_REGION")),
		Profile: cmp.Or(f.Profile, ofMake("AWS_PROFILE")),
		Dir:     string(cmp.Or(f.Dir, localcloud.DefaultDir)), // an empty LOCAL_DIR is none
		Port:    int(f.Port),
	}
}

// ofMake returns a variable that was given on the command line of make, which no
// other command sees.
func ofMake(name string) string {
	if !strings.Contains(os.Getenv("MAKEFLAGS"), " "+name+"=") {
		return ""
	}
	return os.Getenv(name)
}

// checks are those of the values of flags.
var checks = map[string]func(string) error{
	"stage": func(name string) error {
		if stage.Check(name) != nil {
			return errors.New(stage.NameRule)
		}
		return nil
	},
	"region": func(name string) error {
		if !deployed.IsRegion(name) {
			return errors.New("takes the name of an AWS region, such as eu-west-1")
		}
		return nil
	},
}

// open looks up the stack.
func (f stackFlags) open(ctx context.Context, c cli.Console) (stack *deployed.Stack, err error) {
	err = c.Doing("looking up stack "+stage.StackName(f.Stage), func() error {
		stack, err = deployed.Open(ctx, f.at())
		return err
	})
	if err != nil {
		return nil, err
	}
	stack.Queries = firstQueries()
	stack.Commands = form.Commands{
		Connect: f.at().Retool("connect"),
		Flat:    f.at().Retool("connect", "--request", string(form.Flat)),
		OpenAPI: f.at().Retool("openapi", "--output", f.Stage+".yaml"),
		SignIns: map[form.SignIn]string{
			form.Shared:   f.at().Retool("connect"),
			form.Password: f.at().Retool("connect", "--sign-in", string(form.Password)),
			form.PerUser:  f.at().Retool("connect", "--sign-in", string(form.PerUser)),
		},
	}
	return stack, nil
}
