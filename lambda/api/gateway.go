package api

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"path"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
	"github.com/danielgtaylor/huma/v2"
)

// Handler answers the events of an API Gateway HTTP API (payload format 2.0).
//
// It does not use aws-lambda-go-api-proxy, which cannot handle every request:
//   - It parses rawPath as an encoded URL, but the gateway has decoded it already.
//     /orders/a%3Fb gets a query string, and /orders/a%0Ab an error, which the
//     gateway answers with 500.
//   - It splits header values at commas, so that the idempotency keys "a,b" and
//     "a,c" become the same.
//   - It returns an error for a body that is not base64.
//   - Its log is not JSON.
type Handler struct {
	mux     *http.ServeMux
	headers map[string]bool // Those that an operation may get.
	log     *slog.Logger
}

// answerMargin is the time between the deadline of an operation and that of the
// invocation. It is for sending the answer before Lambda kills the function.
const answerMargin = 500 * time.Millisecond

// Invoke implements lambda.Handler. It decodes the payload itself, so that a payload
// that is not an event is answered and logged too. It never fails.
func (h *Handler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-answerMargin))
		defer cancel()
	}
	entry := &logEntry{start: time.Now()}
	answer := h.answer(context.WithValue(ctx, logEntryKey{}, entry), payload, entry)
	entry.write(ctx, h.log, answer.StatusCode)
	return json.Marshal(answer)
}

func (h *Handler) answer(ctx context.Context, payload []byte, entry *logEntry) (answer events.APIGatewayV2HTTPResponse) {
	defer func() {
		if panicked := recover(); panicked != nil {
			answer = errorAnswer(newError(http.StatusInternalServerError, "", fmt.Errorf("panic: %v\n%s", panicked, debug.Stack())), entry)
		}
	}()
	var event events.APIGatewayV2HTTPRequest
	if err := json.Unmarshal(payload, &event); err != nil {
		return errorAnswer(newError(http.StatusBadRequest, "The request did not come through the API's gateway.", fmt.Errorf("decode the event: %w", err)), entry)
	}
	entry.requestID = event.RequestContext.RequestID
	caller, ok := callerFrom(event)
	if !ok {
		return errorAnswer(newError(http.StatusBadRequest, "The request has no signed-in user: send it to the API's own address, with an access token.", nil), entry)
	}
	entry.user = caller.Username
	request, err := h.requestFrom(event)
	if err != nil {
		return errorAnswer(newInputError(http.StatusBadRequest, Fault{"body", "is not valid base64"}), entry)
	}
	// Without an operation the mux would answer in plain text, and it would
	// redirect a path that is not clean.
	if _, pattern := h.mux.Handler(request); pattern == "" || path.Clean("/"+request.URL.Path) != request.URL.Path {
		return errorAnswer(newError(http.StatusNotFound, "", nil), entry)
	}
	var written response
	h.mux.ServeHTTP(&written, request.WithContext(context.WithValue(ctx, callerKey{}, caller)))
	if written.status == http.StatusUnauthorized || written.status == http.StatusForbidden {
		// Retool takes these for an expired token and sends the query again.
		return errorAnswer(newError(http.StatusInternalServerError, "", fmt.Errorf("the operation answered %d, which only the gateway may answer: use 404 or 422", written.status)), entry)
	}
	return written.answer()
}

// requestFrom creates the HTTP request of an event, with the headers that an
// operation may get.
func (h *Handler) requestFrom(event events.APIGatewayV2HTTPRequest) (*http.Request, error) {
	body := []byte(event.Body)
	if event.IsBase64Encoded {
		var err error
		if body, err = base64.StdEncoding.DecodeString(event.Body); err != nil {
			return nil, err
		}
	}
	// The gateway has decoded every escape of the path except %25.
	decoded := strings.ReplaceAll(event.RawPath, "%25", "%")
	request := &http.Request{
		Method: event.RequestContext.HTTP.Method,
		URL:    &url.URL{Path: decoded, RawQuery: event.RawQueryString},
		Header: http.Header{},
		Body:   io.NopCloser(bytes.NewReader(body)),
	}
	for name, value := range event.Headers {
		if name = http.CanonicalHeaderKey(name); h.headers[name] {
			request.Header.Set(name, value)
		}
	}
	// huma knows the media type without parameters and in lower case only.
	if mediaType, _, err := mime.ParseMediaType(request.Header.Get("Content-Type")); err == nil {
		request.Header.Set("Content-Type", mediaType)
	}
	return request, nil
}

// declaredHeaders returns the names of the request headers that an operation may
// get: those that are declared as parameters, and Content-Type. Other headers would
// reach code of huma that this API does not need. Some Accept headers, for
// instance, make huma panic after the operation has run.
func declaredHeaders(a huma.API) map[string]bool {
	names := map[string]bool{"Content-Type": true}
	for _, path := range a.OpenAPI().Paths {
		for _, op := range operationsOf(path) {
			for _, p := range op.Parameters {
				if p.In == "header" {
					names[http.CanonicalHeaderKey(p.Name)] = true
				}
			}
		}
	}
	// Not even if it is declared: the answer is always JSON.
	delete(names, "Accept")
	return names
}

// response collects what an operation writes, so that nothing of it is sent if the
// operation panics. It implements http.ResponseWriter.
type response struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *response) Header() http.Header {
	if r.header == nil {
		r.header = http.Header{}
	}
	return r.header
}

func (r *response) WriteHeader(status int) { r.status = status }

func (r *response) Write(part []byte) (int, error) { return r.body.Write(part) }

func (r *response) answer() events.APIGatewayV2HTTPResponse {
	answer := events.APIGatewayV2HTTPResponse{
		StatusCode: cmp.Or(r.status, http.StatusOK),
		Headers:    make(map[string]string, len(r.header)),
		Body:       r.body.String(),
	}
	for name, values := range r.header {
		answer.Headers[name] = strings.Join(values, ", ")
	}
	if !utf8.ValidString(answer.Body) {
		answer.Body, answer.IsBase64Encoded = base64.StdEncoding.EncodeToString(r.body.Bytes()), true
	}
	return answer
}

// errorAnswer returns the answer for an error that huma does not handle, and notes
// the error for the log.
func errorAnswer(e *Error, entry *logEntry) events.APIGatewayV2HTTPResponse {
	entry.err = e
	body, err := json.Marshal(e)
	if err != nil {
		panic(err) // Strings can always be encoded.
	}
	return events.APIGatewayV2HTTPResponse{
		StatusCode: e.status,
		Headers:    map[string]string{"Content-Type": "application/json"},
		Body:       string(body),
	}
}
