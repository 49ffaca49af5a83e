package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/jsii-runtime-go"
)

// addIdentity declares the user pool and the one app client that Retool uses.
func (s *Stack) addIdentity() {
	s.userPool = awscognito.NewUserPool(s.cdk, jsii.String("UserPool"), &awscognito.UserPoolProps{
		SelfSignUpEnabled: &s.settings.SelfSignUp,
		SignInAliases:     &awscognito.SignInAliases{Username: jsii.Bool(true)},
		// A change would replace the pool and delete its users.
		SignInCaseSensitive: jsii.Bool(false),
		// PasswordRule in internal/deployed/names.go says it to people.
		PasswordPolicy: &awscognito.PasswordPolicy{
			MinLength:        jsii.Number(12),
			RequireLowercase: jsii.Bool(true),
			RequireUppercase: jsii.Bool(true),
			RequireDigits:    jsii.Bool(true),
			RequireSymbols:   jsii.Bool(true),
		},
		// With any other value everybody may call ForgotPassword.
		AccountRecovery: awscognito.AccountRecovery_NONE,
		// With MFA the sign-in returns a challenge instead of tokens, which a
		// service user cannot answer.
		Mfa:                awscognito.Mfa_OFF,
		RemovalPolicy:      s.removalPolicy(),
		DeletionProtection: onlyIf(s.settings.Retain),
	})

	s.client = s.userPool.AddClient(jsii.String("Client"), &awscognito.UserPoolClientOptions{
		// Retool's token request has fixed values and cannot compute a secret hash.
		GenerateSecret: jsii.Bool(false),
		AuthFlows:      &awscognito.AuthFlow{UserPassword: jsii.Bool(true)}, // refresh is always on
		// The construct's default is an OAuth client with the implicit grant.
		DisableOAuth:               jsii.Bool(true),
		PreventUserExistenceErrors: jsii.Bool(true),
		EnableTokenRevocation:      jsii.Bool(true),
		AccessTokenValidity:        minutes(s.settings.AccessTokenMinutes),
		IdTokenValidity:            minutes(s.settings.AccessTokenMinutes),
		RefreshTokenValidity:       awscdk.Duration_Days(jsii.Number(s.settings.RefreshTokenDays)),
		// RefreshTokenRotationGracePeriod is not set: any value, even 0, turns on
		// rotation. With rotation REFRESH_TOKEN_AUTH is not allowed, and the
		// refresh token in the Retool resource could be used only once.
	})
}

func minutes(n int) awscdk.Duration { return awscdk.Duration_Minutes(jsii.Number(n)) }
