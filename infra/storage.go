package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/jsii-runtime-go"
)

// addStorage declares the items table and lets the function use it. Its keys and
// its time-to-live attribute are those that package dynamo reads and writes. It
// is a Table, not a TableV2: that one is for tables in many regions, and prints
// two of the CDK's own deprecation warnings at every synth.
func (s *Stack) addStorage() {
	table := awsdynamodb.NewTable(s.cdk, jsii.String("Items"), &awsdynamodb.TableProps{
		PartitionKey:        &awsdynamodb.Attribute{Name: jsii.String("kind"), Type: awsdynamodb.AttributeType_STRING},
		SortKey:             &awsdynamodb.Attribute{Name: jsii.String("id"), Type: awsdynamodb.AttributeType_STRING},
		TimeToLiveAttribute: jsii.String("expiresAt"),
		BillingMode:         awsdynamodb.BillingMode_PAY_PER_REQUEST,
		RemovalPolicy:       awscdk.RemovalPolicy_DESTROY,
	})
	table.Grant(s.function, *jsii.Strings(tableActions...)...)
	s.function.AddEnvironment(jsii.String("TABLE_NAME"), table.TableName(), nil)
}

// tableActions are the DynamoDB calls that package dynamo makes. A transaction
// of puts needs no permission of its own.
var tableActions = []string{
	"dynamodb:DeleteItem",
	"dynamodb:GetItem",
	"dynamodb:PutItem",
	"dynamodb:Query",
	"dynamodb:UpdateItem",
}
