package page

import "slices"

// trouble is something that may go wrong in Retool.
type trouble struct{ Symptom, Cause, Remedy prose }

// Troubles returns what may fail with this form, in the order in which a person
// meets it.
func (p Page) Troubles() []trouble {
	troubles := slices.Concat(p.refused(), p.challenged(), p.sentAsText())
	troubles = append(troubles,
		trouble{
			say("“Test auth workflow” answers ResourceNotFoundException"),
			say("No app client has this ClientId in the region that the URL names. One of the two is mistyped, or the stack was deleted and deployed again."),
			say("Copy ClientId and URL again. After a new deployment print the form again: `%s`.", p.Connect()),
		},
		trouble{
			say("“Test auth workflow” answers UnknownOperationException or something that is not JSON"),
			say("The method, the URL or one of the two headers differs from this page."),
			say("Copy the URL, Content-Type and X-Amz-Target again and choose POST."),
		},
		trouble{
			say("The tests pass, but queries answer 401 or 403"),
			say("The header Authorization does not carry the access token. The variable's name differs from the name in the header, or the name is in {{ }}, or the variable holds the id token."),
			say("Compare the header Authorization and the step “Define a variable” with this page. The reference must end in AccessToken."),
		},
		trouble{
			say("Queries answer 404"),
			say("The Base URL is another API's or ends in a slash, or the path of the query is mistyped."),
			say("Copy the Base URL again and compare the path with `openapi.yaml`."),
		},
		trouble{
			say("Queries work at first and fail after %s", p.AccessValidity()),
			say("The refresh workflow does not run: its trigger or its steps are missing, or the period is not shorter than the access token's validity."),
			say("Choose “Time-based expiration” with a period of %d seconds, then press “Test refresh auth workflow” if your Retool has it.", p.Form.Refresh.Seconds),
		})
	if p.WithPassword() {
		return troubles // nothing expires
	}
	return append(troubles, p.expired())
}

func (p Page) refused() []trouble {
	symptom := say("“Test auth workflow” answers NotAuthorizedException")
	if p.PerUser() {
		return []trouble{{
			symptom,
			say("The user name or the password is wrong, the user is disabled, or there were too many attempts."),
			say("Wait some minutes and sign in again. If that fails, set another password: `%s`.", p.addUser()),
		}}
	}
	if p.WithPassword() {
		return []trouble{{
			symptom,
			say("The password is cut off or mistyped, another `connect --sign-in password` has set another one since, or the service user is disabled or removed."),
			say("Set another password and copy it into the form: `%s`.", p.Connect()),
		}}
	}
	return []trouble{{
		symptom,
		say("The refresh token is cut off, mistyped, expired, revoked or of another app client, or its user is disabled."),
		say("Issue a new refresh token and copy it into the form: `%s`.", p.Connect()),
	}}
}

func (p Page) challenged() []trouble {
	if !p.PerUser() {
		return nil
	}
	return []trouble{{
		say("The answer has a ChallengeName and no AuthenticationResult"),
		say("The user still has the password that an administrator gave (NEW_PASSWORD_REQUIRED)."),
		say("Set a permanent password: `%s`.", p.addUser()),
	}}
}

// sentAsText is about a Retool that sends the nested value as text.
func (p Page) sentAsText() []trouble {
	symptom := say("“Test auth workflow” answers SerializationException")
	cause := say("Retool sent AuthParameters as text, not as an object.")
	if p.PerUser() {
		return []trouble{{
			symptom, cause,
			say("Compare the row with this page: braces and quotation marks belong to it, and a password with \" or \\ breaks it. If it is the same, your Retool cannot send it. Use a form with a refresh token: `%s`.", p.flat()),
		}}
	}
	if p.WithPassword() {
		return []trouble{{
			symptom, cause,
			say("Your Retool cannot send a password. A refresh token can be sent without a nested value: `%s`.", p.flat()),
		}}
	}
	if !p.isNested() {
		return nil
	}
	return []trouble{{
		symptom, cause,
		say("Print the form with a request that has no nested value: `%s`.", p.flat()),
	}}
}

func (p Page) expired() trouble {
	symptom := say("Everything worked for %s, and now every query fails", p.RefreshValidity())
	if p.PerUser() {
		return trouble{
			symptom,
			say("The person's refresh token has expired; no refresh extends it."),
			say("The person signs in again in Retool."),
		}
	}
	cause := say("The refresh token has expired; no refresh extends it.")
	if expires := p.Expires(); expires != nil {
		cause = say("The refresh token expired on %s; no refresh extends it.", *expires)
	}
	return trouble{
		symptom, cause,
		say("Issue a new refresh token and copy it into the form: `%s`.", p.Connect()),
	}
}

// addUser is the command that sets a person's password.
func (p Page) addUser() string { return p.At.Retool("user add", "NAME", "--reset-password") }

// flat is the command that prints the form with a request without a nested value.
func (p Page) flat() string { return p.Form.Commands.Flat }
