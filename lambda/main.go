// Command lambda is the function behind the HTTP API: it answers the gateway's
// events with the operations of package operations.
//
// The environment variables it needs are those that the stores read when they are
// opened.
package main

import (
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"retoolapi/lambda/api"
	"retoolapi/lambda/items/dynamo"
	"retoolapi/lambda/operations"
)

func main() {
	log := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	stores, err := openStores(os.Getenv)
	if err != nil {
		log.Error("the function cannot start", "error", err.Error())
		os.Exit(1)
	}
	lambda.Start(api.New(log, stores.Register))
}

// openStores opens the stores of the operations.
func openStores(getenv func(string) string) (stores operations.Stores, err error) {
	stores.Items, err = dynamo.FromEnvironment(getenv)
	return stores, err
}
