package main

import (
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestTheFunctionDoesNotStartWithoutATable(t *testing.T) {
	output, err := function(t, "AWS_REGION=us-east-1").Output()
	if err == nil || !strings.Contains(string(output), `"error":"TABLE_NAME is not set: it must name the items table"`) {
		t.Errorf("%v: %s", err, output)
	}
}

// The table's address accepts connections and never answers. The invocation is too
// short for the usual four attempts.
func TestTheFunctionAnswersBeforeItIsKilled(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	var attempts atomic.Int64
	go func() {
		for {
			connection, err := silent.Accept()
			if err != nil {
				return
			}
			attempts.Add(1)
			defer connection.Close()
		}
	}()

	lambda := newLambda(t, request("GET", "/items"), 3*time.Second)
	got := lambda.answer(t, "TABLE_NAME=items", "AWS_REGION=us-east-1", "AWS_ENDPOINT_URL=http://"+silent.Addr().String(),
		"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test")
	if n := attempts.Load(); got.StatusCode != 503 || got.Headers["Retry-After"] != "2" || n == 0 || n >= 4 {
		t.Errorf("after %d attempts: %+v", n, got)
	}
}
