// Package form is the form of a Retool REST API resource as data: its fields, their
// IDs and labels, its rules and its JSON. The same value is printed for the person
// who types it, shown as a page (package page) and run against the deployed API
// (package runner). A person therefore reads exactly what was run.
//
// It changes when Retool's form changes, or when a resource needs another field.
// It imports nothing of the project.
package form

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Form is the filled-in form of a resource with custom authentication. Its JSON
// keys are a contract: other tools may read them.
type Form struct {
	Name           string  `json:"name"`
	BaseURL        string  `json:"baseUrl"`
	Headers        []Row   `json:"headers"`
	Authentication string  `json:"authentication"`
	Steps          []Step  `json:"steps"`
	Refresh        Refresh `json:"refresh"`
	Tokens         Tokens  `json:"tokens"`
	Queries        []Query `json:"queries,omitempty"`

	Commands Commands `json:"-"` // none in a form that was read
}

// Row is a row of a table: two inputs.
type Row struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// Step is one step of an auth workflow. Which fields it has depends on its type.
type Step struct {
	Name string `json:"name"`
	Type string `json:"type"`

	// Form
	Fields []ModalInput `json:"fields,omitempty"`

	// API Request
	Method  string `json:"method,omitempty"`
	URL     string `json:"url,omitempty"`
	Headers []Row  `json:"headers,omitempty"`
	Body    []Row  `json:"body,omitempty"`

	// Define a variable
	Variable string `json:"variable,omitempty"`
	Value    string `json:"value,omitempty"`
}

// ModalInput is one input of the modal that asks a Retool user to sign in.
type ModalInput struct {
	Key    string `json:"key"`
	Label  string `json:"label"`
	Secret bool   `json:"secret"`
}

// Refresh is the refresh auth workflow and when it runs by itself.
type Refresh struct {
	Same    bool   `json:"same,omitempty"`  // the steps are those of the auth workflow
	Steps   []Step `json:"steps,omitempty"` // empty if Same
	Trigger string `json:"trigger"`
	Seconds int    `json:"seconds"`
}

// Tokens says how long the tokens of the resource are valid.
type Tokens struct {
	AccessTokenMinutes int `json:"accessTokenMinutes"`
	RefreshTokenDays   int `json:"refreshTokenDays"`
	// RefreshTokenExpires is nil if no refresh token is in the form, or if its
	// expiry is not known.
	RefreshTokenExpires *time.Time `json:"refreshTokenEnds"`
}

// The words of Retool's form.
const (
	CustomAuth   = "Custom Auth"
	ModalStep    = "Form"
	RequestStep  = "API Request"
	VariableStep = "Define a variable"
	TimeBased    = "Time-based expiration"
)

// The names by which steps refer to each other, and the variables they define.
const (
	modalName   = "form1"
	requestName = "http1"

	AccessTokenVariable  = "AUTHORIZATION_TOKEN"
	RefreshTokenVariable = "REFRESH_TOKEN"
)

// What is in the place of a secret that was not given.
const (
	TokenHint    = "<the refresh token>"
	PasswordHint = "<the password>"
)

// SignIn says which user the API sees when Retool calls it.
type SignIn string

const (
	Shared   SignIn = "shared"   // one service user, whose refresh token is in the form
	Password SignIn = "password" // one service user, whose password is in the form
	PerUser  SignIn = "per-user" // each Retool user, who types their own user name and password once
)

// Request is how the refresh request carries the refresh token.
type Request string

const (
	// Nested is InitiateAuth, whose AuthParameters is an object in a body row.
	Nested Request = "nested"
	// Flat is GetTokensFromRefreshToken, for a Retool version that sends the
	// nested value as text. A sign-in with a password has no flat request.
	Flat Request = "flat"
)

// Deployment holds the values of a deployed stack that the form needs.
type Deployment struct {
	Stage              string
	BaseURL            string // without a trailing slash
	TokenURL           string // with a trailing slash
	ClientID           string
	AccessTokenMinutes int
	RefreshTokenDays   int
	Queries            []Query // in the order in which a person tries them
	Commands           Commands
}

// Commands are those of the project that remarks on the form name.
type Commands struct {
	Connect string            // sets or issues the secret of this form and prints the form with it
	Flat    string            // prints the form with the flat request
	SignIns map[SignIn]string // prints the form with another sign-in
	OpenAPI string            // writes the OpenAPI file of the stage
}

// Choices are what a person can choose for a form.
type Choices struct {
	SignIn       SignIn
	Request      Request
	RefreshToken string // for Shared; if empty, TokenHint replaces it
	User         string // for Password
	Password     string // for Password; if empty, PasswordHint replaces it
}

// New returns the filled-in form for a deployed stack.
func New(d Deployment, c Choices) Form {
	f := Form{
		Name:           "AWS API (" + d.Stage + ")",
		BaseURL:        d.BaseURL,
		Headers:        []Row{{"Authorization", "Bearer " + AccessTokenVariable}},
		Authentication: CustomAuth,
		Refresh:        Refresh{Trigger: TimeBased, Seconds: refreshSeconds(d.AccessTokenMinutes)},
		Tokens: Tokens{
			AccessTokenMinutes: d.AccessTokenMinutes,
			RefreshTokenDays:   d.RefreshTokenDays,
		},
		Queries:  d.Queries,
		Commands: d.Commands,
	}
	switch c.SignIn {
	case PerUser:
		f.Steps = append([]Step{signInModal(), d.passwordRequest(referTo(modalName, "username"), referTo(modalName, "password"))}, defineTokens(AccessTokenVariable, RefreshTokenVariable)...)
		f.Refresh.Steps = append([]Step{d.RefreshRequest(c.Request, referTo(RefreshTokenVariable))}, defineTokens(AccessTokenVariable)...)
		return f
	case Password:
		f.Steps = []Step{d.passwordRequest(c.User, cmp.Or(c.Password, PasswordHint))}
	default:
		f.Steps = []Step{d.RefreshRequest(c.Request, cmp.Or(c.RefreshToken, TokenHint))}
	}
	f.Steps = append(f.Steps, defineTokens(AccessTokenVariable)...)
	f.Refresh.Same = true
	return f
}

// referTo returns a reference to the value with this path.
func referTo(path ...string) string { return "{{ " + strings.Join(path, ".") + " }}" }

// refreshSeconds is five sixths of the access token's validity, such as 50 of 60
// minutes. A period equal to the validity is reported to fail in Retool.
func refreshSeconds(accessTokenMinutes int) int { return accessTokenMinutes * 60 * 5 / 6 }

func signInModal() Step {
	return Step{Name: modalName, Type: ModalStep, Fields: []ModalInput{
		{Key: "username", Label: "User name"},
		{Key: "password", Label: "Password", Secret: true},
	}}
}

// passwordRequest is the step that signs a user in. No text in it has a character
// that JSON escapes.
func (d Deployment) passwordRequest(user, password string) Step {
	return d.tokenRequest("InitiateAuth",
		Row{"AuthFlow", passwordFlow},
		Row{"ClientId", d.ClientID},
		Row{"AuthParameters", `{"USERNAME":"` + user + `","PASSWORD":"` + password + `"}`})
}

// RefreshRequest is the step that exchanges a refresh token for an access token.
func (d Deployment) RefreshRequest(r Request, token string) Step {
	if r == Flat {
		return d.tokenRequest("GetTokensFromRefreshToken",
			Row{"ClientId", d.ClientID},
			Row{"RefreshToken", token})
	}
	return d.tokenRequest("InitiateAuth",
		Row{"AuthFlow", refreshFlow},
		Row{"ClientId", d.ClientID},
		Row{"AuthParameters", `{"REFRESH_TOKEN":"` + token + `"}`})
}

// tokenRequest is a public, unsigned call of Cognito's JSON API.
func (d Deployment) tokenRequest(action string, body ...Row) Step {
	return Step{
		Name:   requestName,
		Type:   RequestStep,
		Method: "POST",
		URL:    d.TokenURL,
		Headers: []Row{
			{"Content-Type", contentType},
			{"X-Amz-Target", targetPrefix + action},
		},
		Body: body,
	}
}

// defineTokens returns the steps that keep tokens of the response in variables.
func defineTokens(variables ...string) []Step {
	keys := map[string]string{AccessTokenVariable: "AccessToken", RefreshTokenVariable: "RefreshToken"}
	var steps []Step
	for i, variable := range variables {
		steps = append(steps, Step{
			Name:     fmt.Sprintf("variable%d", i+1),
			Type:     VariableStep,
			Variable: variable,
			Value:    referTo(requestName, "body", "AuthenticationResult", keys[variable]),
		})
	}
	return steps
}

// RefreshSteps returns the steps of the refresh workflow, and the workflow in
// which a person types them.
func (f Form) RefreshSteps() (Workflow, []Step) {
	if f.Refresh.Same {
		return AuthWorkflow, f.Steps
	}
	return RefreshWorkflow, f.Refresh.Steps
}

// LacksSecret reports whether the form has only the place of its secret.
func (f Form) LacksSecret() bool {
	return slices.ContainsFunc(f.Steps, func(step Step) bool {
		return slices.ContainsFunc(step.Body, func(row Row) bool { return placeOf(row.Value) != "" })
	})
}

// placeOf returns which secret has only its place in a value: "password", "refresh
// token" or neither.
func placeOf(value string) string {
	for _, hint := range []string{TokenHint, PasswordHint} {
		if strings.Contains(value, hint) {
			return strings.Trim(strings.TrimPrefix(hint, "<the "), ">")
		}
	}
	return ""
}

// SignIn returns which user the API sees. No secret is in a form of PerUser.
func (f Form) SignIn() SignIn {
	switch {
	case len(f.Steps) > 0 && f.Steps[0].Type == ModalStep:
		return PerUser
	case f.TokenRequest().BodyValue("AuthFlow") == passwordFlow:
		return Password
	}
	return Shared
}

// TokenRequest returns the first request of the auth workflow.
func (f Form) TokenRequest() Step {
	for _, step := range f.Steps {
		if step.Type == RequestStep {
			return step
		}
	}
	return Step{}
}

// BodyValue returns the value of a row of the step's body, or "".
func (s Step) BodyValue(key string) string {
	for _, row := range s.Body {
		if row.Key == key {
			return row.Value
		}
	}
	return ""
}
