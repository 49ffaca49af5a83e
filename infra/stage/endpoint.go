package stage

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// endpointVariable matches the variables that lead requests for AWS elsewhere: of
// all services, or of one. AWS's tools and SDKs follow them:
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
var endpointVariable = regexp.MustCompile(`^(AWS_ENDPOINT_URL(?:_[A-Z0-9_]+)?)=.`)

// CheckEndpoints refuses a stage on AWS in an environment ("KEY=value" entries) that
// leads requests elsewhere. Not all of them would: connect would create the user at
// that address, and send the password to the real one. A stage of the local cloud is
// never refused, because nothing of it follows these variables.
func CheckEndpoints(stage string, environ []string) error {
	if IsLocal(stage) {
		return nil
	}
	var set []string
	for _, entry := range environ {
		if match := endpointVariable.FindStringSubmatch(entry); match != nil {
			set = append(set, match[1])
		}
	}
	if set == nil {
		return nil
	}
	slices.Sort(set)
	names := strings.Join(slices.Compact(set), ", ")
	return elsewhere(stage, names, "unset "+names)
}

// ElsewhereByProfile refuses a stage on AWS whose requests a profile leads elsewhere.
// ways are those in which the person can name another profile.
func ElsewhereByProfile(stage, ways string) error {
	return elsewhere(stage, "the profile's endpoint_url", "take it out of ~/.aws/config, name another profile ("+ways+")")
}

// elsewhere returns the error of a stage on AWS whose requests would go to the address
// that cause names. The address itself may have a secret in it.
func elsewhere(stage, cause, remedy string) error {
	return Refusal{
		Reason: fmt.Sprintf("the stage %s is on AWS, but its requests would go to the address in %s", stage, cause),
		Remedy: remedy + OrLocal,
	}
}

// OrLocal ends the remedy of a stage that should perhaps be one of the local cloud.
const OrLocal = ", or choose a stage of the local cloud (local or local-NAME)"

// Refusal says that a stage would be on the wrong cloud.
type Refusal struct{ Reason, Remedy string }

func (r Refusal) Error() string { return r.Reason }

// Hint says what a person can do.
func (r Refusal) Hint() string { return r.Remedy }

// Misuse says that the reason is what a person typed or set.
func (Refusal) Misuse() {}
