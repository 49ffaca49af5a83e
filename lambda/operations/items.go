package operations

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"retoolapi/lambda/api"
	"retoolapi/lambda/items"
)

func registerItems(a huma.API, store items.Store) {
	s := itemOperations{store}
	conflict := &huma.Response{
		Description: "The item has changed since. Nothing was done.",
		Content: map[string]*huma.MediaType{"application/json": {
			Schema: a.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[StaleItem](), true, ""),
		}},
	}
	huma.Register(a, huma.Operation{
		OperationID: "list-items",
		Method:      http.MethodGet,
		Path:        "/items",
		Summary:     "List items",
		Description: "A page of the items, newest first. An item created or deleted meanwhile makes no other item appear twice or go missing on the pages that follow.",
		Errors:      []int{http.StatusServiceUnavailable},
		Metadata: api.FirstQuery(api.Query{
			Parameters: [][2]string{{"limit", "20"}, {"cursor", "{{ table1.pagination.afterCursor }}"}},
			Rows:       "items", NextCursor: "nextCursor",
		}),
	}, s.list)
	huma.Register(a, huma.Operation{
		OperationID:   "create-item",
		Method:        http.MethodPost,
		Path:          "/items",
		Summary:       "Create an item",
		Description:   "With an Idempotency-Key, sending the same again within 24 hours creates no second item and returns the first as it was created. The same key with another body is refused. Two users may use the same key.",
		DefaultStatus: http.StatusCreated,
		Errors:        []int{http.StatusServiceUnavailable},
	}, s.create)
	huma.Register(a, huma.Operation{
		OperationID: "get-item",
		Method:      http.MethodGet,
		Path:        "/items/{id}",
		Summary:     "Get an item",
		Description: "One item, as it is now.",
		Errors:      []int{http.StatusNotFound, http.StatusServiceUnavailable},
	}, s.get)
	huma.Register(a, huma.Operation{
		OperationID: "update-item",
		Method:      http.MethodPatch,
		Path:        "/items/{id}",
		Summary:     "Change an item",
		Description: "Changes the properties that are sent, if the item is still at the version that the editor saw. Otherwise nothing is changed, and the answer says who changed the item and holds it as it is now.",
		Responses:   map[string]*huma.Response{"409": conflict},
		Errors:      []int{http.StatusNotFound, http.StatusServiceUnavailable},
		Metadata: api.FirstQuery(api.Query{
			PathParameters: map[string]string{"id": "{{ table1.selectedRow.id }}"},
			Body: [][2]string{
				{"version", "{{ table1.selectedRow.version }}"},
				{"name", "{{ nameInput.value }}"}, {"quantity", "{{ quantityInput.value }}"}, {"note", "{{ noteInput.value }}"},
			},
		}),
	}, s.update)
	huma.Register(a, huma.Operation{
		OperationID: "delete-item",
		Method:      http.MethodDelete,
		Path:        "/items/{id}",
		Summary:     "Delete an item",
		Description: "With a version, only if the item is still at it.",
		Responses:   map[string]*huma.Response{"409": conflict},
		Errors:      []int{http.StatusNotFound, http.StatusServiceUnavailable},
	}, s.delete)
}

type itemOperations struct{ store items.Store }

type itemOutput struct{ Body items.Item }

type listItemsInput struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"How many items the page has at most." example:"20"`
	Cursor string `query:"cursor" doc:"nextCursor of the page before. Empty or left out: the first page." example:""`
}

// ItemList is a page of the items.
type ItemList struct {
	Items      []items.Item `json:"items" nullable:"false"`
	NextCursor *string      `json:"nextCursor" doc:"The cursor of the next page, as it is; null on the last." example:"AZqx8G9cfB6dUwuKTyxuEb3NcV0aQ7yI"`
}

type listItemsOutput struct{ Body ItemList }

func (s itemOperations) list(ctx context.Context, in *listItemsInput) (*listItemsOutput, error) {
	page, err := s.store.List(ctx, in.Limit, in.Cursor)
	if err != nil {
		return nil, itemError(err)
	}
	out := &listItemsOutput{ItemList{Items: page.Items}}
	if page.Next != "" {
		out.Body.NextCursor = &page.Next
	}
	return out, nil
}

type createItemInput struct {
	Key  string `header:"Idempotency-Key" pattern:"^[!-~]{1,64}$" doc:"Names this creation, for instance a UUID created when the form opens. 1 to 64 visible ASCII characters." example:"6b1f6a0e-3c55-4e1c-8f0e-0d9f7f1f0f5a"`
	Body items.Draft
}

func (s itemOperations) create(ctx context.Context, in *createItemInput) (*itemOutput, error) {
	caller := api.CallerOf(ctx)
	var key *items.IdempotencyKey
	if in.Key != "" {
		key = &items.IdempotencyKey{Owner: caller.Sub, Value: in.Key, Digest: in.Body.Digest()}
	}
	item, err := s.store.Create(ctx, items.New(in.Body, caller.Username), key)
	return &itemOutput{item}, itemError(err)
}

type getItemInput struct {
	ID string `path:"id" doc:"The item's id." example:"019ab1f0-6f5c-7c1e-9d53-0b8a4f2c6e11"`
}

func (s itemOperations) get(ctx context.Context, in *getItemInput) (*itemOutput, error) {
	if !items.IsID(in.ID) {
		return nil, itemError(items.ErrNotFound)
	}
	item, err := s.store.Get(ctx, in.ID)
	return &itemOutput{item}, itemError(err)
}

// ItemChange is a change of an item: the version that the editor saw, and the
// properties to change.
type ItemChange struct {
	Version  int                  `json:"version" minimum:"1" doc:"The version of the item that the editor saw." example:"3"`
	Name     api.Optional[string] `json:"name,omitzero" minLength:"1" maxLength:"200" example:"Blue paint"`
	Quantity api.Optional[int]    `json:"quantity,omitzero" minimum:"0" maximum:"1000000" example:"11"`
	Note     api.Optional[string] `json:"note,omitzero" nullable:"true" maxLength:"2000" doc:"Empty or null: the item has no note any more." example:"Third shelf"`
}

// faults returns the faults that the schema cannot express.
func (c ItemChange) faults() (faults []api.Fault) {
	if c.Name.Sent && c.Name.Value == nil {
		faults = append(faults, api.Fault{Location: "body.name", Message: "must be text"})
	}
	if c.Quantity.Sent && c.Quantity.Value == nil {
		faults = append(faults, api.Fault{Location: "body.quantity", Message: "must be a whole number"})
	}
	if !c.Name.Sent && !c.Quantity.Sent && !c.Note.Sent {
		faults = append(faults, api.Fault{Location: "body", Message: "needs at least one of name, quantity and note"})
	}
	return faults
}

type updateItemInput struct {
	ID   string `path:"id" doc:"The item's id." example:"019ab1f0-6f5c-7c1e-9d53-0b8a4f2c6e11"`
	Body ItemChange
}

func (s itemOperations) update(ctx context.Context, in *updateItemInput) (*itemOutput, error) {
	if faults := in.Body.faults(); len(faults) > 0 {
		return nil, api.Invalid(faults...)
	}
	if !items.IsID(in.ID) {
		return nil, itemError(items.ErrNotFound)
	}
	change := items.Change{
		ID: in.ID, Version: in.Body.Version,
		Name: in.Body.Name.Value, Quantity: in.Body.Quantity.Value, Note: in.Body.Note.Value,
		By: api.CallerOf(ctx).Username, At: items.Now(),
	}
	if in.Body.Note.Sent && change.Note == nil {
		change.Note = new(string)
	}
	item, err := s.store.Update(ctx, change)
	return &itemOutput{item}, itemError(err)
}

type deleteItemInput struct {
	ID      string `path:"id" doc:"The item's id." example:"019ab1f0-6f5c-7c1e-9d53-0b8a4f2c6e11"`
	Version int    `query:"version" minimum:"1" doc:"The version of the item that the user saw. Left out: delete the item at any version." example:"3"`
}

func (s itemOperations) delete(ctx context.Context, in *deleteItemInput) (*struct{}, error) {
	if !items.IsID(in.ID) {
		return nil, itemError(items.ErrNotFound)
	}
	return nil, itemError(s.store.Delete(ctx, in.ID, in.Version))
}

// StaleItem is the answer to an edit of an item that has changed since.
type StaleItem struct {
	Message string     `json:"message" doc:"Who changed the item, and when." example:"ana changed this item at 2026-01-15T10:05:21Z. Look at it as it is now and try again."`
	Item    items.Item `json:"item" doc:"The item as it is now."`
}

// Error implements error.
func (s *StaleItem) Error() string { return s.Message }

// GetStatus implements huma.StatusError.
func (s *StaleItem) GetStatus() int { return http.StatusConflict }

// itemError turns an error of the store into the answer.
func itemError(err error) error {
	var stale *items.StaleError
	switch {
	case errors.Is(err, items.ErrNotFound):
		return api.NotFound("There is no item with this id. It may have been deleted: reload the list.")
	case errors.As(err, &stale):
		now := stale.Current
		return &StaleItem{
			Message: fmt.Sprintf("%s changed this item at %s. Look at it as it is now and try again.",
				cmp.Or(now.UpdatedBy, "Somebody"), now.UpdatedAt.Format(time.RFC3339)),
			Item: now,
		}
	case errors.Is(err, items.ErrCursor):
		return api.BadRequest(api.Fault{Location: "query.cursor", Message: "is not from this list: send nextCursor of the page before as it is, or nothing for the first page"})
	case errors.Is(err, items.ErrKeyReused):
		return api.Invalid(api.Fault{Location: "header.Idempotency-Key", Message: "was already used for an item with other values: use a new key for every new item"})
	case errors.Is(err, items.ErrUnavailable):
		return api.Unavailable(err)
	}
	return err
}
