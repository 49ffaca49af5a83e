package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"retoolapi/internal/cli"
	"retoolapi/internal/deployed"
	"retoolapi/internal/form/runner"
)

// Two commands may work on one user at the same time: a connect sets a password
// and signs in with it, and in between another connect sets its own, or a
// disconnect disables the user. Cognito then refuses a sign-in that was right when
// it was prepared.

const (
	// attempts is how often a sign-in is prepared anew.
	attempts = 5
	// longestPause is the longest one after the first attempt. It grows with each.
	longestPause = 500 * time.Millisecond
)

// insist tries a sign-in that it prepares itself, again if another command has
// changed the user meanwhile. The attempts are counted from 0. If the last one
// fails too, changedMeanwhile is true of the error.
func insist(ctx context.Context, c cli.Console, user string, try func(attempt int) error) error {
	for attempt := 0; ; attempt++ {
		err := try(attempt)
		if attempt == attempts-1 || !changedMeanwhile(err) {
			return err
		}
		fmt.Fprintf(c.Err, "Another command has changed the user %s just now; trying again.\n", user)
		if err := pause(ctx, time.Duration(attempt+1)*longestPause); err != nil {
			return err
		}
	}
}

// pause waits for a random time, so that two commands do not meet again and again.
func pause(ctx context.Context, longest time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(rand.N(longest)):
		return nil
	}
}

// changedMeanwhile reports whether the user is not as this command has just
// prepared it.
func changedMeanwhile(err error) bool {
	if errors.Is(err, deployed.ErrNoUser) {
		return true
	}
	refusal, ok := errors.AsType[*runner.TokenError](err)
	return ok && refusal.IsOfUser()
}

// contention says what happened to a user that changedMeanwhile is true of. It
// does not say that a password is wrong, as Cognito does: nobody typed one.
func contention(user string, err error) error {
	says := ""
	refusal, ok := errors.AsType[*runner.TokenError](err)
	switch {
	case !ok:
		says = "it was removed"
	case refusal.Message == "" || strings.Contains(strings.ToLower(refusal.Message), "password"):
		says = "Cognito answers " + refusal.Type
	default:
		says = fmt.Sprintf("Cognito answers %s: %s", refusal.Type, strings.TrimSuffix(refusal.Message, "."))
	}
	if deployed.SameUser(user, passwordUser) {
		return cli.Hint(fmt.Errorf("another command has changed the user %s since, such as connect --sign-in password or disconnect (%s)", user, says),
			"use the form that the other command printed, or run this command again")
	}
	return cli.Hint(fmt.Errorf("another command changes the user %s at the same time, such as connect or disconnect (%s)", user, says),
		"wait until it has ended, and run this command again")
}
