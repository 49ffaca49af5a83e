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

// readWhole is a step of every attempt, the one next to the connection. It lets
// through only a whole answer of DynamoDB's. What is left of one that broke off,
// or the page of a proxy, the SDK takes for a success with nothing in it or for
// an error that is not worth another attempt; and it only logs a wrong checksum.
var readWhole = middleware.DeserializeMiddlewareFunc("ReadWhole", func(
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
		err = &smithy.DeserializationError{Err: fmt.Errorf("the answer is not DynamoDB's, or not all of it: %w", err)}
	}
	return out, metadata, err
})

// bodyOf reads the body of an answer to its end.
func bodyOf(response *smithyhttp.Response) ([]byte, error) {
	defer response.Body.Close()
	// Before reading: where the protocol was switched, the body has no end.
	if response.StatusCode != http.StatusOK && response.StatusCode < http.StatusBadRequest {
		return nil, fmt.Errorf("its status is %d", response.StatusCode)
	}
	return io.ReadAll(io.LimitReader(response.Body, maxAnswer))
}

// maxAnswer is more bytes than DynamoDB answers: a page of 1 MB, in JSON. What
// goes on without end must not fill the function's memory.
const maxAnswer = 32 << 20

// requiredMembers are those that the answer to an operation cannot lack. The others
// answer {}: a write that is done, an item that is not there.
var requiredMembers = map[string]string{"Query": "Items", "UpdateItem": "Attributes"}

func checkAnswer(operation string, response *smithyhttp.Response, body []byte) error {
	sum := strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10)
	if sent := response.Header.Get("X-Amz-Crc32"); sent != "" && sent != sum {
		return errors.New("its checksum is wrong")
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil || members == nil {
		return errors.New("it is not a JSON object") // The parser's error would quote it.
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

// countLostAnswers counts the attempts of a call that may have reached the table and
// whose outcome is not known.
func countLostAnswers(lost *int) func(*dynamodb.Options) {
	count := middleware.DeserializeMiddlewareFunc("CountLostAnswers", func(
		ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler,
	) (middleware.DeserializeOutput, middleware.Metadata, error) {
		var sent atomic.Bool // By the connection's own goroutine.
		traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
			WroteRequest: func(httptrace.WroteRequestInfo) { sent.Store(true) },
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

// outcomeIsKnown tells whether an attempt that ended with err was surely done or
// surely not. After a 5xx it may have been either.
func outcomeIsKnown(err error) bool {
	var refused smithy.APIError
	var response *smithyhttp.ResponseError
	return err == nil || errors.As(err, &refused) && errors.As(err, &response) && response.HTTPStatusCode() < http.StatusInternalServerError
}
