package form

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// The part of Cognito's API that a form uses:
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

// The flows of InitiateAuth that the app client allows.
const (
	refreshFlow  = "REFRESH_TOKEN_AUTH"
	passwordFlow = "USER_PASSWORD_AUTH"
)

// authParameters maps a flow of InitiateAuth to the keys of its parameters.
var authParameters = map[string][]string{
	refreshFlow:  {"REFRESH_TOKEN"},
	passwordFlow: {"USERNAME", "PASSWORD"},
}

// HintWithSecret is the hint for a form that has only the place of its secret.
const HintWithSecret = "save the form with its secret"

// Check compares the form with the rules that are known before anything is sent:
// Retool's words, Cognito's protocol, that the names in it fit together, and that
// what is run is what is written, with nothing left out or taken another way. Its
// error is a *FieldError that names the first field that breaks one.
func (f Form) Check() error {
	if strings.TrimSpace(f.Name) == "" {
		return ResourceSection.Input(LabelName).Fault("is empty: Retool asks for a name")
	}
	if f.Authentication != CustomAuth {
		return ResourceSection.Input(LabelAuthentication).Fault("is %q: choose %q", f.Authentication, CustomAuth)
	}
	if err := checkAddress(ResourceSection.Input(LabelBaseURL), f.BaseURL); err != nil {
		return err
	}
	if err := checkSteps(AuthWorkflow, f.Steps); err != nil {
		return err
	}
	if f.Refresh.Same != (len(f.Refresh.Steps) == 0) {
		return RefreshSection.Fault("needs either its own steps or those of the auth workflow")
	}
	if f.Refresh.Same && f.SignIn() == PerUser {
		return RefreshSection.Fault("needs its own steps: there is nobody to ask as in %s", AuthWorkflow.Step(1))
	}
	if err := checkSteps(RefreshWorkflow, f.Refresh.Steps); err != nil {
		return err
	}
	if err := f.checkTrigger(); err != nil {
		return err
	}
	if err := f.checkHeaders(); err != nil {
		return err
	}
	if err := f.checkVariables(); err != nil {
		return err
	}
	return f.checkScopes()
}

func (f Form) checkTrigger() error {
	if f.Refresh.Trigger != TimeBased {
		return RefreshSection.Input(LabelTrigger).Fault("is %q: choose %q", f.Refresh.Trigger, TimeBased)
	}
	validity := f.Tokens.AccessTokenMinutes * 60
	if f.Refresh.Seconds < 1 || f.Refresh.Seconds >= validity {
		return RefreshSection.Input(LabelPeriod).Fault("is %d s: it must be clearly less than the access token's validity of %d s, which is also in %s",
			f.Refresh.Seconds, validity, TokensSection.Input(LabelAccessMinutes))
	}
	return nil
}

// checkVariables checks that both workflows define the variable which the header
// carries.
func (f Form) checkVariables() error {
	if err := checkDefined(AuthWorkflow, f.Steps); err != nil {
		return err
	}
	if err := checkDefined(f.RefreshSteps()); err != nil {
		return err
	}
	if err := checkBare(AuthWorkflow, f.Steps); err != nil {
		return err
	}
	return checkBare(RefreshWorkflow, f.Refresh.Steps)
}

// checkBare refuses a variable whose value would get into the middle of the
// header, which names variables without braces.
func checkBare(workflow Workflow, steps []Step) error {
	for i, step := range steps {
		if step.Type == VariableStep && step.Variable != AccessTokenVariable && strings.Contains(authorization, step.Variable) {
			return workflow.Step(i+1).Input(LabelVariable).Fault("is %q, which is also in the header Authorization, %q: its value would get there", step.Variable, authorization)
		}
	}
	return nil
}

func checkDefined(workflow Workflow, steps []Step) error {
	var defined []string
	for i, step := range steps {
		if step.Type != VariableStep {
			continue
		}
		if step.Variable == AccessTokenVariable {
			return nil
		}
		defined = append(defined, step.Variable+" ("+workflow.Step(i+1).Input(LabelVariable).String()+")")
	}
	names := "nothing"
	if defined != nil {
		names = strings.Join(defined, ", ")
	}
	return ID{Section: string(workflow)}.Fault("defines no variable %s, which the header Authorization names; it defines %s", AccessTokenVariable, names)
}

// CheckDeployment compares the form with the deployed stack: the addresses, the
// app client, and how long the tokens are valid. The addresses matter most: they
// get the secrets. Its error is a *FieldError.
func (f Form) CheckDeployment(d Deployment) error {
	if f.BaseURL != d.BaseURL {
		return ResourceSection.Input(LabelBaseURL).Fault("is %q, but the stack's is %s", f.BaseURL, d.BaseURL)
	}
	if err := checkRequests(AuthWorkflow, f.Steps, d); err != nil {
		return err
	}
	if err := checkRequests(RefreshWorkflow, f.Refresh.Steps, d); err != nil {
		return err
	}
	if f.Tokens.AccessTokenMinutes != d.AccessTokenMinutes {
		return TokensSection.Input(LabelAccessMinutes).Fault("is %d, but the app client says %d", f.Tokens.AccessTokenMinutes, d.AccessTokenMinutes)
	}
	if f.Tokens.RefreshTokenDays != d.RefreshTokenDays {
		return TokensSection.Input(LabelRefreshDays).Fault("is %d, but the app client says %d", f.Tokens.RefreshTokenDays, d.RefreshTokenDays)
	}
	return nil
}

func checkRequests(workflow Workflow, steps []Step, d Deployment) error {
	for i, step := range steps {
		if step.Type != RequestStep {
			continue
		}
		at := workflow.Step(i + 1)
		if step.URL != d.TokenURL {
			return at.Input(LabelURL).Fault("is %q, but the stack's TokenUrl is %s", step.URL, d.TokenURL)
		}
		for j, row := range step.Body {
			if row.Key == "ClientId" && row.Value != d.ClientID {
				return at.TableRow(LabelBody, j+1, row.Key).Of(ValuePart).Fault("is %q, but the stack's ClientId is %s", row.Value, d.ClientID)
			}
		}
	}
	return nil
}

func checkSteps(workflow Workflow, steps []Step) error {
	for i, s := range steps {
		at := workflow.Step(i + 1)
		if s.Name == "" {
			return at.Input(LabelStepName).Fault("is empty: later steps refer to it")
		}
		var err error
		switch s.Type {
		case ModalStep:
			err = checkModal(at, s)
			if workflow != AuthWorkflow || i > 0 {
				err = at.Input(LabelStepType).Fault("is %q: only the first step of the auth workflow can ask a person", s.Type)
			}
		case RequestStep:
			err = checkRequest(at, s)
		case VariableStep:
			err = checkVariable(at, s)
		default:
			err = at.Input(LabelStepType).Fault("is %q: choose %q, %q or %q", s.Type, ModalStep, RequestStep, VariableStep)
		}
		if err == nil {
			err = checkForeign(at, s)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// checkForeign refuses what only a step of another type has: nobody would see it
// in Retool, and it would not be run.
func checkForeign(at ID, s Step) error {
	for _, input := range []struct {
		label  string
		filled bool
		of     string
	}{
		{ModalLabel(1, ModalKey), len(s.Fields) > 0, ModalStep},
		{LabelActionType, s.Method != "", RequestStep},
		{LabelURL, s.URL != "", RequestStep},
		{LabelHeaders, len(s.Headers) > 0, RequestStep},
		{LabelBody, len(s.Body) > 0, RequestStep},
		{LabelVariable, s.Variable != "", VariableStep},
		{LabelValue, s.Value != "", VariableStep},
	} {
		if input.filled && s.Type != input.of {
			return at.Input(input.label).Fault("is filled in, but a step %q has no such input", s.Type)
		}
	}
	return nil
}

func checkVariable(at ID, s Step) error {
	if s.Variable == "" {
		return at.Input(LabelVariable).Fault("is empty: the Authorization header names it")
	}
	if s.Value == "" {
		return at.Input(LabelValue).Fault("is empty: it takes one reference, {{ … }}")
	}
	if !isReference(s.Value) {
		return at.Input(LabelValue).Fault("is %q: it takes one reference, {{ … }}, and nothing else", s.Value)
	}
	return nil
}

func checkModal(at ID, s Step) error {
	for i, input := range s.Fields {
		switch {
		case strings.TrimSpace(input.Label) == "":
			return at.Input(ModalLabel(i+1, ModalCaption)).Fault("is empty: the person who signs in reads it")
		case strings.Contains(input.Key, "password") != input.Secret:
			return at.Input(ModalLabel(i+1, ModalType)).Fault("is %q for the input %q: choose %q for a password, %q for anything else", modalType(input.Secret), input.Key, modalType(true), modalType(false))
		}
	}
	return nil
}

func checkRequest(at ID, s Step) error {
	if s.Method != "POST" {
		return at.Input(LabelActionType).Fault("is %q: Cognito takes POST", s.Method)
	}
	if err := checkAddress(at.Input(LabelURL), s.URL); err != nil {
		return err
	}
	action, err := checkRequestHeaders(at, s.Headers)
	if err != nil {
		return err
	}
	body, err := checkKeys(at, LabelBody, s.Body, actions[action])
	if err != nil {
		return err
	}
	for _, row := range body {
		if secret := placeOf(row.value); secret != "" {
			return row.at.Of(ValuePart).FaultHint(HintWithSecret, "has no %s, only its place", secret)
		}
	}
	if action == "InitiateAuth" {
		return checkParameters(body["AuthFlow"], body["AuthParameters"])
	}
	return checkToken(body["RefreshToken"])
}

// checkToken checks a refresh token. JSON in a row would be sent as an object, and
// Retool may replace more than references in other text.
func checkToken(token placedRow) error {
	switch {
	case token.value == RefreshTokenVariable || token.value == AccessTokenVariable:
		return token.at.Of(ValuePart).Fault("is the name of a variable, which would be sent as it is: a reference to it is {{ %s }}", token.value)
	case HasReference(token.value) && !isReference(token.value):
		return token.at.Of(ValuePart).Fault("is %q: it takes the token or one reference, {{ … }}, and nothing else", token.value)
	case strings.Contains(token.value, "{{"):
		return nil // checkScopes says what is wrong with its references
	case !alone.MatchString(token.value):
		return token.at.Of(ValuePart).Fault("is not the token alone, without quotes, braces and spaces")
	}
	return nil
}

var alone = regexp.MustCompile(`^[A-Za-z0-9._+/=-]+$`)

// checkRequestHeaders returns the action that the headers ask for.
func checkRequestHeaders(at ID, rows []Row) (string, error) {
	for i, row := range rows {
		if err := checkHeader(at.TableRow(LabelHeaders, i+1, row.Key), row); err != nil {
			return "", err
		}
	}
	headers, err := checkKeys(at, LabelHeaders, rows, []string{"Content-Type", "X-Amz-Target"})
	if err != nil {
		return "", err
	}
	if row := headers["Content-Type"]; row.value != contentType {
		return "", row.at.Of(ValuePart).Fault("is %q: Cognito takes %s", row.value, contentType)
	}
	row := headers["X-Amz-Target"]
	action, ok := strings.CutPrefix(row.value, targetPrefix)
	if !ok || actions[action] == nil {
		return "", row.at.Of(ValuePart).Fault("is %q: Cognito takes %s followed by %s", row.value, targetPrefix, oneOf(actions))
	}
	return action, nil
}

func checkParameters(flow, parameters placedRow) error {
	keys, ok := authParameters[flow.value]
	if !ok {
		return flow.at.Of(ValuePart).Fault("is %q: the app client allows %s", flow.value, oneOf(authParameters))
	}
	var object map[string]string
	if err := json.Unmarshal([]byte(parameters.value), &object); err != nil {
		return parameters.at.Of(ValuePart).Fault("is not a JSON object of texts: %v", err)
	}
	if err := checkExact[map[string]string]([]byte(parameters.value)); err != nil {
		return parameters.at.Of(ValuePart).Fault("is not a JSON object of texts: %v", err)
	}
	if got := slices.Sorted(maps.Keys(object)); !slices.Equal(got, slices.Sorted(slices.Values(keys))) {
		return parameters.at.Of(ValuePart).Fault("has the keys %q: %s (in %s) takes %q", got, flow.value, flow.at, keys)
	}
	for _, key := range keys {
		if object[key] == "" {
			return parameters.at.Of(ValuePart).Fault("has nothing for %s", key)
		}
	}
	if err := checkEscapes(parameters, object); err != nil {
		return err
	}
	if token, ok := object["REFRESH_TOKEN"]; ok {
		return checkToken(placedRow{parameters.at, token})
	}
	return nil
}

// checkEscapes refuses a reference that is one only after its escapes are read,
// such as \u007b{ x }}: references are replaced in the text of the row.
func checkEscapes(row placedRow, object map[string]string) error {
	opened := 0
	for _, value := range object {
		opened += strings.Count(value, "{{")
	}
	if opened != strings.Count(row.value, "{{") {
		return row.at.Of(ValuePart).Fault("has a {{ with an escape in it: the reference would be sent as it is")
	}
	return nil
}

// placedRow is the value of a row, and its place in the form.
type placedRow struct {
	at    ID
	value string
}

// checkKeys returns the rows by key. The keys must be exactly the given ones.
func checkKeys(at ID, table string, rows []Row, keys []string) (map[string]placedRow, error) {
	found := map[string]placedRow{}
	for i, row := range rows {
		id := at.TableRow(table, i+1, row.Key)
		if _, twice := found[row.Key]; twice || !slices.Contains(keys, row.Key) {
			return nil, id.Of(KeyPart).Fault("is %q: the rows are %s", row.Key, strings.Join(keys, ", "))
		}
		found[row.Key] = placedRow{id, row.Value}
	}
	for _, key := range keys {
		if _, ok := found[key]; !ok {
			return nil, at.Input(table).Fault("has no row %s", key)
		}
	}
	return found, nil
}

func oneOf[V any](m map[string]V) string {
	return strings.Join(slices.Sorted(maps.Keys(m)), " or ")
}

var reference = regexp.MustCompile(`{{\s*([^{}]*?)\s*}}`)

// HasReference reports whether there is a reference, such as {{ http1.body.a }},
// in a value.
func HasReference(value string) bool { return reference.MatchString(value) }

// isReference reports whether the value is one reference and nothing else.
func isReference(value string) bool { return reference.FindString(value) == value }

// ReplaceReferences replaces each reference in a value by what replace returns
// for the name in it.
func ReplaceReferences(value string, replace func(name string) string) string {
	return reference.ReplaceAllStringFunc(value, func(match string) string {
		return replace(reference.FindStringSubmatch(match)[1])
	})
}

// secretLike matches what may be a token or a password that this project made. No
// error may show one, but it can be in a wrong field, and a server can send one
// back. A Cognito token has about a thousand of these characters; no other value of
// a form has a hundred in a row.
var secretLike = regexp.MustCompile(`[A-Za-z0-9_.-]{100,}|` + GeneratedPassword)

// GeneratedPassword is the regular expression of the passwords that this project
// makes.
const GeneratedPassword = `Aa1-[A-Z2-7]{26}`

// WithoutSecrets returns the text with "…" in place of what may be a token or a
// password of this project.
func WithoutSecrets(text string) string { return secretLike.ReplaceAllString(text, "…") }
