package form

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// ownHeaders are those that whoever sends a request writes itself, whatever a
// form says of them.
var ownHeaders = []string{
	"Connection", "Content-Length", "Expect", "Host", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization",
	"Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
}

// headerName matches what HTTP allows as the name of a header:
// https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2
var headerName = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

// checkHeader checks that a header can be sent, and as it is in the row.
func checkHeader(at ID, row Row) error {
	switch {
	case row.Key == "":
		return at.Of(KeyPart).Fault("is empty: a header has a name")
	case !headerName.MatchString(row.Key):
		return at.Of(KeyPart).Fault("is %q: the name of a header has letters, digits and hyphens only", row.Key)
	case slices.ContainsFunc(ownHeaders, func(own string) bool { return strings.EqualFold(own, row.Key) }):
		return at.Of(KeyPart).Fault("is %q: whoever sends the request sets this header itself", row.Key)
	case strings.ContainsFunc(row.Value, unicode.IsControl):
		return at.Of(ValuePart).Fault("is %q: a header has no line breaks or other control characters", row.Value)
	case strings.TrimSpace(row.Value) != row.Value:
		return at.Of(ValuePart).Fault("is %q: the space around it would not be sent", row.Value)
	}
	return nil
}

// checkHeaders checks that the one header of a query carries the access token.
func (f Form) checkHeaders() error {
	var first ID
	for i, row := range f.Headers {
		at := ResourceSection.TableRow(LabelHeaders, i+1, row.Key)
		if err := checkHeader(at, row); err != nil {
			return err
		}
		if !strings.EqualFold(row.Key, "Authorization") {
			return at.Of(KeyPart).Fault("is %q, not Authorization", row.Key)
		}
		if row.Value != authorization {
			return at.Of(ValuePart).Fault("is %q, not %q", row.Value, authorization)
		}
		if i > 0 {
			return at.Of(KeyPart).Fault("is %q, as is that of %s: only one would be sent", row.Key, first)
		}
		first = at
	}
	if len(f.Headers) == 0 {
		return ResourceSection.Input(LabelHeaders).Fault("has no row Authorization")
	}
	return nil
}

// authorization is the value of the header that carries the access token.
const authorization = "Bearer " + AccessTokenVariable
