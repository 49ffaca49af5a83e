// Package runner runs a filled-in form as Retool does. It runs the steps of the
// auth workflow in order, replaces the references to earlier steps, and puts
// variables into the headers. It runs the refresh workflow when the period is
// over. After a 401 or 403 it also runs it, and sends the query once more.
//
// It changes when Retool is found to work in another way.
package runner

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"retoolapi/internal/form"
	"retoolapi/internal/httpclient"
	"retoolapi/internal/visible"
)

// Runner runs one form. An error that an input of the form caused is a
// *form.FieldError, or wraps one.
type Runner struct {
	form   form.Form
	client *http.Client
	typed  map[string]string // what the person types into the modal, by key
	now    func() time.Time  // the clock of the trigger

	variables map[string]string
	origins   map[string]form.ID // the inputs that define the names for references
	obtained  time.Time          // when the tokens were last obtained
	idToken   string             // of the last token request
}

// New returns a runner of a form, and sends nothing. The form must keep the rules,
// and its addresses, its app client and the validity of its tokens must be those of
// the deployment. Otherwise New returns a *form.FieldError. The HTTP client is
// one of package httpclient, so that a secret goes to one address only. typed is
// what the person types into the sign-in modal, by the keys of its inputs. It is
// nil if the form has no modal.
func New(f form.Form, d form.Deployment, client *http.Client, typed map[string]string) (*Runner, error) {
	if err := f.Check(); err != nil {
		return nil, err
	}
	if err := f.CheckDeployment(d); err != nil {
		return nil, err
	}
	if err := checkTyped(f, typed); err != nil {
		return nil, err
	}
	return &Runner{form: f, client: client, typed: typed, now: time.Now}, nil
}

// checkTyped checks that the person types something into each input of the modal.
func checkTyped(f form.Form, typed map[string]string) error {
	for i, step := range f.Steps {
		for j, input := range step.Fields {
			if typed[input.Key] == "" {
				return form.AuthWorkflow.Step(i+1).Input(form.ModalLabel(j+1, form.ModalKey)).Fault("is %q, for which there is nothing to type", input.Key)
			}
		}
	}
	return nil
}

// maxAnswer is the most that is read of an answer, in bytes; Lambda allows 6 MB.
const maxAnswer = 6 << 20

// Authenticate runs the auth workflow from the start.
func (r *Runner) Authenticate(ctx context.Context) error {
	r.variables, r.origins = map[string]string{}, map[string]form.ID{}
	return r.run(ctx, form.AuthWorkflow, r.form.Steps)
}

// Refresh runs the refresh workflow.
func (r *Runner) Refresh(ctx context.Context) error {
	workflow, steps := r.form.RefreshSteps()
	return r.run(ctx, workflow, steps)
}

// Answer is the API's answer to a query.
type Answer struct {
	Status    int
	Header    http.Header
	Body      []byte
	Refreshed bool // the refresh workflow ran for this query
}

// Query sends a query of a Retool app. If the period of the trigger is over, it
// refreshes first. If the API answers 401 or 403, it refreshes and sends the query
// once more. body is JSON or nil. An answer with any status is not an error.
func (r *Runner) Query(ctx context.Context, method, path string, body []byte) (*Answer, error) {
	due := r.now().Sub(r.obtained) >= time.Duration(r.form.Refresh.Seconds)*time.Second
	if due {
		if err := r.Refresh(ctx); err != nil {
			return nil, err
		}
	}
	answer, err := r.send(ctx, method, path, body)
	if err != nil || !rejected(answer.Status) {
		return answer.refreshed(due), err
	}
	if err := r.Refresh(ctx); err != nil {
		return nil, err
	}
	answer, err = r.send(ctx, method, path, body)
	return answer.refreshed(true), err
}

// Prove sends a query that must succeed and returns its answer. Its error names
// the input of the form that caused it, if one did.
func (r *Runner) Prove(ctx context.Context, method, path string) (*Answer, error) {
	answer, err := r.Query(ctx, method, path, nil)
	if err != nil {
		return nil, err
	}
	switch {
	case answer.Status == http.StatusOK:
		return answer, nil
	case rejected(answer.Status):
		return nil, baseURL.FaultHint(HintDeploy, "%s refuses the token of this app client: %s", r.form.BaseURL, reason(answer))
	case answer.Status == http.StatusNotFound:
		return nil, baseURL.FaultHint(HintDeploy, "%s answers 404 to %s %s", r.form.BaseURL, method, path)
	}
	return nil, fmt.Errorf("%s %s: the API answers %d, the function's log says why: %s", method, path, answer.Status, snippet(answer.Body))
}

var baseURL = form.ResourceSection.Input(form.LabelBaseURL)

// reason returns how the API refused a token.
func reason(answer *Answer) string {
	text := fmt.Sprintf("the API answers %d", answer.Status)
	if detail := answer.Header.Get("WWW-Authenticate"); detail != "" {
		text += " (" + visible.Text(detail) + ")"
	}
	return text
}

// AccessToken returns the token that the Authorization header carries.
func (r *Runner) AccessToken() string { return r.variables[form.AccessTokenVariable] }

// IDToken returns the id token that came with the access token. Retool has no
// use for it, and the API must refuse it.
func (r *Runner) IDToken() string { return r.idToken }

// SetAccessToken replaces the token that the Authorization header carries, to
// see what the API and the refresh workflow do with it.
func (r *Runner) SetAccessToken(token string) { r.variables[form.AccessTokenVariable] = token }

// RefreshTokenExpires returns when the refresh token expires, as computed from
// the access token.
func (r *Runner) RefreshTokenExpires() (time.Time, error) {
	claims, err := ParseClaims(r.AccessToken())
	if err != nil {
		return time.Time{}, err
	}
	return claims.RefreshTokenExpires(r.form.Tokens.RefreshTokenDays).UTC(), nil
}

func rejected(status int) bool {
	return status == http.StatusUnauthorized || status == http.StatusForbidden
}

func (a *Answer) refreshed(yes bool) *Answer {
	if a != nil {
		a.Refreshed = yes
	}
	return a
}

// send puts the variables into the headers and sends the query.
func (r *Runner) send(ctx context.Context, method, path string, body []byte) (*Answer, error) {
	req, err := http.NewRequestWithContext(ctx, method, r.form.BaseURL+path, bytes.NewReader(body))
	if err != nil {
		return nil, &form.FieldError{Field: baseURL, Err: err}
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for _, header := range r.form.Headers {
		req.Header.Set(header.Key, r.withVariables(header.Value))
	}
	answer, err := r.roundTrip(req)
	if err != nil {
		return nil, BaseURLError(r.form.BaseURL, err)
	}
	return answer, nil
}

// BaseURLError is the error of a request to the API that got no answer. The names of
// AWS are always known, a domain has to be pointed at the API.
func BaseURLError(address string, err error) error {
	var dns *net.DNSError
	if errors.As(err, &dns) && dns.IsNotFound && !strings.Contains(dns.Name, ".execute-api.") {
		return baseURL.FaultHint("point the domain's DNS at the stack's output DomainTarget, and wait until it is known", "%w", err)
	}
	return addressError(baseURL, address, err)
}

// addressError blames an input for a request to its address that got no answer.
func addressError(field form.ID, address string, err error) error {
	var redirect *httpclient.RedirectError
	if !errors.As(err, &redirect) {
		return &form.FieldError{Field: field, Err: err}
	}
	return field.FaultHint("look for a proxy or the sign-in page of a network, which answers in its place", "%s %w: the secret would go with it", address, redirect)
}

// withVariables replaces the names of variables, which are bare in a header, but
// not in their values. Longer names go first, so that no name is taken for the
// start of another.
func (r *Runner) withVariables(text string) string {
	var pairs []string
	for _, name := range slices.SortedFunc(maps.Keys(r.variables), func(a, b string) int { return len(b) - len(a) }) {
		pairs = append(pairs, name, r.variables[name])
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

func (r *Runner) roundTrip(req *http.Request) (*Answer, error) {
	resp, err := r.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, err
	}
	return &Answer{Status: resp.StatusCode, Header: resp.Header, Body: body}, nil
}

// run runs the steps of a workflow and checks the access token they obtained.
func (r *Runner) run(ctx context.Context, workflow form.Workflow, steps []form.Step) error {
	scope := map[string]any{}
	for name, value := range r.variables {
		scope[name] = value
	}
	defined := map[string]string{}
	var definedIn form.ID // where the access token's variable is defined
	for i, step := range steps {
		at := workflow.Step(i + 1)
		r.origins[step.Name] = at.Input(form.LabelStepName)
		switch step.Type {
		case form.ModalStep:
			scope[step.Name] = r.fillIn(at, step)
		case form.RequestStep:
			body, err := r.request(ctx, at, step, scope)
			if err != nil {
				return err
			}
			scope[step.Name] = map[string]any{"body": body}
		case form.VariableStep:
			value, err := r.resolve(step.Value, scope)
			if err != nil {
				return &form.FieldError{Field: at.Input(form.LabelValue), Err: err}
			}
			r.origins[step.Variable] = at.Input(form.LabelVariable)
			defined[step.Variable] = value
			if step.Variable == form.AccessTokenVariable {
				definedIn = at.Input(form.LabelValue)
			}
		}
	}
	if err := r.checkAccessToken(definedIn, defined[form.AccessTokenVariable]); err != nil {
		return err
	}
	maps.Copy(r.variables, defined)
	r.obtained = r.now()
	return nil
}

// fillIn returns what the person typed, by the keys of the modal.
func (r *Runner) fillIn(at form.ID, step form.Step) map[string]any {
	values := map[string]any{}
	for i, input := range step.Fields {
		r.origins[step.Name+"."+input.Key] = at.Input(form.ModalLabel(i+1, form.ModalKey))
		values[input.Key] = r.typed[input.Key]
	}
	return values
}

// request runs an API Request step and returns the answer's body.
func (r *Runner) request(ctx context.Context, at form.ID, step form.Step, scope map[string]any) (map[string]any, error) {
	body, err := r.requestBody(at, step, scope)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, step.Method, step.URL, bytes.NewReader(body))
	if err != nil {
		return nil, &form.FieldError{Field: at.Input(form.LabelURL), Err: err}
	}
	for _, header := range step.Headers {
		req.Header.Set(header.Key, header.Value)
	}
	answer, err := r.roundTrip(req)
	if err != nil {
		return nil, addressError(at.Input(form.LabelURL), step.URL, err)
	}
	tokens, err := readTokenAnswer(at, step, answer)
	if err != nil {
		return nil, err
	}
	if result, ok := tokens["AuthenticationResult"].(map[string]any); ok {
		r.idToken, _ = result["IdToken"].(string)
	}
	return tokens, nil
}

// requestBody returns the rows as a JSON object. A value that is a JSON object
// itself is sent as an object: this is how Retool was seen to send it.
func (r *Runner) requestBody(at form.ID, step form.Step, scope map[string]any) ([]byte, error) {
	object := map[string]any{}
	for i, row := range step.Body {
		value, err := r.resolve(row.Value, scope)
		if err != nil {
			return nil, &form.FieldError{Field: at.TableRow(form.LabelBody, i+1, row.Key).Of(form.ValuePart), Err: err}
		}
		object[row.Key] = value
		var nested map[string]any
		if json.Unmarshal([]byte(value), &nested) == nil {
			object[row.Key] = nested
		}
	}
	return json.Marshal(object)
}

// resolve replaces the references of a value, such as {{ http1.body.a.b }}.
func (r *Runner) resolve(text string, scope map[string]any) (string, error) {
	var faults []error
	resolved := form.ReplaceReferences(text, func(name string) string {
		value, err := r.lookUp(name, scope)
		faults = append(faults, err)
		return value
	})
	return resolved, errors.Join(faults...)
}

func (r *Runner) lookUp(name string, scope map[string]any) (string, error) {
	var value any = scope
	parts := strings.Split(name, ".")
	for i, part := range parts {
		object, _ := value.(map[string]any)
		next, ok := object[part]
		if !ok {
			parent := strings.Join(parts[:i], ".")
			return "", fmt.Errorf("{{ %s }}: there is no %q; there is %s", name, part, r.choices(parent, object))
		}
		value = next
	}
	text, ok := value.(string)
	if !ok {
		return "", fmt.Errorf("{{ %s }} is not a text", name)
	}
	return text, nil
}

// choices lists the names in an object of the scope, with the inputs of the form
// that define them.
func (r *Runner) choices(parent string, object map[string]any) string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(object)) {
		full := strings.TrimPrefix(parent+"."+name, ".")
		if origin, ok := r.origins[full]; ok {
			name += " (" + origin.String() + ")"
		}
		names = append(names, name)
	}
	if names == nil {
		return "nothing"
	}
	return strings.Join(names, ", ")
}

// checkAccessToken checks that a workflow defined an access token that is valid
// as long as the form says. field is the input that defines it.
func (r *Runner) checkAccessToken(field form.ID, token string) error {
	claims, err := ParseClaims(token)
	if err != nil {
		return &form.FieldError{Field: field, Err: err}
	}
	if claims.TokenUse != "access" {
		return field.FaultHint("take the one that ends in AccessToken", "is not the access token, its token_use is %q", claims.TokenUse)
	}
	return r.checkTokens(claims)
}

// checkTokens compares what the form says of the tokens with a token's claims.
func (r *Runner) checkTokens(claims Claims) error {
	said := r.form.Tokens
	if minutes := int(claims.Validity().Minutes()); minutes != said.AccessTokenMinutes {
		return form.TokensSection.Input(form.LabelAccessMinutes).Fault("is %d, but the access token is valid for %d minutes", said.AccessTokenMinutes, minutes)
	}
	if said.RefreshTokenExpires == nil {
		return nil
	}
	// The form may be some minutes older than the token it is compared with.
	const tolerance = 10 * time.Minute
	if off := claims.RefreshTokenExpires(said.RefreshTokenDays).Sub(*said.RefreshTokenExpires).Abs(); off > tolerance {
		return form.TokensSection.Input(form.LabelRefreshExpires).Fault("is %s, which is not %d days (%s) after the sign-in at %s",
			said.RefreshTokenExpires.UTC().Format(time.RFC3339), said.RefreshTokenDays,
			form.TokensSection.Input(form.LabelRefreshDays), claims.SignedIn().UTC().Format(time.RFC3339))
	}
	return nil
}

func snippet(body []byte) string {
	const most = 300
	text := strings.TrimSpace(form.WithoutSecrets(string(body)))
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return visible.Text(text)
}
