package deployed

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// readClient reads the real validity of the tokens, so that the sheet follows
// the deployed client and not the settings of the code at hand.
func (s *Stack) readClient(ctx context.Context) error {
	answer, err := s.cognito.DescribeUserPoolClient(ctx, &cognitoidentityprovider.DescribeUserPoolClientInput{
		UserPoolId: &s.UserPoolID, ClientId: &s.ClientID,
	})
	if err != nil {
		return err
	}
	client := answer.UserPoolClient
	if !slices.Contains(client.ExplicitAuthFlows, types.ExplicitAuthFlowsTypeAllowUserPasswordAuth) {
		return errors.New("does not allow USER_PASSWORD_AUTH: deploy the stack again")
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

// validity converts what an app client says of a token. Without a unit, access
// tokens are counted in hours and refresh tokens in days; 0 is Cognito's
// default, of an hour and of 30 days:
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolClientType.html
func validity(n int32, unit, without types.TimeUnitsType) time.Duration {
	if n == 0 {
		return map[types.TimeUnitsType]time.Duration{
			types.TimeUnitsTypeHours: time.Hour, types.TimeUnitsTypeDays: 30 * 24 * time.Hour,
		}[without]
	}
	if unit == "" {
		unit = without
	}
	return time.Duration(n) * map[types.TimeUnitsType]time.Duration{
		types.TimeUnitsTypeSeconds: time.Second,
		types.TimeUnitsTypeMinutes: time.Minute,
		types.TimeUnitsTypeHours:   time.Hour,
		types.TimeUnitsTypeDays:    24 * time.Hour,
	}[unit]
}

// EnsureUser makes the user if there is none, sets the password, so that no
// challenge stands before a sign-in, and enables the user. It sends no mail.
// It reports whether it made the user.
func (s *Stack) EnsureUser(ctx context.Context, name, password string) (made bool, err error) {
	_, err = s.cognito.AdminCreateUser(ctx, &cognitoidentityprovider.AdminCreateUserInput{
		UserPoolId: &s.UserPoolID, Username: &name,
		MessageAction: types.MessageActionTypeSuppress,
	})
	var exists *types.UsernameExistsException
	if err != nil && !errors.As(err, &exists) {
		return false, fmt.Errorf("make user %s: %w", name, err)
	}
	made = err == nil
	_, err = s.cognito.AdminSetUserPassword(ctx, &cognitoidentityprovider.AdminSetUserPasswordInput{
		UserPoolId: &s.UserPoolID, Username: &name, Password: &password, Permanent: true,
	})
	if err != nil {
		return made, fmt.Errorf("set the password of user %s: %w", name, err)
	}
	_, err = s.cognito.AdminEnableUser(ctx, &cognitoidentityprovider.AdminEnableUserInput{
		UserPoolId: &s.UserPoolID, Username: &name,
	})
	if err != nil {
		return made, fmt.Errorf("enable user %s: %w", name, err)
	}
	return made, nil
}

// NewPassword returns a random password, of 130 bits, that has a character of
// every class which the pool's policy asks for and none that would have to be
// escaped in the JSON text of a Retool body row.
func NewPassword() string { return "Aa1-" + rand.Text() }

// UserTrouble says why a user cannot sign in: there is none, it is disabled,
// or it is not confirmed. It returns "" if nothing of that is the case.
func (s *Stack) UserTrouble(ctx context.Context, name string) (string, error) {
	user, err := s.cognito.AdminGetUser(ctx, &cognitoidentityprovider.AdminGetUserInput{UserPoolId: &s.UserPoolID, Username: &name})
	var missing *types.UserNotFoundException
	switch {
	case errors.As(err, &missing):
		return fmt.Sprintf("user %s does not exist", name), nil
	case err != nil:
		return "", fmt.Errorf("look up user %s: %w", name, err)
	case !user.Enabled:
		return fmt.Sprintf("user %s is disabled", name), nil
	case user.UserStatus != types.UserStatusTypeConfirmed:
		return fmt.Sprintf("user %s has status %s, not CONFIRMED", name, user.UserStatus), nil
	}
	return "", nil
}
