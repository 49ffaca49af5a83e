package api

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"
)

// The ways in which an operation refuses a request. Each is an error that the
// operation returns. Any other error is answered with a 500 that says nothing of
// its cause, which is in the log.
//
// There is none for 401 and 403: Retool takes these for an expired token, runs
// its refresh and sends the query again.

// NotFound refuses with 404, because what the request is for is not there. The
// message is for the user: a sentence that says what to do.
func NotFound(message string) error { return newError(http.StatusNotFound, message, nil) }

// Conflict refuses with 409, because of what somebody else has done meanwhile.
// The message is for the user: a sentence that says what to do.
func Conflict(message string) error { return newError(http.StatusConflict, message, nil) }

// Invalid refuses with 422, because the input breaks a rule that its type cannot
// state. The answer names the faults, of which there must be at least one.
func Invalid(faults ...Fault) error {
	return newInputError(http.StatusUnprocessableEntity, faults...)
}

// BadRequest refuses with 400, because a part of the input cannot be read. The
// answer names the faults, of which there must be at least one.
func BadRequest(faults ...Fault) error { return newInputError(http.StatusBadRequest, faults...) }

// Unavailable refuses with 503 and the advice to try again in a moment, because
// what the operation needs is busy or out of reach. The cause is for the log.
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
	// The faults may quote the input, which does not belong in the log.
	e.cause = fmt.Errorf("faults in the input: %d", len(faults))
	return e
}
