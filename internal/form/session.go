package sheet

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"retoolapi/internal/httpclient"
)

// Session runs a resource as Retool does: the steps of the auth workflow in
// order, references to earlier steps, variables named in the headers, the
// refresh workflow after its period and on 401 and 403, each followed by one
// replay of the query.
//
// Errors that a value of the resource caused are or wrap a *FieldError.
type Session struct {
	Resource Resource
	Client   *http.Client      // of package httpclient: what it sends is for one address
	Form     map[string]string // what the person types into the Form step, by key
	Now      func() time.Time  // the clock of the trigger; nil is time.Now

	variables map[string]string
	origins   map[string]string // where a name that references use is typed
	obtained  time.Time         // when the tokens were last obtained
	idToken   string            // of the last token request
}

// maxAnswer is the most that is read of an answer, in bytes; Lambda allows 6 MB.
const maxAnswer = 6 << 20

// Authenticate checks the resource and runs its auth workflow from the start.
func (s *Session) Authenticate(ctx context.Context) error {
	if err := s.Resource.Check(); err != nil {
		return err
	}
	s.variables, s.origins = map[string]string{}, map[string]string{}
	return s.run(ctx, authWorkflow, s.Resource.Steps)
}

// Refresh runs the refresh auth workflow.
func (s *Session) Refresh(ctx context.Context) error {
	workflow := refreshWorkflow
	if s.Resource.Refresh.Same {
		workflow = authWorkflow
	}
	return s.run(ctx, workflow, s.Resource.refreshSteps())
}

// Answer is the API's answer to a query.
type Answer struct {
	Status    int
	Header    http.Header
	Body      []byte
	Refreshed bool // the refresh workflow ran for this query
}

// Query sends a query of a Retool app. If the period of the trigger is over it
// refreshes first; if the API answers 401 or 403 it refreshes and sends the
// query again, once. body is JSON or nil. A status is an answer, not an error.
func (s *Session) Query(ctx context.Context, method, path string, body []byte) (*Answer, error) {
	due := s.now().Sub(s.obtained) >= time.Duration(s.Resource.Refresh.Seconds)*time.Second
	if due {
		if err := s.Refresh(ctx); err != nil {
			return nil, err
		}
	}
	answer, err := s.send(ctx, method, path, body)
	if err != nil || !rejected(answer.Status) {
		return answer.refreshed(due), err
	}
	if err := s.Refresh(ctx); err != nil {
		return nil, err
	}
	answer, err = s.send(ctx, method, path, body)
	return answer.refreshed(true), err
}

// Prove sends a query that must succeed and returns its answer. Its error
// names the field of the resource that is to blame.
func (s *Session) Prove(ctx context.Context, method, path string) (*Answer, error) {
	answer, err := s.Query(ctx, method, path, nil)
	if err != nil {
		return nil, err
	}
	switch {
	case answer.Status == http.StatusOK:
		return answer, nil
	case rejected(answer.Status):
		return nil, s.blameAuthorization(answer)
	case answer.Status == http.StatusNotFound:
		return nil, fieldError("Base URL", "%s answers 404 to %s %s: take BaseUrl from the stack's outputs; if it is that one, deploy the stack again", s.Resource.BaseURL, method, path)
	}
	return nil, fmt.Errorf("%s %s: the API answers %d, the function's log says why: %s", method, path, answer.Status, snippet(answer.Body))
}

// AccessToken returns the token that the Authorization header carries.
func (s *Session) AccessToken() string { return s.variables[accessTokenVariable] }

// RefreshToken returns the token that a per-user sign-in obtained.
func (s *Session) RefreshToken() string { return s.variables[refreshTokenVariable] }

// IDToken returns the id token that came with the access token. Retool has no
// use for it, and the API must refuse it.
func (s *Session) IDToken() string { return s.idToken }

// SetAccessToken replaces the token that the Authorization header carries, to
// see what the API and the refresh workflow make of it.
func (s *Session) SetAccessToken(token string) { s.variables[accessTokenVariable] = token }

// RefreshTokenEnds returns when the refresh token ends that the session's
// access token was obtained with. If that refresh token stands in the resource,
// the resource then says so too.
func (s *Session) RefreshTokenEnds() (time.Time, error) {
	claims, err := ParseClaims(s.AccessToken())
	if err != nil {
		return time.Time{}, err
	}
	ends := claims.RefreshTokenEnds(s.Resource.Tokens.RefreshTokenDays).UTC()
	if !s.Resource.AsksPerson() {
		s.Resource.Tokens.RefreshTokenEnds = &ends
	}
	return ends, nil
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

func (s *Session) now() time.Time {
	if s.Now != nil {
		return s.Now()
	}
	return time.Now()
}

// send puts the variables into the headers and sends the query.
func (s *Session) send(ctx context.Context, method, path string, body []byte) (*Answer, error) {
	req, err := http.NewRequestWithContext(ctx, method, s.Resource.BaseURL+path, bytes.NewReader(body))
	if err != nil {
		return nil, &FieldError{"Base URL", err}
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for _, header := range s.Resource.Headers {
		req.Header.Set(header.Key, s.withVariables(header.Value))
	}
	answer, err := s.roundTrip(req)
	if err != nil {
		return nil, BaseURLError(s.Resource.BaseURL, err)
	}
	return answer, nil
}

// BaseURLError is the error of a request to the API that got no answer.
func BaseURLError(baseURL string, err error) error {
	return addressError("Base URL", baseURL, "BaseUrl", err)
}

// addressError blames a field for a request to its address that got no answer.
// output is the one of the stack that the address is copied from.
func addressError(field, address, output string, err error) error {
	var redirect *httpclient.RedirectError
	if !errors.As(err, &redirect) {
		return &FieldError{field, err}
	}
	return fieldError(field, "%s %w: the secret would go with it: take %s from the stack's outputs; if it is that one, a proxy or the sign-in page of a network answers in its place", address, redirect, output)
}

// withVariables replaces the names of variables, which stand bare in a header.
// Longer names go first, so that no name is taken for the start of another.
func (s *Session) withVariables(text string) string {
	names := slices.SortedFunc(maps.Keys(s.variables), func(a, b string) int { return len(b) - len(a) })
	for _, name := range names {
		text = strings.ReplaceAll(text, name, s.variables[name])
	}
	return text
}

func (s *Session) roundTrip(req *http.Request) (*Answer, error) {
	resp, err := s.Client.Do(req)
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
func (s *Session) run(ctx context.Context, workflow string, steps []Step) error {
	scope := map[string]any{}
	for name, value := range s.variables {
		scope[name] = value
	}
	defined := map[string]string{}
	var last string
	for i, step := range steps {
		path := stepPath(workflow, i)
		s.origins[step.Name] = path + " › Name"
		switch step.Type {
		case Form:
			scope[step.Name] = s.fillIn(path, step)
		case APIRequest:
			body, err := s.request(ctx, path, step, scope)
			if err != nil {
				return err
			}
			scope[step.Name] = map[string]any{"body": body}
		case DefineVariable:
			value, err := s.resolve(step.Value, scope)
			if err != nil {
				return &FieldError{path + " › Value", err}
			}
			s.origins[step.Variable] = path + " › Variable"
			defined[step.Variable] = value
			if step.Variable == accessTokenVariable {
				last = path + " › Value"
			}
		}
	}
	if err := s.checkDefined(workflow, defined, last); err != nil {
		return err
	}
	maps.Copy(s.variables, defined)
	s.obtained = s.now()
	return nil
}

// fillIn returns what the person typed, by the keys of the form.
func (s *Session) fillIn(path string, step Step) map[string]any {
	values := map[string]any{}
	for i, field := range step.Fields {
		s.origins[step.Name+"."+field.Key] = rowPath(path, "Fields", i) + " › Key"
		values[field.Key] = s.Form[field.Key]
	}
	return values
}

// request runs an API Request step and returns the answer's body.
func (s *Session) request(ctx context.Context, path string, step Step, scope map[string]any) (map[string]any, error) {
	body, err := s.requestBody(path, step, scope)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, step.Method, step.URL, bytes.NewReader(body))
	if err != nil {
		return nil, &FieldError{path + " › URL", err}
	}
	for _, header := range step.Headers {
		req.Header.Set(header.Key, header.Value)
	}
	answer, err := s.roundTrip(req)
	if err != nil {
		return nil, addressError(path+" › URL", step.URL, "TokenUrl", err)
	}
	tokens, err := readTokenAnswer(path, step, answer)
	if err != nil {
		return nil, err
	}
	if result, ok := tokens["AuthenticationResult"].(map[string]any); ok {
		s.idToken, _ = result["IdToken"].(string)
	}
	return tokens, nil
}

// requestBody writes the rows as a JSON object. A row that is an object itself
// is sent as one; this is how Retool was seen to send a nested value.
func (s *Session) requestBody(path string, step Step, scope map[string]any) ([]byte, error) {
	object := map[string]any{}
	for i, pair := range step.Body {
		value, err := s.resolve(pair.Value, scope)
		if err != nil {
			return nil, &FieldError{rowPath(path, "Body", i) + " › Value", err}
		}
		object[pair.Key] = value
		var nested map[string]any
		if json.Unmarshal([]byte(value), &nested) == nil {
			object[pair.Key] = nested
		}
	}
	return json.Marshal(object)
}

var reference = regexp.MustCompile(`{{\s*([^{}]*?)\s*}}`)

// resolve replaces the references of a value, such as {{ http1.body.a.b }}.
func (s *Session) resolve(text string, scope map[string]any) (string, error) {
	var faults []error
	resolved := reference.ReplaceAllStringFunc(text, func(match string) string {
		value, err := s.lookUp(reference.FindStringSubmatch(match)[1], scope)
		faults = append(faults, err)
		return value
	})
	return resolved, errors.Join(faults...)
}

func (s *Session) lookUp(name string, scope map[string]any) (string, error) {
	var value any = scope
	parts := strings.Split(name, ".")
	for i, part := range parts {
		object, _ := value.(map[string]any)
		next, ok := object[part]
		if !ok {
			parent := strings.Join(parts[:i], ".")
			return "", fmt.Errorf("{{ %s }}: there is no %q; there is %s", name, part, s.choices(parent, object))
		}
		value = next
	}
	text, ok := value.(string)
	if !ok {
		return "", fmt.Errorf("{{ %s }} is not a text", name)
	}
	return text, nil
}

// choices lists the names in an object of the scope, with the fields of the
// resource that give them these names.
func (s *Session) choices(parent string, object map[string]any) string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(object)) {
		full := strings.TrimPrefix(parent+"."+name, ".")
		if origin, ok := s.origins[full]; ok {
			name += " (" + origin + ")"
		}
		names = append(names, name)
	}
	if names == nil {
		return "nothing"
	}
	return strings.Join(names, ", ")
}

// checkDefined checks that a workflow defined the variable that the
// Authorization header names, and that it holds what the sheet says: an access
// token of the stated validity. value is the field that defines it.
func (s *Session) checkDefined(workflow string, defined map[string]string, value string) error {
	token, ok := defined[accessTokenVariable]
	if !ok {
		names := map[string]any{}
		for name := range defined {
			names[name] = nil
		}
		return fieldError(workflow, "defines no variable %s, which the header Authorization names; it defines %s",
			accessTokenVariable, s.choices("", names))
	}
	claims, err := ParseClaims(token)
	if err != nil {
		return &FieldError{value, err}
	}
	if claims.TokenUse != "access" {
		return fieldError(value, "is not the access token, its token_use is %q: take the one that ends in AccessToken", claims.TokenUse)
	}
	return s.checkTokens(claims)
}

// checkTokens compares what the sheet says of the tokens with a real one.
func (s *Session) checkTokens(claims Claims) error {
	said := s.Resource.Tokens
	if minutes := int(claims.Validity().Minutes()); minutes != said.AccessTokenMinutes {
		return fieldError(accessMinutesField, "is %d, but the access token is valid for %d minutes", said.AccessTokenMinutes, minutes)
	}
	if said.RefreshTokenEnds == nil {
		return nil
	}
	// The sheet may be some minutes older than the token it is compared with.
	const tolerance = 10 * time.Minute
	if off := claims.RefreshTokenEnds(said.RefreshTokenDays).Sub(*said.RefreshTokenEnds).Abs(); off > tolerance {
		return fieldError(refreshEndsField, "is %s, which is not %d days (%s) after the sign-in at %s",
			said.RefreshTokenEnds.UTC().Format(time.RFC3339), said.RefreshTokenDays, refreshDaysField, claims.SignedIn().UTC().Format(time.RFC3339))
	}
	return nil
}

// blameAuthorization finds out why the API refuses a token that was just
// obtained.
func (s *Session) blameAuthorization(answer *Answer) error {
	reason := fmt.Sprintf("the API answers %d", answer.Status)
	if detail := answer.Header.Get("WWW-Authenticate"); detail != "" {
		reason += " (" + detail + ")"
	}
	for i, header := range s.Resource.Headers {
		at := rowPath("Resource", "Headers", i)
		if !strings.EqualFold(header.Key, "Authorization") {
			return fieldError(at+" › Key", "is %q, not Authorization: %s", header.Key, reason)
		}
		if want := "Bearer " + accessTokenVariable; header.Value != want {
			return fieldError(at+" › Value", "is %q, not %q: %s", header.Value, want, reason)
		}
	}
	return fieldError("Base URL", "%s refuses the token of this app client: %s: take BaseUrl and ClientId from the outputs of one stack", s.Resource.BaseURL, reason)
}

func snippet(body []byte) string {
	const most = 300
	text := strings.TrimSpace(withoutTokens(string(body)))
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}
