package api

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"
)

// Error is the body of every error answer. Its message tells the user what to do.
// It never contains the text of an internal error.
type Error struct {
	Message string  `json:"message" example:"Correct the request: body.quantity must be a whole number."`
	Errors  []Fault `json:"errors,omitempty" nullable:"false" doc:"What is wrong with the input, and where."`

	status int
	cause  error // For the log only.
}

// Fault is one fault in the input.
type Fault struct {
	Location string `json:"location" doc:"body, path, query or header, then the name." example:"body.quantity"`
	Message  string `json:"message" example:"must be a whole number"`
}

// Error implements error. Its text is for the log.
func (e *Error) Error() string {
	if e.cause != nil {
		return e.cause.Error()
	}
	return e.Message
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.cause }

// GetStatus implements huma.StatusError.
func (e *Error) GetStatus() int { return e.status }

// GetHeaders implements huma.HeadersError.
func (e *Error) GetHeaders() http.Header {
	if e.status == http.StatusServiceUnavailable {
		return http.Header{"Retry-After": {"2"}} // Seconds.
	}
	return nil
}

// errorKinds holds for every status of an error its meaning, for the description,
// and its default message. Only the gateway answers 401, 403 and 429, with these
// messages.
var errorKinds = map[int]struct{ meaning, message string }{
	http.StatusBadRequest:            {"The request cannot be read.", "The request cannot be read"},
	http.StatusUnauthorized:          {"From the gateway: there is no access token, or it has expired.", "Unauthorized"},
	http.StatusForbidden:             {"From the gateway: the token is not an access token of this API.", "Forbidden"},
	http.StatusNotFound:              {"There is no such thing.", "There is nothing at this address: check the method and the path of the query."},
	http.StatusConflict:              {"Somebody else was faster. Nothing was done.", "Somebody else was faster: reload, and try again if it is still needed."},
	http.StatusRequestEntityTooLarge: {"The body is larger than 1 MB.", "The body is larger than 1 MB: send less."},
	http.StatusUnsupportedMediaType:  {"The body is not declared as JSON.", "The body must be JSON: set the header Content-Type to application/json."},
	http.StatusUnprocessableEntity:   {"The input breaks a rule.", "Correct the request"},
	http.StatusTooManyRequests:       {"From the gateway: too many requests at a time.", "Too Many Requests"},
	http.StatusInternalServerError:   {"A fault of the API. The log tells more under the request's id.", "The API failed. Try again; if it fails again, tell the people who run the API the time of this message."},
	http.StatusServiceUnavailable:    {"The data is busy or out of reach for the moment.", "The data is busy or out of reach for the moment. Wait a few seconds, reload, and try again if your change is not there."},
}

// operationError is huma.NewError. It creates the answer for an error that an
// operation returns with huma.Error404NotFound and the like. Below 500 the text is
// for the user, as huma's documentation shows.
func operationError(status int, text string, causes ...error) huma.StatusError {
	if status >= http.StatusInternalServerError {
		return newError(status, "", errors.Join(append(causes, errors.New(text))...))
	}
	e := newError(status, text, errors.Join(slices.DeleteFunc(slices.Clone(causes), isDetail)...))
	e.Errors = faultsOf(causes)
	return e
}

// isDetail tells whether an error is a fault in the input. Such an error quotes
// the input, which must not be logged.
func isDetail(err error) bool { return errors.As(err, new(*huma.ErrorDetail)) }

// requestError is huma.NewErrorWithContext. It creates the answer for an error that
// huma found in a request.
func requestError(_ huma.Context, status int, text string, causes ...error) huma.StatusError {
	switch {
	case status == http.StatusBadRequest && len(causes) == 0:
		return newInputError(status, Fault{"body", "is missing"})
	case status == http.StatusBadRequest, status == http.StatusUnprocessableEntity:
		return newInputError(status, faultsOf(causes)...)
	case status < http.StatusInternalServerError || len(causes) == 0:
		return newError(status, "", errors.New(text)) // The causes hold the body.
	default:
		return newError(status, "", errors.Join(causes...))
	}
}

// The limits of an error answer. It may quote names that the caller chose, and
// Lambda does not pass on an answer over 6 MB.
const (
	maxFaults      = 20
	maxFaultLength = 200 // Characters.
)

// faultsOf turns huma's details into faults, in a stable order and without the
// values that were sent.
func faultsOf(causes []error) []Fault {
	var faults []Fault
	for _, cause := range causes {
		var detail *huma.ErrorDetail
		if errors.As(cause, &detail) {
			fault, ok := decodeFault(detail.Message)
			if !ok {
				fault = Fault{detail.Location, cmp.Or(rewordings[detail.Message], detail.Message)}
			}
			faults = append(faults, Fault{shorten(fault.Location), shorten(fault.Message)})
		}
	}
	slices.SortStableFunc(faults, func(x, y Fault) int { return cmp.Compare(x.Location, y.Location) })
	return faults[:min(len(faults), maxFaults)]
}

// rewordings replaces the messages of huma that cannot be set in init.
var rewordings = map[string]string{
	"invalid integer":         "must be a whole number",
	"invalid float":           "must be a number",
	"invalid boolean":         "must be true or false",
	"unknown query parameter": "is not known here: remove it",
}

func shorten(text string) string {
	if characters := []rune(text); len(characters) > maxFaultLength {
		return string(characters[:maxFaultLength]) + "…"
	}
	return text
}

func init() {
	huma.NewError = operationError
	huma.NewErrorWithContext = requestError
	huma.ErrorFormatter = formatDecimal
	// By default huma accepts the names of JSON properties in any case.
	huma.ValidateStrictCasing = true
	// Each message continues a sentence: body.quantity must be a whole number.
	validation.MsgUnexpectedProperty = "is not known here: remove it"
	validation.MsgExpectedRequiredProperty = "needs %s"
	validation.MsgExpectedInteger = "must be a whole number"
	validation.MsgExpectedNumber = "must be a number"
	validation.MsgExpectedString = "must be text"
	validation.MsgExpectedBoolean = "must be true or false"
	validation.MsgExpectedObject = "must be an object"
	validation.MsgExpectedArray = "must be a list"
	validation.MsgExpectedMinLength = "must have %d or more characters"
	validation.MsgExpectedMaxLength = "must have %d or fewer characters"
	validation.MsgExpectedMinimumNumber = "must be %v or more"
	validation.MsgExpectedMaximumNumber = "must be %v or less"
	validation.MsgExpectedOneOf = "must be one of: %s"
	validation.MsgExpectedMatchPattern = "must match the pattern %s"
}

// formatDecimal is fmt.Sprintf with numbers as people write them: 1000000, not
// 1e+06.
func formatDecimal(format string, args ...any) string {
	for i, arg := range args {
		if number, ok := arg.(float64); ok {
			args[i] = strconv.FormatFloat(number, 'f', -1, 64)
		}
	}
	return fmt.Sprintf(format, args...)
}
