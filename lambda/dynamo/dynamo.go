// Package dynamo keeps the items in a DynamoDB table.
//
// The table's keys are kind (partition) and id (sort). Items have the kind
// "item" and a UUID of version 7 as id, so one Query backwards is the list,
// newest first. The keys of idempotent creations have the kind
// "idempotency#<owner>"; expiresAt, in seconds since 1970, is the table's
// time-to-live attribute and only they have it.
//
// Every write is one conditional request: nothing is read first and written
// after.
package dynamo

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync/atomic"
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

// record is an item as the table has it.
type record struct {
	Kind      string    `dynamodbav:"kind"`
	ID        string    `dynamodbav:"id"`
	Name      string    `dynamodbav:"name"`
	Quantity  int       `dynamodbav:"quantity"`
	Note      string    `dynamodbav:"note"`
	Version   int       `dynamodbav:"version"`
	CreatedAt time.Time `dynamodbav:"createdAt"`
	CreatedBy string    `dynamodbav:"createdBy"`
	UpdatedAt time.Time `dynamodbav:"updatedAt"`
	UpdatedBy string    `dynamodbav:"updatedBy"`

	// WriteID is new with every write. A request whose answer got lost is sent
	// again by the SDK and then fails its own condition: this tells.
	WriteID string `dynamodbav:"writeId"`
}

const itemKind = "item"

type attributes = map[string]types.AttributeValue

func text(value string) types.AttributeValue { return &types.AttributeValueMemberS{Value: value} }

func number[N int | int64](value N) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(int64(value), 10)}
}

func itemKey(id string) attributes { return attributes{"kind": text(itemKind), "id": text(id)} }

func recordOf(item items.Item) record {
	return record{
		Kind: itemKind, ID: item.ID,
		Name: item.Name, Quantity: item.Quantity, Note: item.Note, Version: item.Version,
		CreatedAt: item.CreatedAt, CreatedBy: item.CreatedBy,
		UpdatedAt: item.UpdatedAt, UpdatedBy: item.UpdatedBy,
		WriteID: uuid.NewString(),
	}
}

func (r record) item() items.Item {
	return items.Item{
		ID: r.ID, Name: r.Name, Quantity: r.Quantity, Note: r.Note, Version: r.Version,
		CreatedAt: r.CreatedAt, CreatedBy: r.CreatedBy,
		UpdatedAt: r.UpdatedAt, UpdatedBy: r.UpdatedBy,
	}
}

// List implements items.Store: one Query, whose cost depends on the page alone.
func (s *Store) List(ctx context.Context, limit int, cursor string) (items.Page, error) {
	query := &dynamodb.QueryInput{
		TableName:                 &s.table,
		KeyConditionExpression:    aws.String("kind = :kind"),
		ExpressionAttributeValues: attributes{":kind": text(itemKind)},
		ScanIndexForward:          aws.Bool(false),
		ConsistentRead:            aws.Bool(true),              // Retool reloads the list right after it has saved.
		Limit:                     aws.Int32(int32(limit) + 1), // One more tells whether there is a next page.
	}
	if cursor != "" {
		after, err := s.place(cursor)
		if err != nil {
			return items.Page{}, err
		}
		query.ExclusiveStartKey = itemKey(after)
	}
	out, err := s.client.Query(ctx, query)
	if err != nil {
		return items.Page{}, storeError("list items", err)
	}
	var records []record
	if err := attributevalue.UnmarshalListOfMaps(out.Items, &records); err != nil {
		return items.Page{}, fmt.Errorf("list items: %w", err)
	}
	page := items.Page{Items: make([]items.Item, 0, limit)}
	for _, r := range records[:min(len(records), limit)] {
		page.Items = append(page.Items, r.item())
	}
	// A page also ends where DynamoDB has read 1 MB.
	if len(records) > limit || len(out.LastEvaluatedKey) > 0 && len(records) > 0 {
		page.Next = s.cursor(uuid.MustParse(page.Items[len(page.Items)-1].ID))
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
	r, err := unmarshal[record](out.Item)
	return r.item(), err
}

// Create implements items.Store.
func (s *Store) Create(ctx context.Context, item items.Item, once *items.Once) (items.Item, error) {
	stored := recordOf(item)
	values, err := attributevalue.MarshalMap(stored)
	if err != nil {
		return items.Item{}, fmt.Errorf("create an item: %w", err)
	}
	if once != nil {
		return s.createOnce(ctx, stored, values, *once)
	}
	_, err = s.client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName:           &s.table,
		Item:                values,
		ConditionExpression: aws.String("attribute_not_exists(id)"),
	})
	var exists *types.ConditionalCheckFailedException
	if errors.As(err, &exists) {
		err = nil // The id is new: only this request, sent again by the SDK, can have used it.
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
		// Through placeholders: "name" is one of DynamoDB's reserved words.
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

	out, err := s.client.UpdateItem(ctx, input)
	var failed *types.ConditionalCheckFailedException
	if errors.As(err, &failed) {
		return stale(failed.Item, writeID)
	}
	if err != nil {
		return items.Item{}, storeError("update an item", err)
	}
	r, err := unmarshal[record](out.Attributes)
	return r.item(), err
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
	var unanswered atomic.Int32
	counted := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteRequest:         func(httptrace.WroteRequestInfo) { unanswered.Add(1) },
		GotFirstResponseByte: func() { unanswered.Add(-1) },
	})
	_, err := s.client.DeleteItem(counted, input)
	var failed *types.ConditionalCheckFailedException
	if errors.As(err, &failed) {
		if len(failed.Item) == 0 && unanswered.Load() > 0 {
			return nil // An attempt before this one got through, but not its answer.
		}
		_, err = stale(failed.Item, "")
		return err
	}
	return storeError("delete an item", err)
}

// stale tells why the condition on an item's version failed, from the item that
// was found, if any. It was no failure if the item carries this very writeID.
func stale(found attributes, writeID string) (items.Item, error) {
	if len(found) == 0 {
		return items.Item{}, items.ErrNotFound
	}
	r, err := unmarshal[record](found)
	if err != nil {
		return items.Item{}, err
	}
	if r.WriteID == writeID {
		return r.item(), nil
	}
	return items.Item{}, &items.StaleError{Current: r.item()}
}

func unmarshal[R any](values attributes) (r R, err error) {
	if err = attributevalue.UnmarshalMap(values, &r); err != nil {
		err = fmt.Errorf("read a stored record: %w", err)
	}
	return r, err
}
