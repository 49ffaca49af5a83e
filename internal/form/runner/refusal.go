package runner

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"retoolapi/internal/form"
	"retoolapi/internal/visible"
)

// TokenError is Cognito's refusal of a token request.
type TokenError struct {
	Type    string // such as "NotAuthorizedException"
	Message string // Cognito's own words, which may change
}

func (e *TokenError) Error() string {
	text := visible.Text(e.Type)
	if e.Message != "" {
		text += " (" + strings.TrimSuffix(visible.Text(e.Message), ".") + ")"
	}
	if meaning := e.cause().meaning; meaning != "" {
		text += ": " + meaning
	}
	return text
}

// Hint says what a person can do about it, if that is known.
func (e *TokenError) Hint() string { return e.cause().hint }

// IsOfUser reports whether it may be the user, the password or the refresh token
// that is refused, and not the request or the number of requests.
func (e *TokenError) IsOfUser() bool {
	return slices.Contains(refusalsOfUser, e.Type) && e.cause().word != attemptsExceeded
}

var refusalsOfUser = []string{"NotAuthorizedException", "UserNotFoundException", "UserNotConfirmedException", "PasswordResetRequiredException"}

const attemptsExceeded = "attempts exceeded"

// cause is what a refusal means and what a person can do about it.
type cause struct{ errorType, word, meaning, hint string }

// causes are looked up by type and then, because one type has many causes, by
// words of the message. The empty word is the case in which none of them occurs. The type is Cognito's contract, the words are not: a change of
// them costs the precise cause and nothing else.
var causes = []cause{
	{"NotAuthorizedException", attemptsExceeded, "too many wrong passwords", "wait some minutes and try again"},
	{"NotAuthorizedException", "password has expired", neverUsed, HintSetPassword},
	{"NotAuthorizedException", "account has expired", neverUsed, HintSetPassword},
	{"NotAuthorizedException", "expired", "the refresh token has expired", HintNewToken},
	{"NotAuthorizedException", "revoked", "the refresh token was revoked", HintNewToken},
	{"NotAuthorizedException", "disabled", "the user is disabled", HintEnableUser},
	{"NotAuthorizedException", "password", "the user name or the password is wrong", HintTypeAgain},
	{"NotAuthorizedException", "", "the refresh token is mistyped, expired, revoked or of another app client, or its user is gone or disabled", HintNewToken},
	{"UserNotFoundException", "", "the user does not exist", HintCreateUser},
	{"UserNotConfirmedException", "", "the user signed up but was not confirmed", HintConfirm},
	{"PasswordResetRequiredException", "", "an administrator asked for a new password", HintSetPassword},
	{"ResourceNotFoundException", "", "no app client has this id in this region, perhaps it was deleted by hand", HintRecreate},
	{"InvalidParameterException", "not enabled", "the app client does not allow this flow; that of the project allows USER_PASSWORD_AUTH and REFRESH_TOKEN_AUTH", HintDeploy},
	{"SerializationException", "", "AuthParameters arrived as text, not as an object", HintFlat},
	{"TooManyRequestsException", "", "too many sign-ins at once", "wait a minute and try again"},
	{"LimitExceededException", "", "too many attempts", "wait a while and try again"},
}

// The hints for which the project has a command. Whoever knows the stack and the
// user adds it.
const (
	HintTypeAgain   = "type both again"
	HintNewToken    = "issue a new refresh token"
	HintEnableUser  = "enable the user again"
	HintCreateUser  = "create the user"
	HintConfirm     = "confirm the user"
	HintSetPassword = "set another password"
	HintDeploy      = "deploy the stack again"
	HintFlat        = "use the flat request"
	HintRecreate    = "destroy the stack and deploy it again"
)

// A password that an administrator gave and that the person did not replace
// in time.
const neverUsed = "the first password was not used in time"

func (e *TokenError) cause() cause {
	message := strings.ToLower(e.Message)
	for _, c := range causes {
		if e.Type == c.errorType && strings.Contains(message, c.word) {
			return c
		}
	}
	return cause{}
}

// readTokenAnswer returns the body of a token endpoint's answer, or an error
// that names the input of the step that most likely caused it.
func readTokenAnswer(at form.ID, step form.Step, answer *Answer) (map[string]any, error) {
	var body map[string]any
	err := json.Unmarshal(answer.Body, &body)
	if err == nil && answer.Status == http.StatusOK {
		return body, checkChallenge(at, body)
	}
	refusal := &TokenError{Type: errorType(body), Message: firstText(body, "message", "Message")}
	if err != nil || refusal.Type == "" {
		return nil, at.Input(form.LabelURL).Fault("%s is no token endpoint: it answers %d %s", step.URL, answer.Status, snippet(answer.Body))
	}
	return nil, &form.FieldError{Field: blame(at, step, refusal), Err: refusal}
}

// checkChallenge returns an error if Cognito asks for more than a password.
func checkChallenge(at form.ID, body map[string]any) error {
	name, ok := body["ChallengeName"].(string)
	if !ok {
		return nil
	}
	if name == "NEW_PASSWORD_REQUIRED" {
		return at.FaultHint(HintSetPassword,
			"Cognito asks for %s: the user still has the password an administrator gave", name)
	}
	return at.Fault("Cognito asks for %s: this sign-in cannot answer it", visible.Text(name))
}

// errorType returns the name of the error, without the namespace that may be
// before it and the address that may be after it.
func errorType(body map[string]any) string {
	name := firstText(body, "__type", "code")
	name, _, _ = strings.Cut(name, ":")
	return name[strings.LastIndex(name, "#")+1:]
}

func firstText(body map[string]any, keys ...string) string {
	for _, key := range keys {
		if text, ok := body[key].(string); ok {
			return text
		}
	}
	return ""
}

// blame returns the input that a refusal is about.
func blame(at form.ID, step form.Step, refusal *TokenError) form.ID {
	about := map[string][]string{
		"ResourceNotFoundException": {"ClientId"},
		"NotAuthorizedException":    {"AuthParameters", "RefreshToken"},
		"UserNotFoundException":     {"AuthParameters", "RefreshToken"},
		"UserNotConfirmedException": {"AuthParameters"},
		"SerializationException":    {"AuthParameters"},
		"InvalidParameterException": {mentioned(step, refusal.Message)},
	}[refusal.Type]
	for _, key := range about {
		for i, row := range step.Body {
			if row.Key == key {
				return at.TableRow(form.LabelBody, i+1, row.Key).Of(form.ValuePart)
			}
		}
	}
	return at
}

// mentioned returns the key of the row whose key or value is in a message.
func mentioned(step form.Step, message string) string {
	message = strings.ToLower(message)
	for _, row := range step.Body {
		if strings.Contains(message, strings.ToLower(row.Key)) || strings.Contains(message, strings.ToLower(row.Value)) {
			return row.Key
		}
	}
	return ""
}
