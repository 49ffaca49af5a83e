package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"retoolapi/internal/cli"
	"retoolapi/internal/visible"
)

// userList is `retool user list`.
type userList struct {
	stackFlags
	Format string `help:"${enum}. JSON is for scripts: its keys do not change." enum:"text,json" default:"text"`
}

func (cmd userList) Run(ctx context.Context, c cli.Console) error {
	stack, err := cmd.open(ctx, c)
	if err != nil {
		return err
	}
	users, err := stack.Users(ctx)
	if err != nil {
		return err
	}
	listed := make([]listedUser, len(users))
	for i, user := range users {
		listed[i] = listedUser{user.Name, user.Status, user.Enabled, user.Created.UTC(), isServiceUser(user.Name)}
	}
	switch {
	case cmd.Format == "json":
		return writeUsersJSON(c.Out, listed)
	case len(listed) == 0:
		fmt.Fprintln(c.Err, "There are no users.") // standard output has a line for each
		return nil
	}
	return writeUsers(c.Out, listed)
}

// listedUser is a user in the list. Scripts rely on its JSON keys.
type listedUser struct {
	Name        string    `json:"name"`
	Status      string    `json:"status"`
	Enabled     bool      `json:"enabled"`
	Created     time.Time `json:"created"`
	ServiceUser bool      `json:"serviceUser"`
}

func writeUsersJSON(w io.Writer, users []listedUser) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(users)
}

// writeUsers writes a table. The remark stands after the last column and not in
// one of its own, which would fill the other lines up with spaces.
func writeUsers(w io.Writer, users []listedUser) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "NAME\tSTATUS\tENABLED\tCREATED")
	for _, user := range users {
		enabled, remark := "yes", ""
		if !user.Enabled {
			enabled = "no"
		}
		if user.ServiceUser {
			remark = "  the service user"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s%s\n", visible.Text(user.Name), visible.Text(user.Status), enabled, user.Created.Format(time.DateOnly), remark)
	}
	return table.Flush()
}
