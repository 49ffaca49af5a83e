// Command openapi writes the OpenAPI description of the API to standard output:
//
//	go run ./scripts/openapi > openapi.yaml
package main

import (
	"log"
	"os"

	"retoolapi/lambda/api"
	"retoolapi/lambda/operations"
)

func main() {
	document, err := api.OpenAPI(operations.Stores{}.Register, "")
	if err != nil {
		log.Fatal(err)
	}
	if _, err := os.Stdout.Write(document); err != nil {
		log.Fatal(err)
	}
}
