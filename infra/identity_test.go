package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheUserPoolAllowsNeitherSignUpNorForgotPassword(t *testing.T) {
	_, pool := templateOf(t, "dev").only(t, "AWS::Cognito::UserPool")
	want := object{
		"AdminCreateUserConfig": object{"AllowAdminCreateUserOnly": true},
		// This is AccountRecovery_NONE in CloudFormation: ForgotPassword is refused.
		"AccountRecoverySetting": object{"RecoveryMechanisms": list{object{"Name": "admin_only", "Priority": 1.0}}},
		"MfaConfiguration":       "OFF",
		"Policies": object{"PasswordPolicy": object{
			"MinimumLength":    12.0,
			"RequireLowercase": true,
			"RequireUppercase": true,
			"RequireNumbers":   true,
			"RequireSymbols":   true,
		}},
		"UsernameConfiguration": object{"CaseSensitive": false},
		// Not set: users sign in with their user name only.
		"AliasAttributes":    nil,
		"UsernameAttributes": nil,
	}
	got := object{}
	for property := range want {
		got[property] = pool[property]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("user pool (-want +got):\n%s", diff)
	}
}

func TestTheOneAppClientSignsInWithPasswordAndRefreshTokenOnly(t *testing.T) {
	tmpl := templateOf(t, "dev")
	_, client := tmpl.only(t, "AWS::Cognito::UserPoolClient")
	want := object{
		"UserPoolId":                      tmpl.ref(t, "AWS::Cognito::UserPool"),
		"ExplicitAuthFlows":               list{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
		"GenerateSecret":                  false,
		"AllowedOAuthFlowsUserPoolClient": false,
		"SupportedIdentityProviders":      list{"COGNITO"},
		"PreventUserExistenceErrors":      "ENABLED",
		"EnableTokenRevocation":           true,
		"AccessTokenValidity":             60.0,
		"IdTokenValidity":                 60.0,
		"RefreshTokenValidity":            365 * 24 * 60.0,
		"TokenValidityUnits":              object{"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "minutes"},
	}
	if diff := cmp.Diff(want, client); diff != "" {
		t.Errorf("app client (-want +got):\n%s", diff)
	}
}
