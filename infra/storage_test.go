package main

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheItemsTableIsDeletedWithTheStack(t *testing.T) {
	for id, table := range templateOf(t, "dev").resources(t, "AWS::DynamoDB::Table") {
		if table["DeletionPolicy"] != "Delete" || table["UpdateReplacePolicy"] != "Delete" {
			t.Errorf("%s has the policies %v and %v", id, table["DeletionPolicy"], table["UpdateReplacePolicy"])
		}
	}
}

// What settings change of the table.
func init() {
	maps.Copy(settingsTests["Retain"].changes, map[string]string{
		"Resources.Items.Metadata.checkov.skip.1.id":                                             `"CKV_AWS_28" -> `,
		"Resources.Items.Metadata.checkov.skip.1.comment":                                        `"The setting retain turns recovery on, for a stage whose data matters." -> `,
		"Resources.Items.DeletionPolicy":                                                         `"Delete" -> "RetainExceptOnCreate"`,
		"Resources.Items.UpdateReplacePolicy":                                                    `"Delete" -> "Retain"`,
		"Resources.Items.Properties.DeletionProtectionEnabled":                                   " -> true",
		"Resources.Items.Properties.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled": " -> true",
	})
	maps.Copy(settingsTests["Tags"].changes, map[string]string{
		"Resources.Items.Properties.Tags.2.Key":   ` -> "team"`,
		"Resources.Items.Properties.Tags.2.Value": ` -> "sales"`,
	})
}

func TestTheFunctionKnowsItsTable(t *testing.T) {
	tmpl := templateOf(t, "dev")
	_, function := tmpl.only(t, "AWS::Lambda::Function")
	want := object{"Variables": object{"TABLE_NAME": tmpl.ref(t, "AWS::DynamoDB::Table")}}
	if diff := cmp.Diff(want, function["Environment"]); diff != "" {
		t.Errorf("environment (-want +got):\n%s", diff)
	}
}

func TestTheFunctionMayUseItsTableAndNothingElseBesidesItsLogs(t *testing.T) {
	tmpl := templateOf(t, "dev")
	_, attached := tmpl.only(t, "AWS::IAM::Policy")
	want := policy(
		object{
			"Effect":   "Allow",
			"Action":   list{"logs:CreateLogStream", "logs:PutLogEvents"},
			"Resource": object{"Fn::GetAtt": list{logGroup(t, tmpl, "FunctionLogs"), "Arn"}},
		},
		object{
			"Effect": "Allow",
			"Action": list{"dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem",
				"dynamodb:Query", "dynamodb:UpdateItem"},
			"Resource": tmpl.attribute(t, "AWS::DynamoDB::Table", "Arn"),
		})
	if diff := cmp.Diff(want, attached["PolicyDocument"]); diff != "" {
		t.Errorf("policy (-want +got):\n%s", diff)
	}
}
