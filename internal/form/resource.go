// Package sheet is the Retool setup sheet: the form of a Retool REST API
// resource as plain data. The same value is printed for the person who types
// it, rendered as a page, and run against the deployed API (see Session), so
// what a person reads is what has been proven.
package sheet

import (
	"fmt"
	"time"
)

// Resource is a Retool REST API resource with custom authentication. Its JSON
// form is a contract: other tools may read it.
type Resource struct {
	Name           string  `json:"name"`
	BaseURL        string  `json:"baseUrl"`
	Headers        []Pair  `json:"headers"`
	Authentication string  `json:"authentication"`
	Steps          []Step  `json:"steps"`
	Refresh        Refresh `json:"refresh"`
	Tokens         Tokens  `json:"tokens"`
}

// Pair is a row of two input fields.
type Pair struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// Step is one step of an auth workflow. Which fields it has depends on its type.
type Step struct {
	Name string `json:"name"`
	Type string `json:"type"`

	// Form
	Fields []FormField `json:"fields,omitempty"`

	// API Request
	Method  string `json:"method,omitempty"`
	URL     string `json:"url,omitempty"`
	Headers []Pair `json:"headers,omitempty"`
	Body    []Pair `json:"body,omitempty"`

	// Define a variable
	Variable string `json:"variable,omitempty"`
	Value    string `json:"value,omitempty"`
}

// FormField is one input of the modal that asks a Retool user to sign in.
type FormField struct {
	Key    string `json:"key"`
	Label  string `json:"label"`
	Secret bool   `json:"secret"`
}

// Refresh is the refresh auth workflow and when it runs by itself.
type Refresh struct {
	Same    bool   `json:"same,omitempty"`  // the steps are those of the auth workflow
	Steps   []Step `json:"steps,omitempty"` // otherwise
	Trigger string `json:"trigger"`
	Seconds int    `json:"seconds"`
}

// Tokens says how long the tokens live that the resource works with.
type Tokens struct {
	AccessTokenMinutes int `json:"accessTokenMinutes"`
	RefreshTokenDays   int `json:"refreshTokenDays"`
	// RefreshTokenEnds is nil as long as no refresh token stands in the sheet.
	RefreshTokenEnds *time.Time `json:"refreshTokenEnds"`
}

// The words of Retool's form.
const (
	CustomAuth     = "Custom Auth"
	Form           = "Form"
	APIRequest     = "API Request"
	DefineVariable = "Define a variable"
	TimeBased      = "Time-based expiration"
)

// The names that steps and variables refer to each other by.
const (
	formName             = "form1"
	requestName          = "http1"
	accessTokenVariable  = "AUTHORIZATION_TOKEN"
	refreshTokenVariable = "REFRESH_TOKEN"
)

// TokenHint stands in the sheet where no refresh token was given.
const TokenHint = "<the refresh token: make connect prints it>"

// SignIn is who the API sees when Retool calls it.
type SignIn string

const (
	Shared  SignIn = "shared"   // one service user, whose refresh token stands in the resource
	PerUser SignIn = "per-user" // each Retool user, who types an own user name and password once
)

// Request is how the refresh request carries the refresh token.
type Request string

const (
	// Nested is InitiateAuth, whose AuthParameters is an object in a body row.
	Nested Request = "nested"
	// Flat is GetTokensFromRefreshToken, for a Retool version that sends the
	// nested value as text. A password sign-in has no flat request.
	Flat Request = "flat"
)

// Deployment is what the sheet has to know of a deployed stack.
type Deployment struct {
	Stage              string
	BaseURL            string // without a trailing slash
	TokenURL           string // with a trailing slash
	ClientID           string
	AccessTokenMinutes int
	RefreshTokenDays   int
}

// Options are the choices that a person has.
type Options struct {
	SignIn       SignIn
	Request      Request
	RefreshToken string // for Shared; if empty, TokenHint stands in its place
}

// Build returns the filled-in resource of a deployed stack.
func Build(d Deployment, o Options) Resource {
	r := Resource{
		Name:           "AWS API (" + d.Stage + ")",
		BaseURL:        d.BaseURL,
		Headers:        []Pair{{"Authorization", "Bearer " + accessTokenVariable}},
		Authentication: CustomAuth,
		Refresh:        Refresh{Trigger: TimeBased, Seconds: refreshSeconds(d.AccessTokenMinutes)},
		Tokens: Tokens{
			AccessTokenMinutes: d.AccessTokenMinutes,
			RefreshTokenDays:   d.RefreshTokenDays,
		},
	}
	if o.SignIn == PerUser {
		r.Steps = append([]Step{signInForm(), d.passwordRequest()}, defineTokens(accessTokenVariable, refreshTokenVariable)...)
		r.Refresh.Steps = append([]Step{d.refreshRequest(o.Request, "{{ "+refreshTokenVariable+" }}")}, defineTokens(accessTokenVariable)...)
		return r
	}
	token := o.RefreshToken
	if token == "" {
		token = TokenHint
	}
	r.Steps = append([]Step{d.refreshRequest(o.Request, token)}, defineTokens(accessTokenVariable)...)
	r.Refresh.Same = true
	return r
}

// refreshSeconds is five sixths of the access token's validity, 50 of 60
// minutes: a period equal to the validity is reported to fail in Retool.
func refreshSeconds(accessTokenMinutes int) int { return accessTokenMinutes * 60 * 5 / 6 }

func signInForm() Step {
	return Step{Name: formName, Type: Form, Fields: []FormField{
		{Key: "username", Label: "User name"},
		{Key: "password", Label: "Password", Secret: true},
	}}
}

func (d Deployment) passwordRequest() Step {
	return d.tokenRequest("InitiateAuth",
		Pair{"AuthFlow", "USER_PASSWORD_AUTH"},
		Pair{"ClientId", d.ClientID},
		Pair{"AuthParameters", fmt.Sprintf(`{"USERNAME":"{{ %[1]s.username }}","PASSWORD":"{{ %[1]s.password }}"}`, formName)})
}

func (d Deployment) refreshRequest(form Request, token string) Step {
	if form == Flat {
		return d.tokenRequest("GetTokensFromRefreshToken",
			Pair{"ClientId", d.ClientID},
			Pair{"RefreshToken", token})
	}
	return d.tokenRequest("InitiateAuth",
		Pair{"AuthFlow", "REFRESH_TOKEN_AUTH"},
		Pair{"ClientId", d.ClientID},
		Pair{"AuthParameters", `{"REFRESH_TOKEN":"` + token + `"}`})
}

// tokenRequest is a public, unsigned call of Cognito's JSON API.
func (d Deployment) tokenRequest(action string, body ...Pair) Step {
	return Step{
		Name:   requestName,
		Type:   APIRequest,
		Method: "POST",
		URL:    d.TokenURL,
		Headers: []Pair{
			{"Content-Type", contentType},
			{"X-Amz-Target", targetPrefix + action},
		},
		Body: body,
	}
}

// defineTokens keeps tokens of the response in variables.
func defineTokens(variables ...string) []Step {
	keys := map[string]string{accessTokenVariable: "AccessToken", refreshTokenVariable: "RefreshToken"}
	var steps []Step
	for i, variable := range variables {
		steps = append(steps, Step{
			Name:     fmt.Sprintf("variable%d", i+1),
			Type:     DefineVariable,
			Variable: variable,
			Value:    fmt.Sprintf("{{ %s.body.AuthenticationResult.%s }}", requestName, keys[variable]),
		})
	}
	return steps
}

// refreshSteps returns the steps of the refresh workflow.
func (r Resource) refreshSteps() []Step {
	if r.Refresh.Same {
		return r.Steps
	}
	return r.Refresh.Steps
}
