package deployed

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"retoolapi/internal/visible"
)

// readClient reads the validity of the tokens from the deployed app client. The
// settings in the code may differ from what is deployed.
func (s *Stack) readClient(ctx context.Context) error {
	answer, err := s.cognito.DescribeUserPoolClient(ctx, &cognitoidentityprovider.DescribeUserPoolClientInput{
		UserPoolId: &s.UserPoolID, ClientId: &s.ClientID,
	})
	if err != nil {
		return err
	}
	client := answer.UserPoolClient
	if !slices.Contains(client.ExplicitAuthFlows, types.ExplicitAuthFlowsTypeAllowUserPasswordAuth) {
		return fault(fmt.Sprintf("deploy the stack again: %s", s.at.Deploy()), "does not allow USER_PASSWORD_AUTH")
	}
	units := types.TokenValidityUnitsType{}
	if client.TokenValidityUnits != nil {
		units = *client.TokenValidityUnits
	}
	access := validity(aws.ToInt32(client.AccessTokenValidity), units.AccessToken, types.TimeUnitsTypeHours)
	refresh := validity(client.RefreshTokenValidity, units.RefreshToken, types.TimeUnitsTypeDays)
	s.AccessTokenMinutes = int(access.Minutes())
	s.RefreshTokenDays = int(refresh.Hours() / 24)
	return nil
}

// validity returns how long a token is valid, from the number and the unit that
// its app client has. Without a unit, access tokens are counted in hours and
// refresh tokens in days. 0 means Cognito's default: an hour for access tokens,
// 30 days for refresh tokens:
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolClientType.html
func validity(n int32, unit, defaultUnit types.TimeUnitsType) time.Duration {
	if n == 0 {
		return map[types.TimeUnitsType]time.Duration{
			types.TimeUnitsTypeHours: time.Hour, types.TimeUnitsTypeDays: 30 * 24 * time.Hour,
		}[defaultUnit]
	}
	if unit == "" {
		unit = defaultUnit
	}
	return time.Duration(n) * map[types.TimeUnitsType]time.Duration{
		types.TimeUnitsTypeSeconds: time.Second,
		types.TimeUnitsTypeMinutes: time.Minute,
		types.TimeUnitsTypeHours:   time.Hour,
		types.TimeUnitsTypeDays:    24 * time.Hour,
	}[unit]
}

// EnsureUser creates the user if there is none, sets a permanent password and
// enables the user. With a permanent password Cognito answers a sign-in with no
// challenge. EnsureUser sends no mail. It reports whether it created the user.
func (s *Stack) EnsureUser(ctx context.Context, name, password string) (created bool, err error) {
	err = s.CreateUser(ctx, name, password)
	if !errors.Is(err, ErrUserExists) {
		return err == nil, err
	}
	if err := s.SetPassword(ctx, name, password); err != nil {
		return false, err
	}
	return false, s.enableUser(ctx, name)
}

// CreateUser is EnsureUser for a user that must be new: it returns ErrUserExists,
// and changes nothing, if another command created it before.
func (s *Stack) CreateUser(ctx context.Context, name, password string) error {
	_, err := s.cognito.AdminCreateUser(ctx, &cognitoidentityprovider.AdminCreateUserInput{
		UserPoolId: &s.UserPoolID, Username: &name,
		MessageAction: types.MessageActionTypeSuppress,
		// So that nobody is created whose password the pool would refuse.
		TemporaryPassword: &password,
	})
	var exists *types.UsernameExistsException
	if errors.As(err, &exists) {
		return ErrUserExists
	}
	if err != nil {
		return s.failed("create user "+name, err)
	}
	if err := s.SetPassword(ctx, name, password); err != nil {
		return errors.Join(err, s.removeUnused(ctx, name))
	}
	return s.enableUser(ctx, name)
}

// removeUnused removes a user who still has the password of its creation, which is
// of no use to anybody. Who has another one is used by the command that set it.
func (s *Stack) removeUnused(ctx context.Context, name string) error {
	user, err := s.lookUp(ctx, name)
	if err != nil || user == nil || user.UserStatus != types.UserStatusTypeForceChangePassword {
		return err
	}
	return s.RemoveUser(ctx, name)
}

// SetPassword sets a permanent password. Refresh tokens outlive it.
func (s *Stack) SetPassword(ctx context.Context, name, password string) error {
	_, err := s.cognito.AdminSetUserPassword(ctx, &cognitoidentityprovider.AdminSetUserPasswordInput{
		UserPoolId: &s.UserPoolID, Username: &name, Password: &password, Permanent: true,
	})
	return s.failed("set the password of user "+name, err)
}

func (s *Stack) enableUser(ctx context.Context, name string) error {
	_, err := s.cognito.AdminEnableUser(ctx, &cognitoidentityprovider.AdminEnableUserInput{
		UserPoolId: &s.UserPoolID, Username: &name,
	})
	return s.failed("enable user "+name, err)
}

// SignIn signs a user in with a password and returns the refresh token.
func (s *Stack) SignIn(ctx context.Context, name, password string) (refreshToken string, err error) {
	answer, err := s.cognito.InitiateAuth(ctx, &cognitoidentityprovider.InitiateAuthInput{
		ClientId: &s.ClientID, AuthFlow: types.AuthFlowTypeUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": name, "PASSWORD": password},
	})
	var refusal smithy.APIError
	if errors.As(err, &refusal) {
		return "", err // the caller explains it
	}
	if err != nil {
		return "", explain(err, s.at, s.Region)
	}
	if answer.AuthenticationResult == nil {
		return "", fmt.Errorf("the sign-in cannot answer what Cognito asks for: %s", visible.Text(string(answer.ChallengeName)))
	}
	return aws.ToString(answer.AuthenticationResult.RefreshToken), nil
}

// SignOut revokes the user's refresh tokens. The access tokens are valid until
// they expire.
func (s *Stack) SignOut(ctx context.Context, name string) error {
	_, err := s.cognito.AdminUserGlobalSignOut(ctx, &cognitoidentityprovider.AdminUserGlobalSignOutInput{
		UserPoolId: &s.UserPoolID, Username: &name,
	})
	return s.failed("sign out user "+name, err)
}

// DisableUser disables the user, who can then neither sign in nor refresh.
func (s *Stack) DisableUser(ctx context.Context, name string) error {
	_, err := s.cognito.AdminDisableUser(ctx, &cognitoidentityprovider.AdminDisableUserInput{
		UserPoolId: &s.UserPoolID, Username: &name,
	})
	return s.failed("disable user "+name, err)
}

// RemoveUser deletes the user. Its refresh tokens stop working.
func (s *Stack) RemoveUser(ctx context.Context, name string) error {
	_, err := s.cognito.AdminDeleteUser(ctx, &cognitoidentityprovider.AdminDeleteUserInput{
		UserPoolId: &s.UserPoolID, Username: &name,
	})
	return s.failed("remove user "+name, err)
}

// User is a user of the pool.
type User struct {
	Name    string
	Status  string // Cognito's: CONFIRMED, UNCONFIRMED, FORCE_CHANGE_PASSWORD, …
	Enabled bool
	Created time.Time
}

// Users returns all users of the pool in the order of their names.
func (s *Stack) Users(ctx context.Context) ([]User, error) {
	var users []User
	pages := cognitoidentityprovider.NewListUsersPaginator(s.cognito, &cognitoidentityprovider.ListUsersInput{UserPoolId: &s.UserPoolID})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, s.failed("list the users", err)
		}
		for _, user := range page.Users {
			users = append(users, User{aws.ToString(user.Username), string(user.UserStatus), user.Enabled, aws.ToTime(user.UserCreateDate)})
		}
	}
	slices.SortFunc(users, func(a, b User) int { return strings.Compare(a.Name, b.Name) })
	return users, nil
}

// HasUser reports whether there is such a user.
func (s *Stack) HasUser(ctx context.Context, name string) (bool, error) {
	user, err := s.lookUp(ctx, name)
	return user != nil, err
}

// lookUp returns nil if there is no such user.
func (s *Stack) lookUp(ctx context.Context, name string) (*cognitoidentityprovider.AdminGetUserOutput, error) {
	user, err := s.cognito.AdminGetUser(ctx, &cognitoidentityprovider.AdminGetUserInput{UserPoolId: &s.UserPoolID, Username: &name})
	var missing *types.UserNotFoundException
	if errors.As(err, &missing) {
		return nil, nil
	}
	return user, s.failed("look up user "+name, err)
}

// NewPassword returns a random password of 130 bits. It has a character of every
// class that the pool's policy asks for. It has none that JSON escapes, because
// a body row of Retool's form holds the password in a JSON text.
func NewPassword() string { return "Aa1-" + rand.Text() }

// UserTrouble says why a user cannot sign in: there is none, it is disabled,
// or it is not confirmed. It returns "" if none of these is the case.
func (s *Stack) UserTrouble(ctx context.Context, name string) (string, error) {
	user, err := s.lookUp(ctx, name)
	switch {
	case err != nil:
		return "", err
	case user == nil:
		return fmt.Sprintf("user %s does not exist", name), nil
	case !user.Enabled:
		return fmt.Sprintf("user %s is disabled", name), nil
	case user.UserStatus != types.UserStatusTypeConfirmed:
		return fmt.Sprintf("user %s has status %s, not CONFIRMED", name, visible.Text(string(user.UserStatus))), nil
	}
	return "", nil
}
