package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// asFunction is the environment variable that makes the test binary the function.
const asFunction = "RUN_AS_FUNCTION"

func TestMain(m *testing.M) {
	if os.Getenv(asFunction) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

func TestTheFunctionAnswersTheLambdaService(t *testing.T) {
	lambda := newLambda(t, request("GET", "/me"), time.Minute)
	got := lambda.answer(t,
		"TABLE_NAME=items",
		"AWS_REGION=us-east-1",
	)
	if want := `{"username":"ana","sub":"sub-of-ana"}` + "\n"; got.StatusCode != 200 || got.Body != want {
		t.Errorf("%+v", got)
	}
}

// function returns the command that runs the function with only this environment.
func function(t *testing.T, environment ...string) *exec.Cmd {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), binary)
	command.Env = append(environment, asFunction+"=1")
	return command
}

// request returns the event of a request of the user ana.
func request(method, path string) events.APIGatewayV2HTTPRequest {
	event := events.APIGatewayV2HTTPRequest{RawPath: path}
	event.RequestContext.HTTP.Method = method
	event.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
		JWT: &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{Claims: map[string]string{"username": "ana", "sub": "sub-of-ana"}},
	}
	return event
}

// lambdaService is a fake of the Lambda service. A function gets its next invocation
// from it and sends it the answer.
type lambdaService struct {
	address string
	invoked time.Time
	answers chan events.APIGatewayV2HTTPResponse
}

func newLambda(t *testing.T, event events.APIGatewayV2HTTPRequest, limit time.Duration) *lambdaService {
	service := &lambdaService{answers: make(chan events.APIGatewayV2HTTPResponse, 1)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", func(w http.ResponseWriter, r *http.Request) {
		if !service.invoked.IsZero() {
			<-r.Context().Done() // There is no second invocation.
			return
		}
		service.invoked = time.Now()
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", "1")
		w.Header().Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(service.invoked.Add(limit).UnixMilli()))
		w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:000000000000:function:f")
		_ = json.NewEncoder(w).Encode(event)
	})
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/1/response", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var answer events.APIGatewayV2HTTPResponse
		if err != nil || json.Unmarshal(body, &answer) != nil {
			t.Errorf("not an answer: %s", body)
		}
		w.WriteHeader(http.StatusAccepted)
		service.answers <- answer
	})
	server := httptest.NewServer(mux)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	service.address = strings.TrimPrefix(server.URL, "http://")
	return service
}

// answer runs the function with this environment until it answers.
func (s *lambdaService) answer(t *testing.T, environment ...string) events.APIGatewayV2HTTPResponse {
	t.Helper()
	command := function(t, append(environment, "AWS_LAMBDA_RUNTIME_API="+s.address)...)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	}()
	var answer events.APIGatewayV2HTTPResponse
	select {
	case answer = <-s.answers:
	case <-time.After(time.Minute):
		t.Fatal("there was no answer")
	}
	return answer
}
