package main

import (
	"maps"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// exempt tells checkov (make lint) which of its checks a resource does not meet, and
// why. docs/operations.md says what to set if a company needs it all the same.
// https://www.checkov.io/2.Basics/Suppressing%20and%20Skipping%20Policies.html
func exempt(construct constructs.IConstruct, reasons map[string]string) {
	var skip []map[string]string
	for _, check := range slices.Sorted(maps.Keys(reasons)) {
		skip = append(skip, map[string]string{"id": check, "comment": reasons[check]})
	}
	resource := construct.Node().DefaultChild().(awscdk.CfnResource)
	resource.AddMetadata(jsii.String("checkov"), map[string]any{"skip": skip})
}
