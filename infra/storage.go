package main

import (
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
		RemovalPolicy:       s.removalPolicy(),
		DeletionProtection:  onlyIf(s.settings.Retain),
		// Every second of the last 35 days can be restored, into a new table:
		// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html
		PointInTimeRecoverySpecification: s.recovery(),
	})
	exemptions := map[string]string{"CKV_AWS_119": "DynamoDB encrypts the table with a key of AWS; a key of one's own is billed by month and by request."}
	if !s.settings.Retain {
		exemptions["CKV_AWS_28"] = "The setting retain turns recovery on, for a stage whose data matters."
	}
	exempt(table, exemptions)
	table.Grant(s.function, *jsii.Strings(tableActions...)...)
	s.function.AddEnvironment(jsii.String("TABLE_NAME"), table.TableName(), nil)
}

// recovery returns the point-in-time recovery of a table, or nil if the stage does
// not retain its data.
func (s *Stack) recovery() *awsdynamodb.PointInTimeRecoverySpecification {
	if !s.settings.Retain {
		return nil
	}
	return &awsdynamodb.PointInTimeRecoverySpecification{PointInTimeRecoveryEnabled: jsii.Bool(true)}
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
