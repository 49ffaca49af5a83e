// Command lambda is the function behind the HTTP API: it answers the gateway's
// events with the operations of package api.
//
// Environment: TABLE_NAME names the items table. AWS_REGION and the credentials
// come from Lambda. AWS_ENDPOINT_URL, if set, replaces the address of DynamoDB;
// a local emulator sets it.
package main

import (
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"retoolapi/lambda/api"
	"retoolapi/lambda/items/dynamo"
)

func main() {
	log := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	store, err := dynamo.FromEnvironment(os.Getenv)
	if err != nil {
		log.Error("the function cannot start", "error", err.Error())
		os.Exit(1)
	}
	lambda.Start(api.New(log, api.Stores{Items: store}))
}
