// Package dynamo stores the items in a DynamoDB table. It is a part of the sample.
//
// Change it, together with the table in infra/storage.go, to change how the items
// are stored.
//
// The table's keys are kind (partition) and id (sort). Items have the kind "item"
// and a UUID of version 7 as id, so that a Query in descending order lists the
// newest first. Idempotency keys have the kind "idempotency#<owner>". Only they have
// the attribute expiresAt, in seconds since 1970, which is the table's time-to-live
// attribute.
//
// Every write is one conditional request. No write depends on an earlier read.
package dynamo

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/uuid"

	"retoolapi/lambda/items"
)

// Store implements items.Store.
type Store struct {
	client *dynamodb.Client
	table  string
}

// List implements items.Store. It sends one Query, whose cost depends only on the
// size of the page.
func (s *Store) List(ctx context.Context, limit int, cursor string) (items.Page, error) {
	query := &dynamodb.QueryInput{
		TableName:                 &s.table,
		KeyConditionExpression:    aws.String("kind = :kind"),
		ExpressionAttributeValues: attributes{":kind": text(itemKind)},
		ScanIndexForward:          aws.Bool(false),
		ConsistentRead:            aws.Bool(true),              // Retool reloads the list immediately after a change.
		Limit:                     aws.Int32(int32(limit) + 1), // One more tells whether there is a next page.
	}
	if cursor != "" {
		after, err := s.decodeCursor(cursor)
		if err != nil {
			return items.Page{}, err
		}
		query.ExclusiveStartKey = itemKey(after)
	}
	out, err := s.client.Query(ctx, query)
	if err != nil {
		return items.Page{}, storeError("list items", err)
	}
	page := items.Page{Items: make([]items.Item, 0, limit)}
	for _, stored := range out.Items[:min(len(out.Items), limit)] {
		item, err := itemOf(stored)
		if err != nil {
			return items.Page{}, fmt.Errorf("list items: %w", err) // Without it, the list would say that the item is deleted.
		}
		page.Items = append(page.Items, item)
	}
	// DynamoDB also ends a page after 1 MB.
	if len(out.Items) > limit || len(out.LastEvaluatedKey) > 0 && len(out.Items) > 0 {
		page.Next = s.encodeCursor(uuid.MustParse(page.Items[len(page.Items)-1].ID))
	}
	return page, nil
}

// Get implements items.Store.
func (s *Store) Get(ctx context.Context, id string) (items.Item, error) {
	out, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName:      &s.table,
		Key:            itemKey(id),
		ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return items.Item{}, storeError("get an item", err)
	}
	if len(out.Item) == 0 {
		return items.Item{}, items.ErrNotFound
	}
	return itemOf(out.Item)
}

// Create implements items.Store.
func (s *Store) Create(ctx context.Context, item items.Item, key *items.IdempotencyKey) (items.Item, error) {
	values, err := attributevalue.MarshalMap(recordOf(item))
	if err != nil {
		return items.Item{}, fmt.Errorf("create an item: %w", err)
	}
	if key != nil {
		return s.createOnce(ctx, item, values, *key)
	}
	_, err = s.client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName:           &s.table,
		Item:                values,
		ConditionExpression: aws.String("attribute_not_exists(id)"),
	})
	var exists *types.ConditionalCheckFailedException
	if errors.As(err, &exists) {
		err = nil // The id is new, so this is a second attempt of the SDK: the first was done.
	}
	return item, storeError("create an item", err)
}

// Update implements items.Store.
func (s *Store) Update(ctx context.Context, change items.Change) (items.Item, error) {
	input := &dynamodb.UpdateItemInput{
		TableName:                           &s.table,
		Key:                                 itemKey(change.ID),
		ConditionExpression:                 aws.String("version = :seen"),
		ExpressionAttributeNames:            map[string]string{},
		ExpressionAttributeValues:           attributes{":seen": number(change.Version)},
		ReturnValues:                        types.ReturnValueAllNew,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
	var assignments []string
	set := func(name string, value types.AttributeValue) {
		// Placeholders are needed, because "name" is a reserved word of DynamoDB.
		assignments = append(assignments, "#"+name+" = :"+name)
		input.ExpressionAttributeNames["#"+name] = name
		input.ExpressionAttributeValues[":"+name] = value
	}
	writeID := uuid.NewString()
	set("version", number(change.Version+1))
	set("updatedAt", text(change.At.Format(time.RFC3339Nano)))
	set("updatedBy", text(change.By))
	set("writeId", text(writeID))
	if change.Name != nil {
		set("name", text(*change.Name))
	}
	if change.Quantity != nil {
		set("quantity", number(*change.Quantity))
	}
	if change.Note != nil {
		set("note", text(*change.Note))
	}
	input.UpdateExpression = aws.String("SET " + strings.Join(assignments, ", "))
	requireReadable(input)

	out, err := s.client.UpdateItem(ctx, input)
	var failed *types.ConditionalCheckFailedException
	if errors.As(err, &failed) {
		if isWrite(failed.Item, writeID) {
			return itemOf(failed.Item)
		}
		return items.Item{}, conflict(failed.Item)
	}
	if err != nil {
		return items.Item{}, storeError("update an item", err)
	}
	return itemOf(out.Attributes)
}

// Delete implements items.Store.
func (s *Store) Delete(ctx context.Context, id string, version int) error {
	input := &dynamodb.DeleteItemInput{
		TableName:                           &s.table,
		Key:                                 itemKey(id),
		ConditionExpression:                 aws.String("attribute_exists(id)"),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
	if version != 0 {
		input.ConditionExpression = aws.String("version = :version")
		input.ExpressionAttributeValues = attributes{":version": number(version)}
	}
	var lost int
	_, err := s.client.DeleteItem(ctx, input, countLostAnswers(&lost))
	var failed *types.ConditionalCheckFailedException
	if errors.As(err, &failed) {
		if len(failed.Item) == 0 && lost > 0 {
			return nil // An earlier attempt deleted the item, and its answer got lost.
		}
		return conflict(failed.Item)
	}
	return storeError("delete an item", err)
}

// isWrite tells whether the last write of a record has this id.
func isWrite(found attributes, writeID string) bool {
	id, ok := found["writeId"].(*types.AttributeValueMemberS)
	return ok && id.Value == writeID
}

// conflict returns the error of a write whose condition failed. found is the record in
// the table. It is empty if there is none.
func conflict(found attributes) error {
	if len(found) == 0 {
		return items.ErrNotFound
	}
	item, err := itemOf(found)
	if err != nil {
		return err
	}
	return &items.StaleError{Current: item}
}
