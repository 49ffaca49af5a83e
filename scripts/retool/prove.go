package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"retoolapi/internal/cli"
	"retoolapi/internal/deployed"
	"retoolapi/internal/form"
	"retoolapi/internal/form/runner"
	"retoolapi/internal/visible"
	"retoolapi/lambda/operations"
)

// warnBefore is how long before the expiry of a refresh token a check warns, so
// that people can plan the connect that issues the next one.
const warnBefore = 30 * 24 * time.Hour

// trial is what is to be proven: that a form, with what a person types into it,
// works on a deployed stack.
type trial struct {
	stack  *deployed.Stack
	form   form.Form
	typed  map[string]string // into the sign-in modal, by key
	advice advice
	page   string // the file that shows the form, "" if there is none

	// Of connect, which has just prepared the user itself: a refusal means that
	// another command changed the user meanwhile. With per-user, retype sets
	// another password.
	prepared bool
	retype   func(context.Context) (typed map[string]string, err error)
}

// authenticated returns a runner of the form that has signed in.
func (t trial) authenticated(ctx context.Context) (*runner.Runner, error) {
	run, err := runner.New(t.form, t.stack.Deployment, t.stack.HTTP, t.typed)
	if err != nil {
		return nil, err
	}
	if err := run.Authenticate(ctx); err != nil {
		return nil, t.advice.withCommand(err)
	}
	return run, nil
}

// proof is the result of a trial.
type proof struct {
	checks  []form.Proof
	expires *time.Time // when the refresh token expires, if known
	lost    bool       // another command has changed the user meanwhile
}

// prove runs every check of a trial and prints a line for each. It returns
// cli.ErrFailed if one failed.
func prove(ctx context.Context, c cli.Console, t trial) (proof, error) {
	p := &prover{trial: t, console: c}
	p.check(form.ProofForm, p.formAgrees)
	p.check(form.ProofWithoutToken, func() (form.Detail, error) { return p.refusedWithoutToken(ctx) })
	if p.runner != nil {
		p.check(form.ProofTokenRequest, func() (form.Detail, error) { return p.signIn(ctx) })
	}
	if p.signedIn {
		p.check(form.ProofQuery, func() (form.Detail, error) { return p.answers(ctx) })
		p.check(form.ProofBrokenToken, func() (form.Detail, error) { return p.refused(ctx, broken(p.runner.AccessToken())) })
		p.check(form.ProofIDToken, func() (form.Detail, error) { return p.refusedID(ctx) })
		p.check(form.ProofRecovery, func() (form.Detail, error) { return p.recovers(ctx) })
		if p.mayExpire() {
			p.check(form.ProofExpiry, p.expires)
		}
	}
	if ctx.Err() != nil {
		return p.proof, ctx.Err()
	}
	p.nameUnchecked()
	if slices.ContainsFunc(p.proof.checks, func(c form.Proof) bool { return !c.OK }) {
		return p.proof, cli.ErrFailed
	}
	return p.proof, nil
}

// prover runs the checks of one trial.
type prover struct {
	trial
	console cli.Console

	runner   *runner.Runner // nil if the form does not agree with the stack
	signedIn bool           // the runner has an access token
	proof    proof
}

// check runs one check and prints its line.
func (p *prover) check(name form.ProofName, run func() (form.Detail, error)) {
	var detail form.Detail
	err := p.console.Waiting("checking that "+string(name), func() (err error) {
		detail, err = run()
		return err
	})
	if errors.Is(err, context.Canceled) {
		return // interrupted: there is no result
	}
	if err != nil {
		err = p.explain(err)
		p.fail(name, err)
		return
	}
	p.proof.checks = append(p.proof.checks, form.Proof{Name: name, Detail: detail, OK: true})
	fmt.Fprintf(p.console.Out, "ok    %s: %s\n", name, detail)
}

// fail prints the lines of a check that failed. If it names a field of the form,
// the last line is where the stage's page shows the field.
func (p *prover) fail(name form.ProofName, err error) {
	failed := form.Proof{Name: name, Detail: form.DetailOf(err)}
	fmt.Fprintf(p.console.Out, "FAIL  %s\n      %s\n", name, cli.Explain(err, "      "))
	if fault, ok := errors.AsType[*form.FieldError](err); ok {
		failed.Field = fault.Field
		if p.page != "" {
			fmt.Fprintf(p.console.Out, "      page: %s#%s\n", address(p.page), fault.Field.Anchor())
		}
	}
	p.proof.checks = append(p.proof.checks, failed)
}

// explain says why a check failed, and what to do.
func (p *prover) explain(err error) error {
	if p.prepared && changedMeanwhile(err) {
		p.proof.lost = true
		return contention(p.advice.user, err)
	}
	return p.advice.withCommand(err)
}

// mayExpire reports whether the secret of the form expires. A password does not.
func (t trial) mayExpire() bool { return t.form.SignIn() != form.Password }

// nameUnchecked prints one line with what could not be checked.
func (p *prover) nameUnchecked() {
	var names []string
	for _, name := range form.ProofNames {
		if name == form.ProofExpiry && !p.mayExpire() {
			continue
		}
		if !slices.ContainsFunc(p.proof.checks, func(c form.Proof) bool { return c.Name == name }) {
			names = append(names, string(name))
		}
	}
	if len(names) == 0 {
		return
	}
	reason := "there is no access token"
	if p.runner == nil {
		reason = "nothing is sent before the form is right"
	}
	fmt.Fprintf(p.console.Out, "-     not checked, because %s: %s\n", reason, strings.Join(names, "; "))
}

// formAgrees compares the form with the stack, before anything is sent.
func (p *prover) formAgrees() (form.Detail, error) {
	run, err := runner.New(p.form, p.stack.Deployment, p.stack.HTTP, p.typed)
	if err != nil {
		return form.Detail{}, err
	}
	p.runner = run
	return form.Found("its addresses, app client, variables and period"), nil
}

var pathParameter = regexp.MustCompile(`{[^}]*}`)

// refusedWithoutToken calls every operation without a token.
func (p *prover) refusedWithoutToken(ctx context.Context) (form.Detail, error) {
	all := operations.All()
	for _, operation := range all {
		path := pathParameter.ReplaceAllString(operation.Path, "00000000-0000-7000-8000-000000000000")
		status, err := p.status(ctx, operation.Method, path, "")
		if err != nil {
			return form.Detail{}, err
		}
		switch {
		case status == http.StatusUnauthorized:
		case status == http.StatusTooManyRequests || status >= http.StatusInternalServerError:
			return form.Detail{}, cli.Hint(form.Failed("%s %s answers %d", operation.Method, operation.Path, status), "try again in a minute")
		case status == http.StatusNotFound:
			return form.Detail{}, cli.Hint(form.Failed("%s %s answers 404: the deployed stack is older than this code", operation.Method, operation.Path),
				runner.HintDeploy)
		default:
			return form.Detail{}, cli.Hint(form.Failed("%s %s answers %d without a token, not 401: its route has no authorizer", operation.Method, operation.Path, status), runner.HintDeploy)
		}
	}
	return form.Found("401 from all %d operations", len(all)), nil
}

// signIn runs the auth workflow of the form.
func (p *prover) signIn(ctx context.Context) (form.Detail, error) {
	if err := p.authenticate(ctx); err != nil {
		return form.Detail{}, p.withUserTrouble(ctx, err)
	}
	p.signedIn = true
	claims, err := runner.ParseClaims(p.runner.AccessToken())
	if err != nil {
		return form.Detail{}, err
	}
	return form.Found("valid for %d minutes, Retool refreshes it every %d", int(claims.Validity().Minutes()), p.form.Refresh.Seconds/60), nil
}

// authenticate is the sign-in, with another password while another command changes
// the user whom this one has prepared.
func (p *prover) authenticate(ctx context.Context) error {
	if p.retype == nil {
		return p.runner.Authenticate(ctx)
	}
	return insist(ctx, p.console, p.advice.user, func(attempt int) error {
		if attempt > 0 {
			if err := p.typeAgain(ctx); err != nil {
				return err
			}
		}
		return p.runner.Authenticate(ctx)
	})
}

func (p *prover) typeAgain(ctx context.Context) error {
	typed, err := p.retype(ctx)
	if err != nil {
		return err
	}
	p.runner, err = runner.New(p.form, p.stack.Deployment, p.stack.HTTP, typed)
	return err
}

// withUserTrouble adds to a refusal what is wrong with the user, which Cognito
// does not tell the person who signs in.
func (p *prover) withUserTrouble(ctx context.Context, err error) error {
	var refusal *runner.TokenError
	if p.prepared || !errors.As(err, &refusal) {
		return err
	}
	trouble, lookUp := p.stack.UserTrouble(ctx, p.advice.user)
	if lookUp != nil || trouble == "" {
		return err
	}
	return cli.Hint(fmt.Errorf("%w\n%s", err, trouble), hintRepair)
}

// answers calls the API as a Retool app does.
func (p *prover) answers(ctx context.Context) (form.Detail, error) {
	me := operations.WhoAmI()
	if _, err := p.runner.Prove(ctx, me.Method, me.Path); err != nil {
		return form.Detail{}, err
	}
	claims, err := runner.ParseClaims(p.runner.AccessToken())
	return form.Found("200 from %s %s, as user %s", me.Method, me.Path, visible.Text(claims.Username)), err
}

// refusedID calls the API with the id token. If the gateway checked only the
// audience, it would accept this token.
func (p *prover) refusedID(ctx context.Context) (form.Detail, error) {
	token := p.runner.IDToken()
	if token == "" {
		return form.Detail{}, form.Failed("the token request gave no id token to try")
	}
	return p.refused(ctx, token)
}

// broken returns the token with another signature. It changes a character in the
// middle, because some bits of the last character are not part of the signature.
func broken(token string) string {
	i := (strings.LastIndex(token, ".") + len(token)) / 2
	other := "A"
	if token[i] == 'A' {
		other = "B"
	}
	return token[:i] + other + token[i+1:]
}

// refused calls the API with a token that it must refuse.
func (p *prover) refused(ctx context.Context, token string) (form.Detail, error) {
	me := operations.WhoAmI()
	status, err := p.status(ctx, me.Method, me.Path, token)
	if err != nil {
		return form.Detail{}, err
	}
	if status != http.StatusUnauthorized && status != http.StatusForbidden {
		return form.Detail{}, cli.Hint(form.Failed("%s %s answers %d, not 401 or 403: the authorizer or its scope is missing", me.Method, me.Path, status), runner.HintDeploy)
	}
	return form.Found("%d", status), nil
}

// recovers replaces the access token by a broken one: Retool has to run the
// refresh workflow and send the query again.
func (p *prover) recovers(ctx context.Context) (form.Detail, error) {
	me := operations.WhoAmI()
	p.runner.SetAccessToken(broken(p.runner.AccessToken()))
	answer, err := p.runner.Prove(ctx, me.Method, me.Path)
	if err != nil {
		return form.Detail{}, err
	}
	if !answer.Refreshed {
		return form.Detail{}, form.Failed("the API accepted a broken token")
	}
	return form.Found("refreshed, and the query sent again: 200"), nil
}

// expires finds out when the refresh token expires.
func (p *prover) expires() (form.Detail, error) {
	expires, err := p.runner.RefreshTokenExpires()
	if err != nil {
		return form.Detail{}, err
	}
	p.proof.expires = &expires
	left := time.Until(expires)
	// Half of a short validity, so that there is no warning for a new token.
	if left < min(warnBefore, time.Duration(p.form.Tokens.RefreshTokenDays)*12*time.Hour) {
		fmt.Fprintf(p.console.Out, "warn  the refresh token expires soon. Issue the next one and replace it in Retool: %s\n", p.advice.connect())
	}
	return form.Found("until %s, %.0f days from now", expires, left.Hours()/24), nil
}

// status calls the API without the runner, and without a token if it is empty.
func (p *prover) status(ctx context.Context, method, path, token string) (int, error) {
	req, err := http.NewRequestWithContext(ctx, method, p.stack.BaseURL+path, nil)
	if err != nil {
		return 0, err
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := p.stack.HTTP.Do(req)
	if err != nil {
		return 0, runner.BaseURLError(p.stack.BaseURL, fmt.Errorf("the API cannot be reached: %w", err))
	}
	defer resp.Body.Close()
	return resp.StatusCode, nil
}
