package main

import (
	"cmp"
	"context"
	"errors"
	"regexp"

	"retoolapi/infra/stage"
	"retoolapi/internal/cli"
	"retoolapi/internal/command"
	"retoolapi/internal/deployed"
	"retoolapi/internal/form"
	"retoolapi/internal/localcloud"
)

// target are the flags that choose the stack.
type target struct {
	Stage   string `help:"Stage of the stack." default:"${stage}" env:"STAGE"`
	Region  string `help:"AWS region of the stack. Default: that of the environment or profile."`
	Profile string `help:"AWS profile. Default: that of the environment."`

	Port localcloud.Port `help:"Port of the local cloud, for the stage local. Default: the port of the one that runs in this folder." placeholder:"PORT" env:"LOCAL_PORT"`
	Dir  string          `help:"Folder of the local cloud." default:"${dir}" env:"LOCAL_DIR" hidden:""`
}

// choices are the flags that choose how Retool signs in.
type choices struct {
	SignIn  form.SignIn  `help:"Who the API sees: ${enum}. Shared is one service user for all of Retool; per-user asks each Retool user for their own user name and password." enum:"shared,per-user" default:"shared"`
	Request form.Request `help:"How the refresh request carries the token: ${enum}. Flat is for a Retool version that sends the nested value as text." enum:"nested,flat" default:"nested"`
}

// at is the target for the commands that messages advise.
func (t target) at() command.Target {
	return command.Target{
		Stage:   t.Stage,
		Region:  t.Region,
		Profile: t.Profile,
		Dir:     cmp.Or(t.Dir, localcloud.DefaultDir), // an empty LOCAL_DIR is none
		Port:    int(t.Port),
	}
}

// region matches the names of AWS's regions in every partition.
var region = regexp.MustCompile(`^[a-z]{2,}(-[a-z]+)+-\d+$`)

// open looks up the stack.
func (t target) open(ctx context.Context, c cli.Console) (stack *deployed.Stack, err error) {
	if err := stage.Check(t.Stage); err != nil {
		return nil, cli.Usage(err, "choose a name such as prod")
	}
	if t.Region != "" && !region.MatchString(t.Region) {
		return nil, cli.Usage(errors.New("--region is no AWS region"), "name one such as eu-west-1")
	}
	err = c.Doing("looking up stack "+stage.StackName(t.Stage), func() error {
		stack, err = deployed.Open(ctx, t.at())
		return err
	})
	if err != nil {
		return nil, err
	}
	stack.Commands = form.Commands{Connect: t.at().Retool("connect"), Flat: t.at().Retool("connect", "--request", string(form.Flat))}
	return stack, nil
}
