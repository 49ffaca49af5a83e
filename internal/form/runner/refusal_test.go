package runner

import (
	"testing"

	"retoolapi/internal/form"
)

// The messages are those that Cognito was seen to answer. The fake of the
// commands' tests and the emulator answer the same.
func TestARefusalSaysWhatToDo(t *testing.T) {
	const (
		notAuthorized = "NotAuthorizedException"
		issues        = "\nhint: issue a new refresh token"
	)
	for _, test := range []struct{ errorType, message, want string }{
		{notAuthorized, "Refresh Token has expired", "NotAuthorizedException (Refresh Token has expired): the refresh token has expired" + issues},
		{notAuthorized, "Refresh Token has been revoked", "NotAuthorizedException (Refresh Token has been revoked): the refresh token was revoked" + issues},
		{notAuthorized, "User is disabled.", "NotAuthorizedException (User is disabled): the user is disabled\nhint: enable the user again"},
		{notAuthorized, "Incorrect username or password.", "NotAuthorizedException (Incorrect username or password): the user name or the password is wrong\nhint: type both again"},
		{notAuthorized, "Password attempts exceeded", "NotAuthorizedException (Password attempts exceeded): too many wrong passwords\nhint: wait some minutes and try again"},
		{notAuthorized, "Temporary password has expired and must be reset by an administrator.", "NotAuthorizedException (Temporary password has expired and must be reset by an administrator): " + neverUsed + "\nhint: " + HintSetPassword},
		{notAuthorized, "User account has expired, it must be reset by an administrator.", "NotAuthorizedException (User account has expired, it must be reset by an administrator): " + neverUsed + "\nhint: " + HintSetPassword},
		{notAuthorized, "Invalid Refresh Token", "NotAuthorizedException (Invalid Refresh Token): the refresh token is mistyped, expired, revoked or of another app client, or its user is gone or disabled" + issues},
		{notAuthorized, "", "NotAuthorizedException: the refresh token is mistyped, expired, revoked or of another app client, or its user is gone or disabled" + issues},
		{"UserNotFoundException", "User does not exist.", "UserNotFoundException (User does not exist): the user does not exist\nhint: create the user"},
		{"UserNotConfirmedException", "User is not confirmed.", "UserNotConfirmedException (User is not confirmed): the user signed up but was not confirmed\nhint: confirm the user"},
		{"PasswordResetRequiredException", "Password reset required for the user", "PasswordResetRequiredException (Password reset required for the user): an administrator asked for a new password\nhint: set another password"},
		{"ResourceNotFoundException", "User pool client x does not exist.", "ResourceNotFoundException (User pool client x does not exist): no app client has this id in this region, perhaps it was deleted by hand\nhint: destroy the stack and deploy it again"},
		{"InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client", "InvalidParameterException (USER_PASSWORD_AUTH flow not enabled for this client): the app client does not allow this flow; that of the project allows USER_PASSWORD_AUTH and REFRESH_TOKEN_AUTH\nhint: deploy the stack again"},
		{"InvalidParameterException", "Missing required parameter USERNAME", "InvalidParameterException (Missing required parameter USERNAME)"},
		{"SerializationException", "", "SerializationException: AuthParameters arrived as text, not as an object\nhint: use the flat request"},
		{"TooManyRequestsException", "Rate exceeded", "TooManyRequestsException (Rate exceeded): too many sign-ins at once\nhint: wait a minute and try again"},
		{"LimitExceededException", "Attempt limit exceeded, please try after some time.", "LimitExceededException (Attempt limit exceeded, please try after some time): too many attempts\nhint: wait a while and try again"},
		{"SomethingNewException", "No.", "SomethingNewException (No)"},
	} {
		expectError(t, &TokenError{Type: test.errorType, Message: test.message}, test.want)
	}
}

func TestEveryCauseIsReached(t *testing.T) {
	for i, c := range causes {
		if got := (&TokenError{Type: c.errorType, Message: c.word}).cause(); got.meaning != c.meaning || got.hint != c.hint {
			t.Errorf("cause %d, %q with %q, is hidden by an earlier one: %v", i, c.errorType, c.word, got)
		}
	}
}

// AWS writes the type of an error in more than one way.
func TestTheTypeOfARefusalIsReadInEveryNotation(t *testing.T) {
	for body, want := range map[string]string{
		`{"__type":"NotAuthorizedException"}`:                                                       "NotAuthorizedException",
		`{"__type":"com.amazonaws.cognitoidentityprovider.v20160418#NotAuthorizedException"}`:       "NotAuthorizedException",
		`{"__type":"NotAuthorizedException:http://internal.amazon.com/coral/com.amazonaws.x/"}`:     "NotAuthorizedException",
		`{"code":"NotAuthorizedException","message":"lower case"}`:                                  "NotAuthorizedException (lower case)",
		`{"__type":"NotAuthorizedException","Message":"upper case"}`:                                "NotAuthorizedException (upper case)",
		`{"__type":"x#NotAuthorizedException:http://x/","message":null,"Message":"the other one."}`: "NotAuthorizedException (the other one)",
	} {
		_, err := readTokenAnswer(form.AuthWorkflow.Step(1), form.Step{}, &Answer{Status: 400, Body: []byte(body)})
		expectError(t, err, "Auth workflow, step 1: "+want+": "+(&TokenError{Type: "NotAuthorizedException"}).cause().meaning+"\nhint: "+HintNewToken)
	}
}

func TestAChallengeSaysWhoCanAnswerIt(t *testing.T) {
	for challenge, want := range map[string]string{
		"NEW_PASSWORD_REQUIRED": "Auth workflow, step 1: Cognito asks for NEW_PASSWORD_REQUIRED: the user still has the password an administrator gave\nhint: set another password",
		"SMS_MFA":               "Auth workflow, step 1: Cognito asks for SMS_MFA: this sign-in cannot answer it",
	} {
		expectError(t, checkChallenge(form.AuthWorkflow.Step(1), map[string]any{"ChallengeName": challenge}), want)
	}
	if err := checkChallenge(form.AuthWorkflow.Step(1), map[string]any{"AuthenticationResult": map[string]any{}}); err != nil {
		t.Errorf("no challenge: %v", err)
	}
}
