package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/jsii-runtime-go"
)

// addStorage declares the items table and lets the function use it. Its keys and
// its time-to-live attribute are those that package dynamo reads and writes. It
// is not a TableV2: that is for tables in many regions, and at every synth it
// prints two deprecation warnings of the CDK itself.
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

// tableActions are the permissions for the calls of package dynamo. Its
// TransactWriteItems needs only PutItem.
var tableActions = []string{
	"dynamodb:DeleteItem",
	"dynamodb:GetItem",
	"dynamodb:PutItem",
	"dynamodb:Query",
	"dynamodb:UpdateItem",
}
