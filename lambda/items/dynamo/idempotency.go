package dynamo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/uuid"

	"retoolapi/lambda/items"
)

// createOnce writes the item and the record of its key in one transaction.
func (s *Store) createOnce(ctx context.Context, item items.Item, values attributes, key items.IdempotencyKey) (items.Item, error) {
	now := time.Now()
	keyRecord := attributes{
		"kind":      text("idempotency#" + key.Owner),
		"id":        text(key.Value),
		"digest":    text(key.Digest),
		"item":      &types.AttributeValueMemberM{Value: values}, // As it was created.
		"expiresAt": number(now.Add(items.IdempotencyKeyLifetime).Unix()),
	}
	input := &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
		{Put: &types.Put{
			TableName: &s.table,
			Item:      keyRecord,
			// DynamoDB may remove an expired record days later.
			ConditionExpression:                 aws.String("attribute_not_exists(id) OR expiresAt <= :now"),
			ExpressionAttributeValues:           attributes{":now": number(now.Unix())},
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		}},
		{Put: &types.Put{
			TableName:           &s.table,
			Item:                values,
			ConditionExpression: aws.String("attribute_not_exists(id)"),
		}},
	}}
	var err error
	for attempt := 1; attempt <= maxTransactions; attempt++ {
		// Each transaction needs its own token. If the SDK creates it, it stays
		// in the input, and the next transaction would have the same.
		input.ClientRequestToken = aws.String(uuid.NewString())
		_, err = s.client.TransactWriteItems(ctx, input)
		var canceled *types.TransactionCanceledException
		if !errors.As(err, &canceled) {
			return item, storeError("create an item once", err)
		}
		if reasons := canceled.CancellationReasons; len(reasons) > 0 && aws.ToString(reasons[0].Code) == "ConditionalCheckFailed" {
			return itemCreatedWith(reasons[0].Item, key.Digest)
		}
		if !isTransient(canceled) {
			return items.Item{}, storeError("create an item once", err)
		}
		if pause(ctx, attempt) != nil {
			break
		}
	}
	return items.Item{}, fmt.Errorf("create an item once: %w: %w", items.ErrUnavailable, err)
}

// isTransient tells whether a transaction was canceled for a temporary reason: another
// request with the same key is being written, or the table is busy.
func isTransient(canceled *types.TransactionCanceledException) bool {
	return slices.ContainsFunc(canceled.CancellationReasons, func(reason types.CancellationReason) bool {
		switch aws.ToString(reason.Code) {
		case "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded":
			return true
		}
		return false
	})
}

// itemCreatedWith returns the item that was created with a key, as it was created, or
// items.ErrKeyReused if that was with another draft.
func itemCreatedWith(keyRecord attributes, digest string) (items.Item, error) {
	usedFor, hasDigest := keyRecord["digest"].(*types.AttributeValueMemberS)
	item, hasItem := keyRecord["item"].(*types.AttributeValueMemberM)
	switch {
	case !hasDigest || !hasItem:
		return items.Item{}, errors.New("create an item once: the record of the key cannot be read: digest or item is missing or of another type")
	case usedFor.Value != digest:
		return items.Item{}, items.ErrKeyReused
	}
	return itemOf(item.Value)
}

// maxTransactions is how often a canceled transaction is tried in all, within about
// two seconds.
const maxTransactions = 10

// pause waits before the next attempt. It returns the error of ctx if that is done
// first.
func pause(ctx context.Context, attempt int) error {
	select {
	case <-time.After(backoff(attempt)):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
