package form

import (
	"errors"
	"testing"
)

func TestEveryFormKeepsTheRules(t *testing.T) {
	for name, choices := range modes {
		if err := New(testDeployment, choices).Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Package e2e changes every value of every form, as typing errors do. This test
// has the other faults that Check finds before anything is sent.
func TestCheckNamesTheFieldThatBreaksARule(t *testing.T) {
	for _, test := range []struct {
		mode   Choices
		change func(*Form)
		want   string
	}{
		{sharedNested, func(f *Form) { f.Name = " " },
			"Resource › Name: is empty: Retool asks for a name"},
		{sharedNested, func(f *Form) { f.Authentication = "Basic Auth" },
			`Resource › Authentication: is "Basic Auth": choose "Custom Auth"`},
		{sharedNested, func(f *Form) { f.Refresh.Same = false },
			"Refresh auth workflow: needs either its own steps or those of the auth workflow"},
		{sharedNested, func(f *Form) { f.Refresh.Steps = f.Steps },
			"Refresh auth workflow: needs either its own steps or those of the auth workflow"},
		{perUserNested, func(f *Form) { f.Refresh.Steps[1].Variable = "" },
			"Refresh auth workflow, step 2 › Variable: is empty: the Authorization header names it"},
		{sharedNested, func(f *Form) { f.Refresh.Trigger = "None" },
			`Refresh auth workflow › Refresh Auth trigger: is "None": choose "Time-based expiration"`},
		{sharedNested, func(f *Form) { f.Refresh.Seconds = 3600 },
			"Refresh auth workflow › Period: is 3600 s: it must be clearly less than the access token's validity of 3600 s, which is also in Tokens › Access token minutes"},
		{sharedNested, func(f *Form) { f.Refresh.Seconds = 0 },
			"Refresh auth workflow › Period: is 0 s: it must be clearly less than the access token's validity of 3600 s, which is also in Tokens › Access token minutes"},
		{sharedNested, func(f *Form) { f.Steps[0].Name = "" },
			"Auth workflow, step 1 › Step name: is empty: later steps refer to it"},
		{sharedNested, func(f *Form) { f.Steps[0].Type = "Request" },
			`Auth workflow, step 1 › Step type: is "Request": choose "Form", "API Request" or "Define a variable"`},
		{sharedNested, func(f *Form) { f.Steps[0].Method = "GET" },
			`Auth workflow, step 1 › Action type: is "GET": Cognito takes POST`},
		{sharedNested, func(f *Form) { f.Steps[0].Headers[0].Value = "application/json" },
			`Auth workflow, step 1 › Headers › row 1 (Content-Type) › Value: is "application/json": Cognito takes application/x-amz-json-1.1`},
		{sharedNested, func(f *Form) { f.Steps[0].Headers[1].Value = "InitiateAuth" },
			`Auth workflow, step 1 › Headers › row 2 (X-Amz-Target) › Value: is "InitiateAuth": Cognito takes AWSCognitoIdentityProviderService. followed by GetTokensFromRefreshToken or InitiateAuth`},
		{sharedNested, func(f *Form) { f.Steps[0].Headers = f.Steps[0].Headers[:1] },
			"Auth workflow, step 1 › Headers: has no row X-Amz-Target"},
		{sharedNested, func(f *Form) { f.Steps[0].Body[2] = f.Steps[0].Body[1] },
			`Auth workflow, step 1 › Body params › row 3 (ClientId) › Key: is "ClientId": the rows are AuthFlow, ClientId, AuthParameters`},
		{sharedNested, func(f *Form) { f.Steps[0].Body[0].Value = "USER_SRP_AUTH" },
			`Auth workflow, step 1 › Body params › row 1 (AuthFlow) › Value: is "USER_SRP_AUTH": the app client allows REFRESH_TOKEN_AUTH or USER_PASSWORD_AUTH`},
		{sharedNested, func(f *Form) { f.Steps[0].Body[0].Value = "USER_PASSWORD_AUTH" },
			`Auth workflow, step 1 › Body params › row 3 (AuthParameters) › Value: has the keys ["REFRESH_TOKEN"]: USER_PASSWORD_AUTH (in Auth workflow, step 1 › Body params › row 1 (AuthFlow)) takes ["USERNAME" "PASSWORD"]`},
		{sharedNested, func(f *Form) { f.Steps[0].Body[2].Value = "{REFRESH_TOKEN: x}" },
			"Auth workflow, step 1 › Body params › row 3 (AuthParameters) › Value: is not a JSON object of texts: invalid character 'R' looking for beginning of object key string"},
		{Choices{SignIn: Shared, Request: Nested}, func(*Form) {},
			"Auth workflow, step 1 › Body params › row 3 (AuthParameters) › Value: has no refresh token, only its place"},
		{Choices{SignIn: Shared, Request: Flat}, func(*Form) {},
			"Auth workflow, step 1 › Body params › row 2 (RefreshToken) › Value: has no refresh token, only its place"},
		{perUserFlat, func(f *Form) { f.Refresh.Steps[0].Body[1].Value += "!" },
			`Refresh auth workflow, step 1 › Body params › row 2 (RefreshToken) › Value: is "{{ REFRESH_TOKEN }}!": it takes the token or one reference, {{ … }}, and nothing else`},
		{sharedNested, func(f *Form) { f.Steps[1].Value = "http1.body.AuthenticationResult.AccessToken" },
			`Auth workflow, step 2 › Value: is "http1.body.AuthenticationResult.AccessToken": it takes one reference, {{ … }}, and nothing else`},
		{sharedNested, func(f *Form) { f.Headers = nil },
			"Resource › Headers: has no row Authorization"},
		{sharedNested, func(f *Form) { f.Headers[0].Key = "Authorisation" },
			`Resource › Headers › row 1 (Authorisation) › Key: is "Authorisation", not Authorization`},
		{sharedNested, func(f *Form) { f.Headers[0].Value = "Bearer {{ AUTHORIZATION_TOKEN }}" },
			`Resource › Headers › row 1 (Authorization) › Value: is "Bearer {{ AUTHORIZATION_TOKEN }}", not "Bearer AUTHORIZATION_TOKEN"`},
		{sharedNested, func(f *Form) { f.Steps[1].Variable = "TOKEN" },
			"Auth workflow: defines no variable AUTHORIZATION_TOKEN, which the header Authorization names; it defines TOKEN (Auth workflow, step 2 › Variable)"},
		{perUserNested, func(f *Form) { f.Refresh.Steps = f.Refresh.Steps[:1] },
			"Refresh auth workflow: defines no variable AUTHORIZATION_TOKEN, which the header Authorization names; it defines nothing"},
		{perUserNested, func(f *Form) { f.Steps[0].Fields[0].Label = "" },
			"Auth workflow, step 1 › Input 1 label: is empty: the person who signs in reads it"},
		{perUserNested, func(f *Form) { f.Steps[0].Fields[1].Secret = false },
			`Auth workflow, step 1 › Input 2 type: is "text" for the input "password": choose "password" for a password, "text" for anything else`},
	} {
		t.Run(test.want, func(t *testing.T) {
			f := New(testDeployment, test.mode)
			test.change(&f)
			err := f.Check()
			expectError(t, err, test.want)
			if field := new(FieldError); err != nil && !errors.As(err, &field) {
				t.Errorf("it is a %T, not a *FieldError", err)
			}
		})
	}
}

func TestCheckDeploymentComparesWithTheStack(t *testing.T) {
	f := New(testDeployment, sharedNested)
	if err := f.CheckDeployment(testDeployment); err != nil {
		t.Error(err)
	}
	for want, change := range map[string]func(*Deployment){
		`Resource › Base URL: is "https://abc123.execute-api.eu-west-1.amazonaws.com", but the stack's is https://other.example`:             func(d *Deployment) { d.BaseURL = "https://other.example" },
		`Auth workflow, step 1 › URL: is "https://cognito-idp.eu-west-1.amazonaws.com/", but the stack's TokenUrl is https://token.example/`: func(d *Deployment) { d.TokenURL = "https://token.example/" },
		`Auth workflow, step 1 › Body params › row 2 (ClientId) › Value: is "1example23456789", but the stack's ClientId is another`:         func(d *Deployment) { d.ClientID = "another" },
		"Tokens › Access token minutes: is 60, but the app client says 30":                                                                   func(d *Deployment) { d.AccessTokenMinutes = 30 },
		"Tokens › Refresh token days: is 365, but the app client says 3650":                                                                  func(d *Deployment) { d.RefreshTokenDays = 3650 },
	} {
		other := testDeployment
		change(&other)
		expectError(t, f.CheckDeployment(other), want)
	}
}
