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

// record is an item as it is in the table.
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

	// WriteID is new with every write. The SDK sends a request again if its answer
	// got lost. The second attempt fails its condition, and WriteID tells that the
	// first was done.
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

// itemOf reads a stored item. People may also import records, and edit them in the
// console. A missing attribute is read as an empty one. An attribute of another type
// is an error, because any value in its place would be wrong.
func itemOf(stored attributes) (items.Item, error) {
	r := reader{stored: stored}
	item := items.Item{
		ID: r.id(), Name: r.text("name"), Quantity: r.number("quantity"), Note: r.text("note"), Version: r.number("version"),
		CreatedAt: r.time("createdAt"), CreatedBy: r.text("createdBy"),
		UpdatedAt: r.time("updatedAt"), UpdatedBy: r.text("updatedBy"),
	}
	if r.unreadable != "" {
		// The log gets no values, but the id, to find the record.
		return items.Item{}, fmt.Errorf("the stored item with the id %q cannot be read: %s", r.text("id"), r.unreadable)
	}
	return item, nil
}

// reader reads the attributes of a record and notes the last one that it cannot read.
type reader struct {
	stored     attributes
	unreadable string
}

func (r *reader) id() string {
	id := r.text("id")
	if !items.IsID(id) {
		r.unreadable = "the id is not a UUID as the API creates them"
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
	r.unreadable = name + " is not text"
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
	r.unreadable = name + " is not a whole number"
	return 0
}

func (r *reader) time(name string) time.Time {
	switch value := r.stored[name].(type) {
	case nil:
		return time.Time{}
	case *types.AttributeValueMemberS:
		// In UTC the year may be outside of RFC 3339, in which the API answers.
		if at, err := time.Parse(time.RFC3339, value.Value); err == nil && at.UTC().Year() >= 0 && at.UTC().Year() <= 9999 {
			return at.UTC()
		}
	}
	r.unreadable = name + " is not a time in RFC 3339"
	return time.Time{}
}

// requireReadable adds to the condition of an update that itemOf can read the
// attributes that the update does not set. Otherwise the update would be done and
// then answered with an error.
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
