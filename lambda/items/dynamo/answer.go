package dynamo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"sync/atomic"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// requireAnswer is the middleware next to the connection, which runs at every
// attempt. It returns an error for everything but a complete answer of DynamoDB,
// such as a part of an answer or the page of a proxy. The SDK would take these for
// an empty success or for an error without another attempt. It only logs a wrong
// checksum.
var requireAnswer = middleware.DeserializeMiddlewareFunc("RequireAnswer", func(
	ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler,
) (middleware.DeserializeOutput, middleware.Metadata, error) {
	out, metadata, err := next.HandleDeserialize(ctx, in)
	response, ok := out.RawResponse.(*smithyhttp.Response)
	if err != nil || !ok {
		return out, metadata, err
	}
	body, err := bodyOf(response)
	if err == nil {
		err = checkAnswer(awsmiddleware.GetOperationName(ctx), response, body)
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	if err != nil {
		err = &smithy.DeserializationError{Err: fmt.Errorf("the answer is not from DynamoDB, or incomplete: %w", err)}
	}
	return out, metadata, err
})

// bodyOf reads the complete body of an answer.
func bodyOf(response *smithyhttp.Response) ([]byte, error) {
	defer response.Body.Close()
	// Checked before reading: after a switch of protocols the body never ends.
	if response.StatusCode != http.StatusOK && response.StatusCode < http.StatusBadRequest {
		return nil, fmt.Errorf("its status is %d", response.StatusCode)
	}
	return io.ReadAll(io.LimitReader(response.Body, maxAnswer))
}

// maxAnswer is more than the largest answer of DynamoDB: a page of 1 MB, in JSON. An
// endless body must not fill the function's memory.
const maxAnswer = 32 << 20

// requiredMembers holds the member that the answer to an operation must have. The
// other operations may answer {}: for a write, or for an item that does not exist.
var requiredMembers = map[string]string{"Query": "Items", "UpdateItem": "Attributes"}

func checkAnswer(operation string, response *smithyhttp.Response, body []byte) error {
	sum := strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10)
	if sent := response.Header.Get("X-Amz-Crc32"); sent != "" && sent != sum {
		return errors.New("its checksum is wrong")
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil || members == nil {
		return errors.New("it is not a JSON object") // The parser's error would quote the answer.
	}
	has := func(name string) bool { return len(members[name]) > 0 && string(members[name]) != "null" }
	isError := has("__type") || has("message") || has("Message")
	switch want := requiredMembers[operation]; {
	case response.StatusCode != http.StatusOK && !has("__type"):
		return errors.New("it is an error without a type")
	case response.StatusCode == http.StatusOK && isError:
		return errors.New("it is an error, but its status is 200")
	case response.StatusCode == http.StatusOK && want != "" && !has(want):
		return errors.New("it has no " + want)
	}
	return nil
}

// countLostAnswers counts the attempts of a call that may have reached the table, but
// whose outcome is not known.
func countLostAnswers(lost *int) func(*dynamodb.Options) {
	count := middleware.DeserializeMiddlewareFunc("CountLostAnswers", func(
		ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler,
	) (middleware.DeserializeOutput, middleware.Metadata, error) {
		// From the moment there is a connection, the request may be sent. That it was
		// written is told by another goroutine, perhaps only after a fast answer.
		var sent atomic.Bool
		traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
			GotConn: func(httptrace.GotConnInfo) { sent.Store(true) },
		})
		out, metadata, err := next.HandleDeserialize(traced, in)
		if sent.Load() && !outcomeIsKnown(err) {
			*lost++
		}
		return out, metadata, err
	})
	return dynamodb.WithAPIOptions(func(stack *middleware.Stack) error {
		return stack.Deserialize.Add(count, middleware.Before)
	})
}

// outcomeIsKnown tells whether it is known that an attempt was done, or that it was not
// done. After a 5xx it is not known. err is the error of the attempt, or nil.
func outcomeIsKnown(err error) bool {
	var refused smithy.APIError
	var response *smithyhttp.ResponseError
	return err == nil || errors.As(err, &refused) && errors.As(err, &response) && response.HTTPStatusCode() < http.StatusInternalServerError
}
