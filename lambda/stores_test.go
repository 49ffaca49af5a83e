package main

import (
	"net"
	"strings"
	"testing"
	"time"
)

func TestTheFunctionDoesNotStartWithoutATable(t *testing.T) {
	output, err := function(t, "AWS_REGION=us-east-1").Output()
	if err == nil || !strings.Contains(string(output), `"error":"TABLE_NAME is not set: it must name the items table"`) {
		t.Errorf("%v: %s", err, output)
	}
}

// The table is at an address that takes connections and never answers.
func TestTheFunctionAnswersBeforeItIsKilled(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()

	const limit = 3 * time.Second
	lambda := newLambda(t, request("GET", "/items"), limit)
	got := lambda.answer(t, "TABLE_NAME=items", "AWS_REGION=us-east-1", "AWS_ENDPOINT_URL=http://"+silent.Addr().String(),
		"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test")
	if took := time.Since(lambda.invoked); got.StatusCode != 503 || got.Headers["Retry-After"] != "2" || took > limit {
		t.Errorf("after %v: %+v", took, got)
	}
}
