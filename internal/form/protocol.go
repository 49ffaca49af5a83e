package sheet

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// What Cognito's token endpoint takes, as far as a sheet needs it:
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetTokensFromRefreshToken.html
const (
	contentType  = "application/x-amz-json-1.1"
	targetPrefix = "AWSCognitoIdentityProviderService."
)

// actions maps an action to the keys of its body.
var actions = map[string][]string{
	"InitiateAuth":              {"AuthFlow", "ClientId", "AuthParameters"},
	"GetTokensFromRefreshToken": {"ClientId", "RefreshToken"},
}

// authParameters maps a flow of InitiateAuth to the keys of its parameters.
var authParameters = map[string][]string{
	"REFRESH_TOKEN_AUTH": {"REFRESH_TOKEN"},
	"USER_PASSWORD_AUTH": {"USERNAME", "PASSWORD"},
}

// Check compares the resource with the rules that are known before anything is
// sent: Retool's words and Cognito's protocol. Its error is a *FieldError that
// names the first field that breaks one.
func (r Resource) Check() error {
	if strings.TrimSpace(r.Name) == "" {
		return fieldError("Name", "is empty: Retool asks for a name")
	}
	if r.Authentication != CustomAuth {
		return fieldError("Authentication", "is %q: choose %q", r.Authentication, CustomAuth)
	}
	if err := checkSteps(authWorkflow, r.Steps); err != nil {
		return err
	}
	if r.Refresh.Same != (len(r.Refresh.Steps) == 0) {
		return fieldError(refreshWorkflow, "needs either steps of its own or those of the auth workflow")
	}
	if err := checkSteps(refreshWorkflow, r.Refresh.Steps); err != nil {
		return err
	}
	return r.checkTrigger()
}

func (r Resource) checkTrigger() error {
	if r.Refresh.Trigger != TimeBased {
		return fieldError(triggerField, "is %q: choose %q", r.Refresh.Trigger, TimeBased)
	}
	validity := r.Tokens.AccessTokenMinutes * 60
	if r.Refresh.Seconds < 1 || r.Refresh.Seconds >= validity {
		return fieldError(periodField, "is %d s: it must be clearly less than the access token's validity of %d s, which also stands in %s",
			r.Refresh.Seconds, validity, accessMinutesField)
	}
	return nil
}

// CheckDeployment compares the resource with the deployed stack: the addresses,
// so that no secret goes to another place, and what it says of the tokens.
func (r Resource) CheckDeployment(d Deployment) error {
	if r.BaseURL != d.BaseURL {
		return fieldError("Base URL", "is %q, but the stack's is %s", r.BaseURL, d.BaseURL)
	}
	if err := checkURLs(authWorkflow, r.Steps, d.TokenURL); err != nil {
		return err
	}
	if err := checkURLs(refreshWorkflow, r.Refresh.Steps, d.TokenURL); err != nil {
		return err
	}
	if r.Tokens.AccessTokenMinutes != d.AccessTokenMinutes {
		return fieldError(accessMinutesField, "is %d, but the app client says %d", r.Tokens.AccessTokenMinutes, d.AccessTokenMinutes)
	}
	if r.Tokens.RefreshTokenDays != d.RefreshTokenDays {
		return fieldError(refreshDaysField, "is %d, but the app client says %d", r.Tokens.RefreshTokenDays, d.RefreshTokenDays)
	}
	return nil
}

func checkURLs(workflow string, steps []Step, tokenURL string) error {
	for i, step := range steps {
		if step.Type == APIRequest && step.URL != tokenURL {
			return fieldError(stepPath(workflow, i)+" › URL", "is %q, but the stack's TokenUrl is %s", step.URL, tokenURL)
		}
	}
	return nil
}

func checkSteps(workflow string, steps []Step) error {
	for i, s := range steps {
		path := stepPath(workflow, i)
		if s.Name == "" {
			return fieldError(path+" › Name", "is empty: later steps refer to it")
		}
		var err error
		switch s.Type {
		case Form:
			err = checkForm(path, s)
		case APIRequest:
			err = checkRequest(path, s)
		case DefineVariable:
			err = checkVariable(path, s)
		default:
			err = fieldError(path+" › Type", "is %q: choose %q, %q or %q", s.Type, Form, APIRequest, DefineVariable)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func checkVariable(path string, s Step) error {
	if s.Variable == "" {
		return fieldError(path+" › Variable", "is empty: the Authorization header names it")
	}
	if reference.FindString(s.Value) != s.Value {
		return fieldError(path+" › Value", "is %q: it takes one reference, {{ … }}, and nothing else", s.Value)
	}
	return nil
}

func checkForm(path string, s Step) error {
	for i, f := range s.Fields {
		row := rowPath(path, "Fields", i)
		switch {
		case strings.TrimSpace(f.Label) == "":
			return fieldError(row+" › Label", "is empty: the person who signs in reads it")
		case strings.Contains(f.Key, "password") != f.Secret:
			return fieldError(row+" › Secret", "is %t for %q: a password, and nothing else, is hidden while it is typed", f.Secret, f.Key)
		}
	}
	return nil
}

func checkRequest(path string, s Step) error {
	if s.Method != "POST" {
		return fieldError(path+" › Method", "is %q: Cognito takes POST", s.Method)
	}
	action, err := checkRequestHeaders(path, s.Headers)
	if err != nil {
		return err
	}
	body, err := checkKeys(path, "Body", s.Body, actions[action])
	if err != nil {
		return err
	}
	for _, row := range body {
		if strings.Contains(row.Value, TokenHint) {
			return fieldError(row.path+" › Value", "has no refresh token yet: sheet --with-token prints it with one")
		}
	}
	if action == "InitiateAuth" {
		return checkParameters(path, body)
	}
	token := body["RefreshToken"]
	if ref := reference.FindString(token.Value); ref != "" && ref != token.Value {
		return fieldError(token.path+" › Value", "is %q: it takes the token or one reference, {{ … }}, and nothing else", token.Value)
	}
	return nil
}

// checkRequestHeaders returns the action that the headers ask for.
func checkRequestHeaders(path string, rows []Pair) (string, error) {
	headers, err := checkKeys(path, "Headers", rows, []string{"Content-Type", "X-Amz-Target"})
	if err != nil {
		return "", err
	}
	if row := headers["Content-Type"]; row.Value != contentType {
		return "", fieldError(row.path+" › Value", "is %q: Cognito takes %s", row.Value, contentType)
	}
	row := headers["X-Amz-Target"]
	action, ok := strings.CutPrefix(row.Value, targetPrefix)
	if !ok || actions[action] == nil {
		return "", fieldError(row.path+" › Value", "is %q: Cognito takes %s followed by %s", row.Value, targetPrefix, oneOf(actions))
	}
	return action, nil
}

func checkParameters(path string, body map[string]row) error {
	flow, parameters := body["AuthFlow"], body["AuthParameters"]
	keys, ok := authParameters[flow.Value]
	if !ok {
		return fieldError(flow.path+" › Value", "is %q: the app client allows %s", flow.Value, oneOf(authParameters))
	}
	var object map[string]string
	if err := json.Unmarshal([]byte(parameters.Value), &object); err != nil {
		return fieldError(parameters.path+" › Value", "is not a JSON object of texts: %v", err)
	}
	if got := slices.Sorted(maps.Keys(object)); !slices.Equal(got, slices.Sorted(slices.Values(keys))) {
		return fieldError(parameters.path+" › Value", "has the keys %q: %s (in %s) takes %q", got, flow.Value, flow.path, keys)
	}
	return nil
}

// row is a Pair and where it stands.
type row struct {
	Pair
	path string
}

// checkKeys returns the rows by key, which must be exactly the given ones.
func checkKeys(path, table string, rows []Pair, keys []string) (map[string]row, error) {
	found := map[string]row{}
	for i, pair := range rows {
		at := rowPath(path, table, i)
		if !slices.Contains(keys, pair.Key) || found[pair.Key].path != "" {
			return nil, fieldError(at+" › Key", "is %q: the rows are %s", pair.Key, strings.Join(keys, ", "))
		}
		found[pair.Key] = row{pair, at}
	}
	for _, key := range keys {
		if _, ok := found[key]; !ok {
			return nil, fieldError(path+" › "+table, "has no row %s", key)
		}
	}
	return found, nil
}

func oneOf[V any](m map[string]V) string {
	return strings.Join(slices.Sorted(maps.Keys(m)), " or ")
}

// FieldError says which field of the resource is wrong, in the words of
// Retool's form.
type FieldError struct {
	Field string // such as "Step 1 › Body › row 2 › Value"
	Err   error
}

func (e *FieldError) Error() string { return e.Field + ": " + withoutTokens(e.Err.Error()) }
func (e *FieldError) Unwrap() error { return e.Err }

func fieldError(field, format string, args ...any) error {
	return &FieldError{field, fmt.Errorf(format, args...)}
}

// tokenLike matches what may be a token, which no error may show: one can stand
// in a wrong field, and a server can send one back. A Cognito token has about a
// thousand of these characters; no other value of a sheet has a hundred in a row.
var tokenLike = regexp.MustCompile(`[A-Za-z0-9_.-]{100,}`)

func withoutTokens(text string) string { return tokenLike.ReplaceAllString(text, "…") }

// Where things stand in the form.
const (
	authWorkflow       = "Auth workflow"
	refreshWorkflow    = "Refresh auth workflow"
	triggerField       = refreshWorkflow + " › Trigger"
	periodField        = refreshWorkflow + " › Period"
	accessMinutesField = "Tokens › Access token minutes"
	refreshDaysField   = "Tokens › Refresh token days"
	refreshEndsField   = "Tokens › Refresh token ends"
)

func stepPath(workflow string, i int) string { return fmt.Sprintf("%s › Step %d", workflow, i+1) }

func rowPath(path, table string, i int) string {
	return fmt.Sprintf("%s › %s › row %d", path, table, i+1)
}
