package deployed

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"

	"retoolapi/infra/stage"
	"retoolapi/internal/command"
	"retoolapi/internal/visible"
)

// Resource is a resource of a stack.
type Resource struct {
	LogicalID string // in the template
	Type      string // such as AWS::DynamoDB::Table
	ID        string // in the account
}

// Retained is what stays of a stack that is deleted.
type Retained struct {
	Deployed  bool // the stack is there
	Region    string
	Resources []Resource
}

// FindRetained reads what stays of a stack: of a deployed one what its template
// retains, and of a deleted one what its last deletion left. What somebody has
// written but not deployed has no effect on it.
//
// It needs neither outputs nor an app client, because it is also for a stack whose
// deployment failed.
func FindRetained(ctx context.Context, at command.Target) (Retained, error) {
	found, err := findRetained(ctx, at)
	if err != nil {
		return Retained{}, unreachable{err}
	}
	return found, nil
}

func findRetained(ctx context.Context, at command.Target) (Retained, error) {
	cfg, _, err := reach(ctx, at)
	if err != nil {
		return Retained{}, err
	}
	client, name := cloudformation.NewFromConfig(cfg), stage.StackName(at.Stage)
	found := Retained{Region: cfg.Region}
	// A deleted stack is found by its id only, but GetTemplate may find it by its name.
	_, err = client.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &name})
	switch {
	case err == nil:
		found.Deployed = true
		found.Resources, err = retainedByTemplate(ctx, client, name)
	case missing(err):
		found.Resources, err = leftByDeletion(ctx, client, name)
	}
	if err != nil {
		return Retained{}, fmt.Errorf("stack %s: %w", name, explain(err, at, cfg.Region))
	}
	slices.SortFunc(found.Resources, func(x, y Resource) int { return strings.Compare(x.Type+x.ID, y.Type+y.ID) })
	return found, nil
}

// missing tells whether an error says that there is no such stack.
func missing(err error) bool {
	var api smithy.APIError
	return errors.As(err, &api) && api.ErrorCode() == "ValidationError" && strings.Contains(api.ErrorMessage(), "does not exist")
}

// retainedByTemplate returns the resources of a deployed stack whose policy retains
// them. CloudFormation has two such policies:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
func retainedByTemplate(ctx context.Context, client *cloudformation.Client, name string) ([]Resource, error) {
	answer, err := client.GetTemplate(ctx, &cloudformation.GetTemplateInput{StackName: &name})
	if err != nil {
		return nil, err
	}
	var template struct {
		Resources map[string]struct{ DeletionPolicy string }
	}
	if err := json.Unmarshal([]byte(aws.ToString(answer.TemplateBody)), &template); err != nil {
		return nil, fault("look at the stack in the AWS console: this project did not deploy it", "its template is not JSON: %s", visible.Text(err.Error()))
	}
	var retained []Resource
	pages := cloudformation.NewListStackResourcesPaginator(client, &cloudformation.ListStackResourcesInput{StackName: &name})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, r := range page.StackResourceSummaries {
			if r.ResourceStatus == types.ResourceStatusDeleteComplete {
				continue // of a first deployment that failed
			}
			if policy := template.Resources[aws.ToString(r.LogicalResourceId)].DeletionPolicy; policy == "Retain" || policy == "RetainExceptOnCreate" {
				retained = append(retained, resource(r.LogicalResourceId, r.ResourceType, r.PhysicalResourceId))
			}
		}
	}
	return retained, nil
}

// leftByDeletion returns the resources that the last stack of a name did not delete.
// CloudFormation tells for 90 days what became of a deleted stack, but only by its id.
func leftByDeletion(ctx context.Context, client *cloudformation.Client, name string) ([]Resource, error) {
	id, err := lastDeleted(ctx, client, name)
	if err != nil || id == "" {
		return nil, err
	}
	var left []Resource
	pages := cloudformation.NewDescribeStackEventsPaginator(client, &cloudformation.DescribeStackEventsInput{StackName: &id})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, e := range page.StackEvents {
			r := resource(e.LogicalResourceId, e.ResourceType, e.PhysicalResourceId)
			if e.ResourceStatus == types.ResourceStatusDeleteSkipped && !slices.Contains(left, r) {
				left = append(left, r)
			}
		}
	}
	return left, nil
}

// lastDeleted returns the id of the stack of a name that was deleted last, or nothing.
func lastDeleted(ctx context.Context, client *cloudformation.Client, name string) (id string, err error) {
	var last time.Time
	pages := cloudformation.NewListStacksPaginator(client, &cloudformation.ListStacksInput{StackStatusFilter: []types.StackStatus{types.StackStatusDeleteComplete}})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return "", err
		}
		for _, stack := range page.StackSummaries {
			deleted := aws.ToTime(stack.DeletionTime)
			if aws.ToString(stack.StackName) == name && (id == "" || deleted.After(last)) {
				id, last = aws.ToString(stack.StackId), deleted
			}
		}
	}
	return id, nil
}

func resource(logicalID, kind, id *string) Resource {
	return Resource{visible.Text(aws.ToString(logicalID)), visible.Text(aws.ToString(kind)), visible.Text(aws.ToString(id))}
}
