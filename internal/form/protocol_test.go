package sheet

import (
	"errors"
	"fmt"
	"testing"
)

func TestEveryBuiltSheetKeepsTheRules(t *testing.T) {
	for name, options := range modes {
		if err := Build(testDeployment, options).Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What can be known to be wrong before anything is sent. Package e2e changes
// every value of every sheet; here are the faults that are no typing error.
func TestCheckNamesTheFieldThatBreaksARule(t *testing.T) {
	for _, test := range []struct {
		mode   Options
		change func(*Resource)
		want   string
	}{
		{sharedNested, func(r *Resource) { r.Name = " " },
			"Name: is empty: Retool asks for a name"},
		{sharedNested, func(r *Resource) { r.Authentication = "Basic Auth" },
			`Authentication: is "Basic Auth": choose "Custom Auth"`},
		{sharedNested, func(r *Resource) { r.Refresh.Same = false },
			"Refresh auth workflow: needs either steps of its own or those of the auth workflow"},
		{sharedNested, func(r *Resource) { r.Refresh.Steps = r.Steps },
			"Refresh auth workflow: needs either steps of its own or those of the auth workflow"},
		{peopleNested, func(r *Resource) { r.Refresh.Steps[1].Variable = "" },
			"Refresh auth workflow › Step 2 › Variable: is empty: the Authorization header names it"},
		{sharedNested, func(r *Resource) { r.Refresh.Trigger = "None" },
			`Refresh auth workflow › Trigger: is "None": choose "Time-based expiration"`},
		{sharedNested, func(r *Resource) { r.Refresh.Seconds = 3600 },
			"Refresh auth workflow › Period: is 3600 s: it must be clearly less than the access token's validity of 3600 s, which also stands in Tokens › Access token minutes"},
		{sharedNested, func(r *Resource) { r.Refresh.Seconds = 0 },
			"Refresh auth workflow › Period: is 0 s: it must be clearly less than the access token's validity of 3600 s, which also stands in Tokens › Access token minutes"},
		{sharedNested, func(r *Resource) { r.Steps[0].Name = "" },
			"Auth workflow › Step 1 › Name: is empty: later steps refer to it"},
		{sharedNested, func(r *Resource) { r.Steps[0].Type = "Request" },
			`Auth workflow › Step 1 › Type: is "Request": choose "Form", "API Request" or "Define a variable"`},
		{sharedNested, func(r *Resource) { r.Steps[0].Method = "GET" },
			`Auth workflow › Step 1 › Method: is "GET": Cognito takes POST`},
		{sharedNested, func(r *Resource) { r.Steps[0].Headers[0].Value = "application/json" },
			`Auth workflow › Step 1 › Headers › row 1 › Value: is "application/json": Cognito takes application/x-amz-json-1.1`},
		{sharedNested, func(r *Resource) { r.Steps[0].Headers[1].Value = "InitiateAuth" },
			`Auth workflow › Step 1 › Headers › row 2 › Value: is "InitiateAuth": Cognito takes AWSCognitoIdentityProviderService. followed by GetTokensFromRefreshToken or InitiateAuth`},
		{sharedNested, func(r *Resource) { r.Steps[0].Headers = r.Steps[0].Headers[:1] },
			"Auth workflow › Step 1 › Headers: has no row X-Amz-Target"},
		{sharedNested, func(r *Resource) { r.Steps[0].Body[2] = r.Steps[0].Body[1] },
			`Auth workflow › Step 1 › Body › row 3 › Key: is "ClientId": the rows are AuthFlow, ClientId, AuthParameters`},
		{sharedNested, func(r *Resource) { r.Steps[0].Body[0].Value = "USER_SRP_AUTH" },
			`Auth workflow › Step 1 › Body › row 1 › Value: is "USER_SRP_AUTH": the app client allows REFRESH_TOKEN_AUTH or USER_PASSWORD_AUTH`},
		{sharedNested, func(r *Resource) { r.Steps[0].Body[0].Value = "USER_PASSWORD_AUTH" },
			`Auth workflow › Step 1 › Body › row 3 › Value: has the keys ["REFRESH_TOKEN"]: USER_PASSWORD_AUTH (in Auth workflow › Step 1 › Body › row 1) takes ["USERNAME" "PASSWORD"]`},
		{sharedNested, func(r *Resource) { r.Steps[0].Body[2].Value = "{REFRESH_TOKEN: x}" },
			"Auth workflow › Step 1 › Body › row 3 › Value: is not a JSON object of texts: invalid character 'R' looking for beginning of object key string"},
		{Options{SignIn: Shared, Request: Nested}, func(*Resource) {},
			"Auth workflow › Step 1 › Body › row 3 › Value: has no refresh token yet: sheet --with-token prints it with one"},
		{Options{SignIn: Shared, Request: Flat}, func(*Resource) {},
			"Auth workflow › Step 1 › Body › row 2 › Value: has no refresh token yet: sheet --with-token prints it with one"},
		{peopleFlat, func(r *Resource) { r.Refresh.Steps[0].Body[1].Value += "!" },
			`Refresh auth workflow › Step 1 › Body › row 2 › Value: is "{{ REFRESH_TOKEN }}!": it takes the token or one reference, {{ … }}, and nothing else`},
		{sharedNested, func(r *Resource) { r.Steps[1].Value = "http1.body.AuthenticationResult.AccessToken" },
			`Auth workflow › Step 2 › Value: is "http1.body.AuthenticationResult.AccessToken": it takes one reference, {{ … }}, and nothing else`},
		{peopleNested, func(r *Resource) { r.Steps[0].Fields[0].Label = "" },
			"Auth workflow › Step 1 › Fields › row 1 › Label: is empty: the person who signs in reads it"},
		{peopleNested, func(r *Resource) { r.Steps[0].Fields[1].Secret = false },
			`Auth workflow › Step 1 › Fields › row 2 › Secret: is false for "password": a password, and nothing else, is hidden while it is typed`},
	} {
		t.Run(test.want, func(t *testing.T) {
			r := Build(testDeployment, test.mode)
			test.change(&r)
			err := r.Check()
			expectError(t, err, test.want)
			if field := new(FieldError); err != nil && !errors.As(err, &field) {
				t.Errorf("it is a %T, not a *FieldError", err)
			}
		})
	}
}

func TestCheckDeploymentComparesWithTheStack(t *testing.T) {
	r := Build(testDeployment, sharedNested)
	if err := r.CheckDeployment(testDeployment); err != nil {
		t.Error(err)
	}
	elsewhere, cheat := testDeployment, testDeployment
	elsewhere.BaseURL, cheat.TokenURL = "https://other.example", "https://token.example/"
	expectError(t, r.CheckDeployment(elsewhere), fmt.Sprintf("Base URL: is %q, but the stack's is https://other.example", r.BaseURL))
	expectError(t, r.CheckDeployment(cheat), fmt.Sprintf("Auth workflow › Step 1 › URL: is %q, but the stack's TokenUrl is https://token.example/", r.Steps[0].URL))
	shorter, longer := testDeployment, testDeployment
	shorter.AccessTokenMinutes, longer.RefreshTokenDays = 30, 3650
	expectError(t, r.CheckDeployment(shorter), "Tokens › Access token minutes: is 60, but the app client says 30")
	expectError(t, r.CheckDeployment(longer), "Tokens › Refresh token days: is 365, but the app client says 3650")
}
