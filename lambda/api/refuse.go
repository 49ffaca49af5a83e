package api

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"
)

// An operation refuses a request by returning one of these errors. Any other error
// is answered with a 500 without its cause, which is only in the log.
//
// There is no error for 401 and 403: Retool takes these for an expired token, runs
// its refresh and sends the query again.

// NotFound refuses with 404, because what the request names does not exist. The
// message is for the user: a sentence that says what to do.
func NotFound(message string) error { return newError(http.StatusNotFound, message, nil) }

// Conflict refuses with 409, because of what somebody else has done meanwhile.
// The message is for the user: a sentence that says what to do.
func Conflict(message string) error { return newError(http.StatusConflict, message, nil) }

// Invalid refuses with 422, because the input breaks a rule that its type cannot
// express. The answer names the faults. There must be at least one.
func Invalid(faults ...Fault) error {
	return newInputError(http.StatusUnprocessableEntity, faults...)
}

// BadRequest refuses with 400, because a part of the input cannot be read. The
// answer names the faults. There must be at least one.
func BadRequest(faults ...Fault) error { return newInputError(http.StatusBadRequest, faults...) }

// Unavailable refuses with 503 and the advice to try again in a moment, because a
// store is busy or cannot be reached. The cause is for the log.
func Unavailable(cause error) error { return newError(http.StatusServiceUnavailable, "", cause) }

// newError creates the answer for an error, with the message of its status unless
// one is given. The cause is logged and may be nil.
func newError(status int, message string, cause error) *Error {
	return &Error{Message: cmp.Or(message, errorKinds[status].message), status: status, cause: cause}
}

// newInputError creates the answer for faults in the input. Its message names the
// first three.
func newInputError(status int, faults ...Fault) *Error {
	var named []string
	for _, fault := range faults[:min(len(faults), 3)] {
		named = append(named, fault.Location+" "+fault.Message)
	}
	e := newError(status, errorKinds[status].message+": "+strings.Join(named, "; ")+".", nil)
	e.Errors = faults
	// The faults may quote the input, which must not be logged.
	e.cause = fmt.Errorf("faults in the input: %d", len(faults))
	return e
}
