package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"retoolapi/internal/deployed"
	"retoolapi/internal/form"
	"retoolapi/lambda/api"
)

// warnBefore is how long before the end of a refresh token a check warns: time
// enough to plan the connect that issues the next one.
const warnBefore = 30 * 24 * time.Hour

// prover runs the checks of one deployed stack and one filled-in resource.
type prover struct {
	out     io.Writer
	stack   *deployed.Stack
	session *sheet.Session
	user    string

	signedIn bool // the session has an access token
	proofs   []sheet.Proof
}

// prove runs every check, prints a line for each and returns errFailed if one
// failed. It notes in the session's resource when the refresh token ends.
func prove(ctx context.Context, out io.Writer, stack *deployed.Stack, session *sheet.Session, user string) ([]sheet.Proof, error) {
	p := &prover{out: out, stack: stack, session: session, user: user}
	p.check("a request without a token is refused", func() (string, error) { return p.refusedWithoutToken(ctx) })
	p.check("Retool's token request gives an access token", func() (string, error) { return p.signIn(ctx) })
	p.withToken("the API answers with it", func() (string, error) { return p.answers(ctx) })
	p.withToken("a broken token is refused", func() (string, error) { return p.refusedBroken(ctx) })
	p.withToken("an id token is refused", func() (string, error) { return p.refusedID(ctx) })
	p.withToken("Retool recovers from a refused token", func() (string, error) { return p.recovers(ctx) })
	p.withToken("the refresh token lasts", func() (string, error) { return p.lasts() })
	if ctx.Err() != nil {
		return p.proofs, ctx.Err()
	}
	if slices.ContainsFunc(p.proofs, func(proof sheet.Proof) bool { return !proof.OK }) {
		return p.proofs, errFailed
	}
	return p.proofs, nil
}

// check runs one check and prints its line.
func (p *prover) check(name string, run func() (detail string, err error)) {
	detail, err := run()
	if errors.Is(err, context.Canceled) {
		return // interrupted: nothing is known
	}
	if err != nil {
		p.proofs = append(p.proofs, sheet.Proof{Name: name, Detail: err.Error()})
		fmt.Fprintf(p.out, "FAIL  %s\n      %s\n", name, strings.ReplaceAll(err.Error(), "\n", "\n      "))
		return
	}
	p.proofs = append(p.proofs, sheet.Proof{Name: name, Detail: detail, OK: true})
	fmt.Fprintf(p.out, "ok    %s: %s\n", name, detail)
}

// withToken is check for what cannot be checked without an access token.
func (p *prover) withToken(name string, run func() (string, error)) {
	if !p.signedIn {
		fmt.Fprintf(p.out, "-     %s: not checked, there is no access token\n", name)
		return
	}
	p.check(name, run)
}

var pathParameter = regexp.MustCompile(`{[^}]*}`)

// refusedWithoutToken calls every operation without a token.
func (p *prover) refusedWithoutToken(ctx context.Context) (string, error) {
	operations := api.Operations()
	for _, operation := range operations {
		path := pathParameter.ReplaceAllString(operation.Path, "00000000-0000-7000-8000-000000000000")
		status, err := p.status(ctx, operation.Method, path, "")
		if err != nil {
			return "", err
		}
		switch {
		case status == http.StatusUnauthorized:
		case status == http.StatusTooManyRequests || status >= http.StatusInternalServerError:
			return "", fmt.Errorf("%s %s answers %d: try again in a minute", operation.Method, operation.Path, status)
		case status == http.StatusNotFound:
			return "", fmt.Errorf("%s %s answers 404: the deployed stack is older than this code: deploy it again (npx cdk deploy -c stage=%s)", operation.Method, operation.Path, p.stack.Stage)
		default:
			return "", fmt.Errorf("%s %s answers %d without a token, not 401: its route has no authorizer: deploy the stack again", operation.Method, operation.Path, status)
		}
	}
	return fmt.Sprintf("401 from all %d operations", len(operations)), nil
}

// signIn runs the auth workflow of the sheet.
func (p *prover) signIn(ctx context.Context) (string, error) {
	if err := p.session.Resource.CheckDeployment(p.stack.Deployment); err != nil {
		return "", err
	}
	if err := p.session.Authenticate(ctx); err != nil {
		return "", p.withTrouble(ctx, err)
	}
	p.signedIn = true
	claims, err := sheet.ParseClaims(p.session.AccessToken())
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("valid for %d minutes, Retool refreshes it every %d", int(claims.Validity().Minutes()), p.session.Resource.Refresh.Seconds/60), nil
}

// withTrouble adds to a refusal what is wrong with the user, which Cognito
// does not tell the person who signs in.
func (p *prover) withTrouble(ctx context.Context, err error) error {
	var refusal *sheet.TokenError
	if !errors.As(err, &refusal) {
		return err
	}
	trouble, lookUp := p.stack.UserTrouble(ctx, p.user)
	if lookUp != nil || trouble == "" {
		return err
	}
	remedy := "make connect repairs it"
	if p.session.Resource.AsksPerson() {
		remedy = fmt.Sprintf("retool user add %s --reset-password repairs it", p.user)
	}
	return fmt.Errorf("%w\n%s: %s", err, trouble, remedy)
}

// answers calls the API as a Retool app does.
func (p *prover) answers(ctx context.Context) (string, error) {
	me := api.WhoAmI()
	if _, err := p.session.Prove(ctx, me.Method, me.Path); err != nil {
		return "", err
	}
	claims, err := sheet.ParseClaims(p.session.AccessToken())
	return fmt.Sprintf("200 from %s %s, as user %s", me.Method, me.Path, claims.Username), err
}

// refusedBroken calls the API with a token whose signature is wrong.
func (p *prover) refusedBroken(ctx context.Context) (string, error) {
	return p.refused(ctx, broken(p.session.AccessToken()))
}

// refusedID calls the API with the id token, of which the gateway's audience
// check alone would approve.
func (p *prover) refusedID(ctx context.Context) (string, error) {
	token := p.session.IDToken()
	if token == "" {
		return "", errors.New("the token request gave no id token to try")
	}
	return p.refused(ctx, token)
}

// broken returns the token with another signature. It changes a character in
// the middle: some bits of the last one do not count.
func broken(token string) string {
	i := (strings.LastIndex(token, ".") + len(token)) / 2
	other := "A"
	if token[i] == 'A' {
		other = "B"
	}
	return token[:i] + other + token[i+1:]
}

func (p *prover) refused(ctx context.Context, token string) (string, error) {
	me := api.WhoAmI()
	status, err := p.status(ctx, me.Method, me.Path, token)
	if err != nil {
		return "", err
	}
	if status != http.StatusUnauthorized && status != http.StatusForbidden {
		return "", fmt.Errorf("%s %s answers %d, not 401 or 403: the authorizer or its scope is missing: deploy the stack again", me.Method, me.Path, status)
	}
	return fmt.Sprint(status), nil
}

// recovers puts a broken token in the place of the access token: Retool has to
// run the refresh workflow and send the query again.
func (p *prover) recovers(ctx context.Context) (string, error) {
	me := api.WhoAmI()
	p.session.SetAccessToken(broken(p.session.AccessToken()))
	answer, err := p.session.Prove(ctx, me.Method, me.Path)
	if err != nil {
		return "", err
	}
	if !answer.Refreshed {
		return "", errors.New("the API let a broken token pass")
	}
	return "refreshed, and the query sent again: 200", nil
}

// lasts notes when the refresh token ends.
func (p *prover) lasts() (string, error) {
	ends, err := p.session.RefreshTokenEnds()
	if err != nil {
		return "", err
	}
	left := time.Until(ends)
	// Half of a short validity, so that no fresh token is warned of.
	if left < min(warnBefore, time.Duration(p.session.Resource.Tokens.RefreshTokenDays)*12*time.Hour) {
		fmt.Fprintf(p.out, "warn  the refresh token ends soon: make connect issues the next one, then replace it in Retool\n")
	}
	return fmt.Sprintf("until %s, %.0f days from now", ends.UTC().Format(time.DateOnly), left.Hours()/24), nil
}

// status calls the API outside the session; an empty token sends none.
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
		return 0, sheet.BaseURLError(p.stack.BaseURL, fmt.Errorf("the API cannot be reached: %w", err))
	}
	defer resp.Body.Close()
	return resp.StatusCode, nil
}
