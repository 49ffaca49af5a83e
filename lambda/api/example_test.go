package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/danielgtaylor/huma/v2"

	"retoolapi/lambda/api"
)

// call sends a request of the user ana to an API with one operation, and prints the
// answer.
func call[Input, Output any](method, body string, operation func(context.Context, *Input) (*Output, error)) {
	handler := api.New(slog.New(slog.DiscardHandler), func(a huma.API) {
		huma.Register(a, huma.Operation{OperationID: "example", Method: method, Path: "/example"}, operation)
	})
	event := events.APIGatewayV2HTTPRequest{RawPath: "/example", Body: body}
	event.RequestContext.HTTP.Method = method
	event.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
		JWT: &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{Claims: map[string]string{"username": "ana", "sub": "1"}},
	}
	payload, _ := json.Marshal(event)
	out, _ := handler.Invoke(context.Background(), payload)
	var answer events.APIGatewayV2HTTPResponse
	_ = json.Unmarshal(out, &answer)
	fmt.Println(answer.StatusCode, strings.TrimSpace(answer.Body))
}

type nothing struct{}

type text struct{ Body string }

func ExampleCallerOf() {
	call(http.MethodGet, "", func(ctx context.Context, _ *nothing) (*text, error) {
		return &text{"You are " + api.CallerOf(ctx).Username}, nil
	})
	// Output: 200 "You are ana"
}

// A property that is absent keeps its value, and null removes the value.
func ExampleOptional() {
	type change struct {
		Body struct {
			Note api.Optional[string] `json:"note,omitzero" nullable:"true" maxLength:"100"`
		}
	}
	operation := func(_ context.Context, in *change) (*text, error) {
		switch note := in.Body.Note; {
		case !note.Sent:
			return &text{"the note stays"}, nil
		case note.Value == nil:
			return &text{"the note is gone"}, nil
		default:
			return &text{"the note is " + *note.Value}, nil
		}
	}
	call(http.MethodPatch, `{}`, operation)
	call(http.MethodPatch, `{"note": null}`, operation)
	call(http.MethodPatch, `{"note": "Second shelf"}`, operation)
	// Output:
	// 200 "the note stays"
	// 200 "the note is gone"
	// 200 "the note is Second shelf"
}

func ExampleNotFound() {
	call(http.MethodGet, "", func(context.Context, *nothing) (*text, error) {
		return nil, api.NotFound("There is no order with this number. It may have been deleted: reload the list.")
	})
	// Output: 404 {"message":"There is no order with this number. It may have been deleted: reload the list."}
}

func ExampleConflict() {
	call(http.MethodGet, "", func(context.Context, *nothing) (*text, error) {
		return nil, api.Conflict("ben has sent this order already: reload the list.")
	})
	// Output: 409 {"message":"ben has sent this order already: reload the list."}
}

// No tag of a property can express this rule.
func ExampleInvalid() {
	type order struct {
		Body struct {
			From int `json:"from"`
			To   int `json:"to"`
		}
	}
	call(http.MethodPost, `{"from": 2, "to": 1}`, func(_ context.Context, in *order) (*text, error) {
		if in.Body.To < in.Body.From {
			return nil, api.Invalid(api.Fault{Location: "body.to", Message: "must not be before from"})
		}
		return &text{"fine"}, nil
	})
	// Output: 422 {"message":"Correct the request: body.to must not be before from.","errors":[{"location":"body.to","message":"must not be before from"}]}
}

func ExampleBadRequest() {
	call(http.MethodGet, "", func(context.Context, *nothing) (*text, error) {
		return nil, api.BadRequest(api.Fault{Location: "query.cursor", Message: "is not from this list"})
	})
	// Output: 400 {"message":"The request cannot be read: query.cursor is not from this list.","errors":[{"location":"query.cursor","message":"is not from this list"}]}
}

// The cause is only in the log, not in the answer.
func ExampleUnavailable() {
	call(http.MethodGet, "", func(context.Context, *nothing) (*text, error) {
		return nil, api.Unavailable(errors.New("the table Orders-4711 is throttled"))
	})
	// Output: 503 {"message":"The data is busy or out of reach for the moment. Wait a few seconds, reload, and try again if your change is not there."}
}

// The commands and the CDK app read what is declared.
func ExampleOperations() {
	for _, operation := range api.Operations(func(a huma.API) {
		huma.Register(a, huma.Operation{OperationID: "greet", Method: http.MethodGet, Path: "/greetings/{name}"},
			func(context.Context, *struct {
				Name string `path:"name"`
			}) (*text, error) {
				return nil, nil
			})
	}) {
		fmt.Println(operation.Method, operation.Path, operation.ID)
	}
	// Output: GET /greetings/{name} greet
}
