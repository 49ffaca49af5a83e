package main

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"retoolapi/internal/projecttest"
)

// fake is what the commands talk to: CloudFormation with the stacks of the
// stages dev, local and local-blue, the user pool and the deployed API. It shows what the
// emulator does not: refresh tokens stop working with their user and their session, and
// any action can be made to refuse.
type fake struct {
	*httptest.Server
	environment []string // in which the AWS SDK reaches only the fake

	mu          sync.Mutex
	users       map[string]*fakeUser
	sessions    map[string]*fakeSession // by refresh token
	faults      map[string]fault        // by action, "API" or "gateway"
	calls       []string                // the actions, in order, with a part of their input
	outputs     map[string]string       // of the stacks, in the place of the right ones
	minutes     int                     // the validity of access tokens
	signedInAgo time.Duration
	withoutID   bool // no id token comes with an access token
	meanwhile   []meanwhile
}

type fakeUser struct {
	Status, Password string
	Disabled         bool
}

type fakeSession struct {
	user    string
	revoked bool
}

// meanwhile is what another command does right after an action, so many times.
type meanwhile struct {
	times       int
	after       string
	action, who string
}

// othersAct does what other commands do right after an action. The password that
// they set is long enough and nobody else's.
func (f *fake) othersAct(after string) {
	for i := range f.meanwhile {
		if other := &f.meanwhile[i]; other.after == after && other.times > 0 {
			other.times--
			f.manageUser(httptest.NewRecorder(), other.action, cognitoInput{Username: other.who, Password: rand.Text(), Permanent: true})
		}
	}
}

// fault is what an action answers instead of doing its work.
type fault struct {
	status   int
	body     string
	location string // where a redirect leads
}

func (f fault) answer(w http.ResponseWriter) {
	if f.location != "" {
		w.Header().Set("Location", f.location)
	}
	answer(w, f.status, f.body)
}

const (
	fakeClient    = "1example23456789"
	fakePool      = "eu-west-1_Example"
	fakeSignature = "c2lnbmVkLWJ5LXRoZS1mYWtl"
)

// refreshToken returns the n-th refresh token that the fake issues. Like Cognito's,
// it is long and opaque.
func refreshToken(n int) string {
	return fmt.Sprintf("eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIn0.refresh-token-%d.%s", n, strings.Repeat("0pAqUe", 40))
}

// newFake returns a deployed stack after its first connect, with the service user
// and the first refresh token.
func newFake(t testing.TB) *fake {
	f := &fake{
		users:    map[string]*fakeUser{"retool": {Status: "CONFIRMED"}},
		sessions: map[string]*fakeSession{refreshToken(1): {user: "retool"}},
		faults:   map[string]fault{},
		minutes:  60,
	}
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	f.environment = append(projecttest.StandInForAWS(t, f),
		"AWS_ACCESS_KEY_ID=AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY=example", "AWS_MAX_ATTEMPTS=1")
	return f
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	switch target := r.Header.Get("X-Amz-Target"); {
	case target != "":
		f.serveCognito(w, r, strings.TrimPrefix(target, "AWSCognitoIdentityProviderService."), body)
	case r.URL.Path == "/":
		f.serveCloudFormation(w, body)
	default:
		f.serveAPI(w, r)
	}
}

func answer(w http.ResponseWriter, status int, body any) {
	w.WriteHeader(status)
	if text, ok := body.(string); ok {
		io.WriteString(w, text)
		return
	}
	json.NewEncoder(w).Encode(body)
}

// serveAPI is the gateway and, behind it, the Lambda.
func (f *fake) serveAPI(w http.ResponseWriter, r *http.Request) {
	if fault, ok := f.faults["gateway"]; ok {
		fault.answer(w)
		return
	}
	parts := strings.Split(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), ".")
	if len(parts) != 3 || parts[2] != fakeSignature {
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		answer(w, http.StatusUnauthorized, `{"message":"Unauthorized"}`)
		return
	}
	claims, _ := base64.RawURLEncoding.DecodeString(parts[1])
	if !strings.Contains(string(claims), `"token_use":"access"`) {
		answer(w, http.StatusForbidden, `{"message":"Forbidden"}`)
		return
	}
	if fault, ok := f.faults["API"]; ok {
		fault.answer(w)
		return
	}
	answer(w, http.StatusOK, `{"username":"retool"}`)
}

// serveCloudFormation answers in AWS's XML query protocol.
func (f *fake) serveCloudFormation(w http.ResponseWriter, body []byte) {
	input, _ := url.ParseQuery(string(body))
	action, name := input.Get("Action"), input.Get("StackName")
	f.calls = append(f.calls, action+" "+name)
	if fault, ok := f.faults[action]; ok {
		fault.answer(w)
		return
	}
	outputs := map[string]string{
		"BaseUrl": f.URL, "TokenUrl": f.URL + "/", "ClientId": fakeClient, "UserPoolId": fakePool, "Region": "eu-west-1",
	}
	switch name {
	case "RetoolApi":
	case "RetoolApi-local", "RetoolApi-local-blue":
		outputs["BaseUrl"] = "https://abc123.execute-api.us-east-1.amazonaws.com"
	default:
		answer(w, http.StatusBadRequest, xmlError("ValidationError", "Stack with id "+name+" does not exist"))
		return
	}
	maps.Copy(outputs, f.outputs)
	var members strings.Builder
	for key, value := range outputs {
		fmt.Fprintf(&members, "<member><OutputKey>%s</OutputKey><OutputValue>", key)
		xml.EscapeText(&members, []byte(value))
		members.WriteString("</OutputValue></member>")
	}
	answer(w, http.StatusOK, fmt.Sprintf("<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>%s</StackName>"+
		"<StackStatus>CREATE_COMPLETE</StackStatus><Outputs>%s</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>", name, &members))
}

func xmlError(code, message string) string {
	var text strings.Builder
	xml.EscapeText(&text, []byte(message))
	return fmt.Sprintf("<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error></ErrorResponse>", code, &text)
}

func jsonError(errorType, message string) string {
	text, _ := json.Marshal(map[string]string{"__type": errorType, "message": message})
	return string(text)
}

// cognitoInput is what the commands send to the user pool.
type cognitoInput struct {
	UserPoolId, ClientId, Username, Password, TemporaryPassword, MessageAction, AuthFlow, RefreshToken, PaginationToken string
	Permanent                                                                                                           bool
	AuthParameters                                                                                                      map[string]string
}

// String returns the part of the input that a list of calls shows. It contains no
// secret.
func (in cognitoInput) String() string {
	text := strings.Join(strings.Fields(in.Username+" "+in.AuthFlow+" "+in.MessageAction), " ")
	if in.Permanent {
		text += " permanent"
	}
	return text
}

// serveCognito answers in AWS's JSON protocol. As in Cognito, the requests for
// tokens are not signed, and all others are.
func (f *fake) serveCognito(w http.ResponseWriter, r *http.Request, action string, body []byte) {
	var in cognitoInput
	if err := json.Unmarshal(body, &in); err != nil {
		answer(w, http.StatusBadRequest, jsonError("SerializationException", ""))
		return
	}
	f.calls = append(f.calls, strings.TrimSpace(action+" "+in.String()))
	defer f.othersAct(action)
	signed := strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 ")
	forTokens := action == "InitiateAuth" || action == "GetTokensFromRefreshToken"
	fault, faulty := f.faults[action]
	switch {
	case faulty:
		fault.answer(w)
	case signed == forTokens:
		answer(w, http.StatusBadRequest, jsonError("InvalidParameterException", "must be signed, or must not"))
	case forTokens:
		f.issueTokens(w, in)
	case in.UserPoolId != fakePool:
		answer(w, http.StatusBadRequest, jsonError("ResourceNotFoundException", "User pool "+in.UserPoolId+" does not exist."))
	case action == "DescribeUserPoolClient":
		answer(w, http.StatusOK, map[string]any{"UserPoolClient": map[string]any{
			"ExplicitAuthFlows":   []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
			"AccessTokenValidity": 60, "RefreshTokenValidity": 365,
			"TokenValidityUnits": map[string]string{"AccessToken": "minutes", "RefreshToken": "days"},
		}})
	case action == "ListUsers":
		f.listUsers(w, in)
	default:
		f.manageUser(w, action, in)
	}
}

// listUsers answers with one user a page, so that every page counts.
func (f *fake) listUsers(w http.ResponseWriter, in cognitoInput) {
	names := slices.Sorted(maps.Keys(f.users))
	at := 0
	if in.PaginationToken != "" {
		at, _ = strconv.Atoi(in.PaginationToken)
	}
	page := map[string]any{"Users": []any{}}
	if at < len(names) {
		user := f.users[names[at]]
		page["Users"] = []any{map[string]any{"Username": names[at], "UserStatus": user.Status, "Enabled": !user.Disabled, "UserCreateDate": 1764061200}}
	}
	if at+1 < len(names) {
		page["PaginationToken"] = strconv.Itoa(at + 1)
	}
	answer(w, http.StatusOK, page)
}

func (f *fake) manageUser(w http.ResponseWriter, action string, in cognitoInput) {
	in.Username = strings.ToLower(in.Username) // the pool ignores case
	user := f.users[in.Username]
	switch {
	case action == "AdminCreateUser" && user != nil:
		answer(w, http.StatusBadRequest, jsonError("UsernameExistsException", "User account already exists"))
		return
	case action == "AdminCreateUser" && in.TemporaryPassword != "" && len(in.TemporaryPassword) < 12,
		action == "AdminSetUserPassword" && user != nil && len(in.Password) < 12:
		answer(w, http.StatusBadRequest, jsonError("InvalidPasswordException", "Password did not conform with policy: Password not long enough"))
		return
	case action == "AdminCreateUser":
		f.users[in.Username] = &fakeUser{Status: "FORCE_CHANGE_PASSWORD"}
	case user == nil:
		answer(w, http.StatusBadRequest, jsonError("UserNotFoundException", "User does not exist."))
		return
	case action == "AdminSetUserPassword" && in.Permanent:
		user.Password, user.Status = in.Password, "CONFIRMED"
	case action == "AdminEnableUser", action == "AdminDisableUser":
		user.Disabled = action == "AdminDisableUser"
	case action == "AdminUserGlobalSignOut", action == "AdminDeleteUser":
		for _, session := range f.sessions {
			session.revoked = session.revoked || session.user == in.Username
		}
		if action == "AdminDeleteUser" {
			delete(f.users, in.Username)
		}
	case action == "AdminGetUser":
		answer(w, http.StatusOK, map[string]any{"Username": in.Username, "Enabled": !user.Disabled, "UserStatus": user.Status})
		return
	}
	answer(w, http.StatusOK, "{}")
}

// issueTokens answers InitiateAuth and GetTokensFromRefreshToken.
func (f *fake) issueTokens(w http.ResponseWriter, in cognitoInput) {
	result := map[string]string{}
	name, refusal := strings.ToLower(in.AuthParameters["USERNAME"]), ""
	user := f.users[name]
	if in.AuthFlow == "USER_PASSWORD_AUTH" {
		if user == nil || user.Password != in.AuthParameters["PASSWORD"] {
			refusal = jsonError("NotAuthorizedException", "Incorrect username or password.")
		} else {
			result["RefreshToken"] = refreshToken(len(f.sessions) + 1)
			f.sessions[result["RefreshToken"]] = &fakeSession{user: name}
		}
	} else if session := f.sessions[in.RefreshToken+in.AuthParameters["REFRESH_TOKEN"]]; session == nil {
		refusal = jsonError("NotAuthorizedException", "Invalid Refresh Token")
	} else if name = session.user; session.revoked {
		refusal = jsonError("NotAuthorizedException", "Refresh Token has been revoked")
	} else {
		user = f.users[name]
	}
	switch {
	case in.ClientId != fakeClient:
		refusal = jsonError("ResourceNotFoundException", "User pool client "+in.ClientId+" does not exist.")
	case refusal != "":
	case user.Disabled:
		refusal = jsonError("NotAuthorizedException", "User is disabled.")
	case user.Status == "UNCONFIRMED":
		refusal = jsonError("UserNotConfirmedException", "User is not confirmed.")
	case user.Status == "FORCE_CHANGE_PASSWORD":
		answer(w, http.StatusOK, map[string]any{"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": "opaque", "ChallengeParameters": map[string]string{}})
		return
	}
	if refusal != "" {
		answer(w, http.StatusBadRequest, refusal)
		return
	}
	result["AccessToken"] = f.token("access", name)
	if !f.withoutID {
		result["IdToken"] = f.token("id", name)
	}
	answer(w, http.StatusOK, map[string]any{"AuthenticationResult": result, "ChallengeParameters": map[string]string{}})
}

// token returns a JSON Web Token without a real signature.
func (f *fake) token(use, user string) string {
	now := time.Now()
	claims, _ := json.Marshal(map[string]any{
		"token_use": use, "username": user, "client_id": fakeClient,
		"iat": now.Unix(), "exp": now.Unix() + int64(f.minutes)*60, "auth_time": now.Add(-f.signedInAgo).Unix(),
	})
	return "eyJhbGciOiJub25lIn0." + base64.RawURLEncoding.EncodeToString(claims) + "." + fakeSignature
}
