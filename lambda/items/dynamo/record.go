package dynamo

import (
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/uuid"

	"retoolapi/lambda/items"
)

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

// itemOf reads a stored item. Records are also imported, and edited in the
// console: a missing attribute is an empty one, and one of another type makes the
// item unreadable, because nothing that could stand for it would be true.
func itemOf(stored attributes) (items.Item, error) {
	r := reader{stored: stored}
	item := items.Item{
		ID: r.id(), Name: r.text("name"), Quantity: r.number("quantity"), Note: r.text("note"), Version: r.number("version"),
		CreatedAt: r.time("createdAt"), CreatedBy: r.text("createdBy"),
		UpdatedAt: r.time("updatedAt"), UpdatedBy: r.text("updatedBy"),
	}
	if r.unreadable != "" {
		// The values stay out of the log; the id is how to find the record.
		return items.Item{}, fmt.Errorf("the stored item with the id %q cannot be read: %s", r.text("id"), r.unreadable)
	}
	return item, nil
}

// reader takes the attributes of a record and notes the last that it cannot read.
type reader struct {
	stored     attributes
	unreadable string
}

func (r *reader) id() string {
	id := r.text("id")
	if !items.IsID(id) {
		r.unreadable = "the id is no UUID as the API makes them"
	}
	return id
}

func (r *reader) text(name string) string {
	switch value := r.stored[name].(type) {
	case nil:
		return ""
	case *types.AttributeValueMemberS:
		return value.Value
	}
	r.unreadable = name + " is no text"
	return ""
}

func (r *reader) number(name string) int {
	switch value := r.stored[name].(type) {
	case nil:
		return 0
	case *types.AttributeValueMemberN:
		if number, err := strconv.Atoi(value.Value); err == nil {
			return number
		}
	}
	r.unreadable = name + " is no whole number"
	return 0
}

func (r *reader) time(name string) time.Time {
	switch value := r.stored[name].(type) {
	case nil:
		return time.Time{}
	case *types.AttributeValueMemberS:
		// In UTC the year may be one that RFC 3339, and so an answer, has not.
		if at, err := time.Parse(time.RFC3339, value.Value); err == nil && at.UTC().Year() >= 0 && at.UTC().Year() <= 9999 {
			return at.UTC()
		}
	}
	r.unreadable = name + " is no time in RFC 3339"
	return time.Time{}
}

// requireReadable adds to the condition of an update that what it leaves as it is
// has the types that itemOf reads. The update would otherwise be made and then
// answered with an error.
func requireReadable(update *dynamodb.UpdateItemInput) {
	for name, kind := range map[string]string{"name": "S", "note": "S", "createdBy": "S", "createdAt": "S", "quantity": "N"} {
		placeholder := "#" + name
		if _, changed := update.ExpressionAttributeNames[placeholder]; changed {
			continue
		}
		update.ExpressionAttributeNames[placeholder] = name
		update.ExpressionAttributeValues[":"+kind] = text(kind)
		*update.ConditionExpression += fmt.Sprintf(" AND (attribute_not_exists(%[1]s) OR attribute_type(%[1]s, :%[2]s))", placeholder, kind)
	}
}
