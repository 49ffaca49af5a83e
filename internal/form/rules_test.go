package form

import (
	"errors"
	"fmt"
	"strings"
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
		{sharedNested, func(f *Form) { f.BaseURL = "https://ana:s3cret@abc123.example" },
			"Resource › Base URL: has a user name or a password in it, before the @"},
		{sharedNested, func(f *Form) { f.BaseURL = "https://ana:s3%zz@abc123.example" },
			"Resource › Base URL: is no URL, and may have a password in it, before the @"},
		{sharedNested, func(f *Form) { f.BaseURL += "?stage=dev" },
			"Resource › Base URL: has a query, from the ? on"},
		{sharedNested, func(f *Form) { f.Steps[0].URL += "?" },
			"Auth workflow, step 1 › URL: has a query, from the ? on"},
		{sharedNested, func(f *Form) { f.Steps[0].URL += "#" },
			"Auth workflow, step 1 › URL: has a fragment, from the # on, which no request sends"},
		{perUserNested, func(f *Form) { f.Refresh.Steps[0].URL = "https://ana@token.example/" },
			"Refresh auth workflow, step 1 › URL: has a user name or a password in it, before the @"},
		{sharedNested, func(f *Form) { f.Headers = append(f.Headers, f.Headers[0]) },
			`Resource › Headers › row 2 (Authorization) › Key: is "Authorization", as is that of Resource › Headers › row 1 (Authorization): only one would be sent`},
		{sharedNested, func(f *Form) {
			f.Headers = append(f.Headers, Row{Key: "authorization", Value: "Bearer AUTHORIZATION_TOKEN"})
		}, `Resource › Headers › row 2 (authorization) › Key: is "authorization", as is that of Resource › Headers › row 1 (Authorization): only one would be sent`},
		{sharedNested, func(f *Form) { f.Headers = append(f.Headers, Row{Key: "X-Tenant", Value: "acme"}) },
			`Resource › Headers › row 2 (X-Tenant) › Key: is "X-Tenant", not Authorization`},
		{sharedNested, func(f *Form) { f.Headers = append(f.Headers, Row{}) },
			"Resource › Headers › row 2 () › Key: is empty: a header has a name"},
		{sharedNested, func(f *Form) { f.Headers[0].Key = "Authorization " },
			`Resource › Headers › row 1 (Authorization ) › Key: is "Authorization ": the name of a header has letters, digits and hyphens only`},
		{sharedNested, func(f *Form) { f.Headers[0].Value += " " },
			`Resource › Headers › row 1 (Authorization) › Value: is "Bearer AUTHORIZATION_TOKEN ": the space around it would not be sent`},
		{sharedNested, func(f *Form) { f.Headers[0].Value += "\r\nHost: x" },
			`Resource › Headers › row 1 (Authorization) › Value: is "Bearer AUTHORIZATION_TOKEN\r\nHost: x": a header has no line breaks or other control characters`},
		{sharedNested, func(f *Form) { f.Steps[0].Headers[0].Value += "\t" },
			`Auth workflow, step 1 › Headers › row 1 (Content-Type) › Value: is "application/x-amz-json-1.1\t": a header has no line breaks or other control characters`},
		{sharedNested, func(f *Form) { f.Steps[0].Headers = append(f.Steps[0].Headers, Row{Key: "Content-Length", Value: "0"}) },
			`Auth workflow, step 1 › Headers › row 3 (Content-Length) › Key: is "Content-Length": whoever sends the request sets this header itself`},
		{sharedNested, func(f *Form) {
			f.Steps[0].Headers = append(f.Steps[0].Headers, Row{Key: "content-type", Value: "text/plain"})
		},
			`Auth workflow, step 1 › Headers › row 3 (content-type) › Key: is "content-type": the rows are Content-Type, X-Amz-Target`},
		{sharedNested, func(f *Form) { f.Steps[0].Body = append(f.Steps[0].Body, Row{Value: "x"}) },
			`Auth workflow, step 1 › Body params › row 4 () › Key: is "": the rows are AuthFlow, ClientId, AuthParameters`},
		{sharedNested, func(f *Form) { f.Steps[0].Body[2].Value = `{"REFRESH_TOKEN":"a","REFRESH_TOKEN":"b"}` },
			"Auth workflow, step 1 › Body params › row 3 (AuthParameters) › Value: is not a JSON object of texts: /REFRESH_TOKEN is there twice"},
		{sharedNested, func(f *Form) { f.Steps[0].Body[2].Value = `{"REFRESH_TOKEN":null}` },
			"Auth workflow, step 1 › Body params › row 3 (AuthParameters) › Value: has nothing for REFRESH_TOKEN"},
		{perUserNested, func(f *Form) { f.Steps[1].Body[2].Value = `{"USERNAME":"{{ form1.username }}","PASSWORD":""}` },
			"Auth workflow, step 2 › Body params › row 3 (AuthParameters) › Value: has nothing for PASSWORD"},
		{sharedNested, func(f *Form) { f.Steps[1].Value = "" },
			"Auth workflow, step 2 › Value: is empty: it takes one reference, {{ … }}"},
		{perUserNested, func(f *Form) { f.Steps[3].Value = "" },
			"Auth workflow, step 4 › Value: is empty: it takes one reference, {{ … }}"},
		{sharedNested, func(f *Form) { f.Steps[0].Body[2].Value = `{"REFRESH_TOKEN":"the-token "}` },
			"Auth workflow, step 1 › Body params › row 3 (AuthParameters) › Value: is not the token alone, without quotes, braces and spaces"},
		{sharedNested, func(f *Form) { f.Steps[0].Body[2].Value = `{"REFRESH_TOKEN":"%RETOOL_EXPOSED_TOKEN%"}` },
			"Auth workflow, step 1 › Body params › row 3 (AuthParameters) › Value: is not the token alone, without quotes, braces and spaces"},
		{sharedNested, func(f *Form) { f.Steps[0].Body[2].Value = `{"REFRESH_TOKEN":"{\"REFRESH_TOKEN\":\"the-token\"}"}` },
			"Auth workflow, step 1 › Body params › row 3 (AuthParameters) › Value: is not the token alone, without quotes, braces and spaces"},
		{perUserNested, func(f *Form) { f.Refresh.Steps[0].Body[2].Value = `{"REFRESH_TOKEN":"{{ REFRESH_TOKEN }} "}` },
			`Refresh auth workflow, step 1 › Body params › row 3 (AuthParameters) › Value: is "{{ REFRESH_TOKEN }} ": it takes the token or one reference, {{ … }}, and nothing else`},
		{perUserNested, func(f *Form) { f.Refresh.Steps[0].Body[2].Value = `{"REFRESH_TOKEN":"REFRESH_TOKEN"}` },
			"Refresh auth workflow, step 1 › Body params › row 3 (AuthParameters) › Value: is the name of a variable, which would be sent as it is: a reference to it is {{ REFRESH_TOKEN }}"},
		{perUserFlat, func(f *Form) { f.Refresh.Steps[0].Body[1].Value = "REFRESH_TOKEN" },
			"Refresh auth workflow, step 1 › Body params › row 2 (RefreshToken) › Value: is the name of a variable, which would be sent as it is: a reference to it is {{ REFRESH_TOKEN }}"},
		{perUserNested, func(f *Form) {
			f.Refresh.Steps[0].Body[2].Value = `{"REFRESH_TOKEN":"\u007b\u007b REFRESH_TOKEN \u007d\u007d"}`
		}, `Refresh auth workflow, step 1 › Body params › row 3 (AuthParameters) › Value: has a {{ with an escape in it: the reference would be sent as it is`},
		{perUserNested, func(f *Form) {
			f.Steps[1].Body[2].Value = `{"USERNAME":"{{ form1.username }}","PASSWORD":"\u007b{ form1.password }}"}`
		}, `Auth workflow, step 2 › Body params › row 3 (AuthParameters) › Value: has a {{ with an escape in it: the reference would be sent as it is`},
		{sharedFlat, func(f *Form) { f.Steps[0].Body[1].Value = `{"REFRESH_TOKEN":"the-token"}` },
			"Auth workflow, step 1 › Body params › row 2 (RefreshToken) › Value: is not the token alone, without quotes, braces and spaces"},
		{sharedFlat, func(f *Form) { f.Steps[0].Body[1].Value = "" },
			"Auth workflow, step 1 › Body params › row 2 (RefreshToken) › Value: is not the token alone, without quotes, braces and spaces"},
		{sharedNested, func(f *Form) { f.Steps[1].URL = "https://elsewhere.example" },
			`Auth workflow, step 2 › URL: is filled in, but a step "Define a variable" has no such input`},
		{sharedNested, func(f *Form) { f.Steps[1].Body = []Row{{}} },
			`Auth workflow, step 2 › Body params: is filled in, but a step "Define a variable" has no such input`},
		{sharedNested, func(f *Form) { f.Steps[0].Value = "{{ x }}" },
			`Auth workflow, step 1 › Value: is filled in, but a step "API Request" has no such input`},
		{sharedNested, func(f *Form) { f.Steps[0].Fields = []ModalInput{{}} },
			`Auth workflow, step 1 › Input 1 key: is filled in, but a step "API Request" has no such input`},
		{perUserNested, func(f *Form) { f.Steps[0].Method = "GET" },
			`Auth workflow, step 1 › Action type: is filled in, but a step "Form" has no such input`},
		{perUserNested, func(f *Form) { f.Steps = append(f.Steps, f.Steps[0]) },
			`Auth workflow, step 5 › Step type: is "Form": only the first step of the auth workflow can ask a person`},
		{perUserNested, func(f *Form) { f.Refresh.Steps = append(f.Steps[:1:1], f.Refresh.Steps...) },
			`Refresh auth workflow, step 1 › Step type: is "Form": only the first step of the auth workflow can ask a person`},
		{perUserNested, func(f *Form) { f.Refresh.Same, f.Refresh.Steps = true, nil },
			"Refresh auth workflow: needs its own steps: there is nobody to ask as in Auth workflow, step 1"},
		{sharedNested, func(f *Form) { f.Steps[1].Name = "http1" },
			`Auth workflow, step 2 › Step name: is "http1", as is Auth workflow, step 1 › Step name: a reference to it could mean both`},
		{sharedNested, func(f *Form) { f.Steps = append(f.Steps, f.Steps[1]); f.Steps[2].Name = "variable2" },
			`Auth workflow, step 3 › Variable: is "AUTHORIZATION_TOKEN", as is Auth workflow, step 2 › Variable: a reference to it could mean both`},
		{sharedNested, func(f *Form) { f.Steps[1].Name = "AUTHORIZATION_TOKEN" },
			`Auth workflow, step 2 › Variable: is "AUTHORIZATION_TOKEN", as is Auth workflow, step 2 › Step name: a reference to it could mean both`},
		{perUserNested, func(f *Form) { f.Refresh.Steps[1].Name = "REFRESH_TOKEN" },
			`Refresh auth workflow, step 2 › Step name: is "REFRESH_TOKEN", as is Auth workflow, step 4 › Variable: a reference to it could mean both`},
		{sharedNested, func(f *Form) { f.Steps[0].Name = "http.1" },
			`Auth workflow, step 1 › Step name: is "http.1": for references to it, a name has letters, digits and _ only, and no digit first`},
		{perUserNested, func(f *Form) { f.Steps[3].Variable = "REFRESH TOKEN" },
			`Auth workflow, step 4 › Variable: is "REFRESH TOKEN": for references to it, a name has letters, digits and _ only, and no digit first`},
		{perUserNested, func(f *Form) { f.Steps[3].Variable = "Bearer" },
			`Auth workflow, step 4 › Variable: is "Bearer", which is also in the header Authorization, "Bearer AUTHORIZATION_TOKEN": its value would get there`},
		{perUserNested, func(f *Form) {
			f.Refresh.Steps = append(f.Refresh.Steps, Step{Name: "variable2", Type: VariableStep, Variable: "TOKEN", Value: "{{ http1.body.x }}"})
		}, `Refresh auth workflow, step 3 › Variable: is "TOKEN", which is also in the header Authorization, "Bearer AUTHORIZATION_TOKEN": its value would get there`},
		{perUserNested, func(f *Form) { f.Steps[0].Fields = append(f.Steps[0].Fields, f.Steps[0].Fields[0]) },
			`Auth workflow, step 1 › Input 3 key: is "username", as is Auth workflow, step 1 › Input 1 key: a reference to it could mean both`},
		{perUserNested, func(f *Form) { f.Steps[0].Fields[0].Key = "" },
			`Auth workflow, step 1 › Input 1 key: is "": for references to it, a name has letters, digits and _ only, and no digit first`},
		{sharedNested, func(f *Form) { f.Steps[0], f.Steps[1] = f.Steps[1], f.Steps[0] },
			`Auth workflow, step 1 › Value: {{ http1.body.AuthenticationResult.AccessToken }}: there is no "http1"; there is nothing`},
		{sharedNested, func(f *Form) { f.Steps[0].Name = "http2" },
			`Auth workflow, step 2 › Value: {{ http1.body.AuthenticationResult.AccessToken }}: there is no "http1"; there is http2 (Auth workflow, step 1 › Step name)`},
		{sharedNested, func(f *Form) { f.Steps[1].Value = "{{ http1.data.AccessToken }}" },
			`Auth workflow, step 2 › Value: {{ http1.data.AccessToken }}: there is no "data"; there is body`},
		{sharedNested, func(f *Form) { f.Steps[1].Value = "{{ http1.body }}" },
			"Auth workflow, step 2 › Value: {{ http1.body }} is not a text"},
		{sharedNested, func(f *Form) { f.Steps[0].Body[2].Value = `{"REFRESH_TOKEN":"{{ REFRESH_TOKEN }}"}` },
			`Auth workflow, step 1 › Body params › row 3 (AuthParameters) › Value: {{ REFRESH_TOKEN }}: there is no "REFRESH_TOKEN"; there is nothing`},
		{sharedNested, func(f *Form) { f.Steps[0].Body[2].Value = `{"REFRESH_TOKEN":"{{ REFRESH_TOKEN"}` },
			"Auth workflow, step 1 › Body params › row 3 (AuthParameters) › Value: has a {{ or }} that is no part of a reference, {{ … }}"},
		{perUserNested, func(f *Form) { f.Steps[0].Fields[0].Key = "user" },
			`Auth workflow, step 2 › Body params › row 3 (AuthParameters) › Value: {{ form1.username }}: there is no "username"; there is password (Auth workflow, step 1 › Input 2 key), user (Auth workflow, step 1 › Input 1 key)`},
		{perUserNested, func(f *Form) {
			f.Steps[1].Body[2].Value = `{"USERNAME":"{{ form1 }}","PASSWORD":"{{ form1.password.first }}"}`
		},
			"Auth workflow, step 2 › Body params › row 3 (AuthParameters) › Value: {{ form1 }} is not a text; " +
				`{{ form1.password.first }}: there is no "first"; there is nothing`},
		{perUserNested, func(f *Form) { f.Refresh.Steps[0].Body[2].Value = `{"REFRESH_TOKEN":"{{ TOKEN }}"}` },
			`Refresh auth workflow, step 1 › Body params › row 3 (AuthParameters) › Value: {{ TOKEN }}: there is no "TOKEN"; there is AUTHORIZATION_TOKEN (Auth workflow, step 3 › Variable), REFRESH_TOKEN (Auth workflow, step 4 › Variable)`},
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

// Retool would run JavaScript, of which the runner knows nothing.
func TestAReferenceIntoAnAnswerHasNamesOnly(t *testing.T) {
	for reference, fault := range map[string]string{
		"http1.body.AuthenticationResult.AccessToken.trim()":      "trim()",
		"http1.body.AuthenticationResult['AccessToken']":          "AuthenticationResult['AccessToken']",
		"http1.body.AuthenticationResult?.AccessToken":            "AuthenticationResult?",
		"http1.body.AuthenticationResult.AccessToken || 'x'":      "AccessToken || 'x'",
		"http1.body..AccessToken":                                 "",
		"http1.body.AuthenticationResult.":                        "",
		"http1.body.AuthenticationResult.AccessToken\u00a0":       "AccessToken\u00a0",
		"http1.body.AuthenticationResult.\nAccessToken":           "\nAccessToken",
		"http1.body.AuthenticationResult.AccessToken\u200b":       "AccessToken\u200b",
		"http1.body.AuthenticationResult.AccessToken + http1.raw": "AccessToken + http1",
	} {
		f := New(testDeployment, sharedNested)
		f.Steps[1].Value = "{{ " + reference + " }}"
		want := fmt.Sprintf("Auth workflow, step 2 › Value: {{ %s }}: %q is no name: a reference has names with dots between them, and nothing else", strings.ReplaceAll(reference, "\n", "; "), fault)
		expectError(t, f.Check(), want)
	}
}

// A row that is there in vain would be thought to be sent.
func TestAHeaderThatWhoeverSendsItSetsIsRefused(t *testing.T) {
	for _, name := range []string{"Host", "host", "Content-Length", "Transfer-Encoding", "TRANSFER-ENCODING", "Connection", "Trailer", "TE", "Upgrade", "Expect", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization"} {
		for _, with := range [][]Row{nil, {{"Authorization", "Bearer AUTHORIZATION_TOKEN"}}} {
			f := New(testDeployment, sharedNested)
			f.Headers = append(with, Row{name, "other.example"})
			expectError(t, f.Check(), ResourceSection.TableRow(LabelHeaders, len(f.Headers), name).Of(KeyPart).String()+`: is "`+name+`": whoever sends the request sets this header itself`)
		}
	}
}

// HTTP has no such names, and would send another value or none.
func TestAHeaderThatCannotBeSentIsRefused(t *testing.T) {
	for _, name := range []string{"", " ", "X Y", "X:", "X\n", "X\x00", "Ümlaut", "(x)", "a/b", "x@y", "\"x\"", "x,y", "\ufeffX"} {
		if err := checkHeader(ResourceSection, Row{name, "x"}); err == nil {
			t.Errorf("the name %q passes", name)
		}
	}
	for _, value := range []string{" x", "x ", "\tx", "x\t", "x\r\ny: z", "x\ny", "x\x00", "x\x7f", "x\u0085", "\u00a0x"} {
		if err := checkHeader(ResourceSection, Row{"X-Y", value}); err == nil {
			t.Errorf("the value %q passes", value)
		}
	}
	for _, row := range []Row{{"X-Y", ""}, {"x_y", "a b"}, {"X-1", "ü"}, {"Accept", "*/*;q=0.1, text/plain"}} {
		if err := checkHeader(ResourceSection, row); err != nil {
			t.Error(err)
		}
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
