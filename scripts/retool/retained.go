package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"retoolapi/infra/stage"
	"retoolapi/internal/cli"
	"retoolapi/internal/deployed"
)

// retained is `retool retained`.
type retained struct {
	stackFlags
	Destroyed bool   `help:"The stack was destroyed just now: say where the rest is."`
	Format    string `help:"Output format: ${enum}. Mapping is for cdk import --resource-mapping." enum:"text,mapping" default:"text"`
}

func (retained) Help() string {
	return `What stays is what the deployed template retains. The setting retain in cdk.json protects nothing before it is deployed.

Of a stack that was destroyed it is what the last one of this name left. AWS tells that for 90 days, and does not say what was deleted since.`
}

func (cmd retained) Run(ctx context.Context, c cli.Console) error {
	var found deployed.Retained
	err := c.Waiting("looking up what stays of stack "+stage.StackName(cmd.Stage), func() (err error) {
		found, err = deployed.FindRetained(ctx, cmd.at())
		return err
	})
	switch {
	case err != nil:
		return err
	case cmd.Format == "mapping":
		return writeMapping(c.Out, found.Resources)
	case cmd.Destroyed:
		writeLeft(c.Out, stage.StackName(cmd.Stage), found)
	default:
		cmd.writeRetained(c.Out, found)
	}
	return nil
}

// writeRetained says before the stack is destroyed what stays of it and why.
func (cmd retained) writeRetained(w io.Writer, found deployed.Retained) {
	name := stage.StackName(cmd.Stage)
	if !found.Deployed {
		fmt.Fprintf(w, "Stack %s is not deployed in %s.\n", name, found.Region)
		writeList(w, "The last one of this name left:", found.Resources)
		return
	}
	if len(found.Resources) == 0 {
		fmt.Fprintf(w, "Nothing of stack %s in %s stays when it is destroyed: it was deployed without the setting retain.\n", name, found.Region)
	}
	writeList(w, fmt.Sprintf("Stack %s in %s was deployed with the setting retain. When it is destroyed, this stays:", name, found.Region), found.Resources)

	written, err := writtenRetain(cmd.Stage)
	switch deployAgain := cmd.at().Deploy(); {
	case err != nil: // the CDK app says what is wrong in cdk.json
	case written && len(found.Resources) == 0:
		fmt.Fprintf(w, "warn  cdk.json has the setting retain for the stage %s, but it is not deployed yet and protects nothing. To keep the users and the data, do not destroy the stack, but deploy it first: %s\n", cmd.Stage, deployAgain)
	case !written && len(found.Resources) > 0:
		fmt.Fprintf(w, "warn  cdk.json does not have the setting retain for the stage %s, but that is not deployed yet and deletes nothing. To delete the users and the data too, do not destroy the stack, but deploy it first: %s\n", cmd.Stage, deployAgain)
	}
}

// writtenRetain returns the setting retain in cdk.json, where the CDK CLI reads it.
func writtenRetain(name string) (bool, error) {
	data, err := os.ReadFile("cdk.json")
	if err != nil {
		return false, err
	}
	settings, err := stage.Read(name, data)
	return settings.Retain, err
}

// writeLeft says where the rest of a stack is that was destroyed.
func writeLeft(w io.Writer, name string, found deployed.Retained) {
	switch {
	case found.Deployed:
		fmt.Fprintf(w, "Stack %s is still deployed.\n", name)
	case len(found.Resources) == 0:
		fmt.Fprintln(w, "Deleted: nothing of the stack is left.")
	default:
		writeList(w, fmt.Sprintf("Deleted stack %s. This is still there, in %s:", name, found.Region), found.Resources)
		fmt.Fprintln(w, "docs/operations.md says how to delete it, and how to take it into a new stack.")
	}
}

// kinds are the types of resources that hold data: the word for one, and the property
// by which CloudFormation finds it to import it.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import.html
var kinds = map[string]struct{ word, identifier string }{
	"AWS::Cognito::UserPool": {"user pool", "UserPoolId"},
	"AWS::DynamoDB::Table":   {"table", "TableName"},
}

func writeList(w io.Writer, title string, resources []deployed.Resource) {
	if len(resources) == 0 {
		return
	}
	fmt.Fprintln(w, title)
	rows := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, r := range resources {
		fmt.Fprintf(rows, "  %s\t%s\n", cmp.Or(kinds[r.Type].word, r.Type), r.ID)
	}
	rows.Flush()
}

// writeMapping writes the resources as `cdk import --resource-mapping` reads them.
func writeMapping(w io.Writer, resources []deployed.Resource) error {
	if len(resources) == 0 {
		return cli.Hint(errors.New("nothing stays of this stack"), "check the stage (--stage) and the region (--region)")
	}
	mapping := map[string]map[string]string{}
	for _, r := range resources {
		kind, ok := kinds[r.Type]
		if !ok {
			return cli.Hint(fmt.Errorf("the property that identifies a resource of type %s is not known", r.Type),
				"let cdk import ask for it: leave out --resource-mapping")
		}
		mapping[r.LogicalID] = map[string]string{kind.identifier: r.ID}
	}
	text, err := json.MarshalIndent(mapping, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s\n", text)
	return err
}
