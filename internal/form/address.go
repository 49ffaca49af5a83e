package form

import (
	"net/url"
	"strings"
)

// checkAddress refuses what a request would lose of an address, and a password in
// it, which an error about the address would show.
func checkAddress(at ID, address string) error {
	parsed, err := url.Parse(address)
	switch {
	case err != nil && strings.Contains(address, "@"):
		return at.Fault("is no URL, and may have a password in it, before the @")
	case err != nil:
		return nil // it is not the deployment's either, which the error says better
	case parsed.User != nil:
		return at.Fault("has a user name or a password in it, before the @")
	case parsed.RawQuery != "" || parsed.ForceQuery:
		return at.Fault("has a query, from the ? on")
	case strings.Contains(address, "#"):
		return at.Fault("has a fragment, from the # on, which no request sends")
	}
	return nil
}
