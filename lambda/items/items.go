// Package items is the sample: the items, their rules, and the interface of their
// store. It imports neither HTTP nor DynamoDB.
//
// Change it to change what an item is. The README says how to replace the items.
package items

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// Item is a stored item. Lengths are in characters (Unicode code points). Text is
// stored exactly as it was sent.
type Item struct {
	ID        string    `json:"id" format:"uuid" doc:"Created by the API: a UUID of version 7, so newer items sort after older ones." example:"019ab1f0-6f5c-7c1e-9d53-0b8a4f2c6e11"`
	Name      string    `json:"name" example:"Blue paint"`
	Quantity  int       `json:"quantity" example:"12"`
	Note      string    `json:"note" doc:"Empty if the item has no note." example:"Second shelf"`
	Version   int       `json:"version" doc:"Goes up by one with every change. Send it back with a change." example:"3"`
	CreatedAt time.Time `json:"createdAt" doc:"UTC." example:"2026-01-15T09:30:00Z"`
	CreatedBy string    `json:"createdBy" doc:"The user name in the token." example:"retool"`
	UpdatedAt time.Time `json:"updatedAt" doc:"UTC." example:"2026-01-15T10:05:21.5Z"`
	UpdatedBy string    `json:"updatedBy" doc:"The user name in the token." example:"retool"`
}

// Draft is a new item as the user enters it.
type Draft struct {
	Name     string `json:"name" minLength:"1" maxLength:"200" doc:"1 to 200 characters." example:"Blue paint"`
	Quantity int    `json:"quantity" minimum:"0" maximum:"1000000" doc:"A whole number." example:"12"`
	Note     string `json:"note,omitempty" nullable:"true" maxLength:"2000" doc:"Up to 2,000 characters." example:"Second shelf"`
}

// New returns a new item with the values of the draft. by is the user who creates it.
func New(d Draft, by string) Item {
	now := Now()
	return Item{
		ID:   uuid.Must(uuid.NewV7()).String(),
		Name: d.Name, Quantity: d.Quantity, Note: d.Note,
		Version:   1,
		CreatedAt: now, CreatedBy: by,
		UpdatedAt: now, UpdatedBy: by,
	}
}

// Now returns the time as items store it: in UTC and in milliseconds, the precision
// of JavaScript's dates.
func Now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

// IsID tells whether an item can have this id. Do not ask a store for another id: it
// may exceed the store's limits.
func IsID(text string) bool {
	id, err := uuid.Parse(text)
	return err == nil && id.String() == text
}

// Digest returns a hash of the draft. Two drafts have the same hash if they are equal
// and, for all practical purposes, only then.
func (d Draft) Digest() string {
	text, err := json.Marshal(d)
	if err != nil {
		panic(err) // A struct of strings and an int can always be encoded.
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Change is an update of one item. It sets the fields that are not nil, if the item
// is still at Version.
type Change struct {
	ID       string
	Version  int
	Name     *string
	Quantity *int
	Note     *string
	By       string
	At       time.Time
}

// IdempotencyKey identifies a creation, so that a request that is sent again creates
// nothing.
type IdempotencyKey struct {
	Owner  string // The user. Two owners may use the same value.
	Value  string // Chosen by the owner.
	Digest string // Of the draft: one key belongs to one draft.
}

// IdempotencyKeyLifetime is how long a store remembers a key.
const IdempotencyKeyLifetime = 24 * time.Hour

// Page is a part of the list, newest items first.
type Page struct {
	Items []Item
	Next  string // The cursor of the page after this one; empty on the last.
}

// Store stores items. Every method is atomic: calls at the same time have the same
// result as calls one after the other.
//
// Any method may return ErrUnavailable, at the latest when the context is done. A
// write may have been done nevertheless.
type Store interface {
	// List returns up to limit items from where the cursor points, or from the
	// newest item if the cursor is empty. It returns ErrCursor if the cursor is not
	// from this list.
	List(ctx context.Context, limit int, cursor string) (Page, error)

	// Get returns one item or ErrNotFound.
	Get(ctx context.Context, id string) (Item, error)

	// Create adds an item. If the key was used before, it adds nothing: it returns
	// the item of the first call, as it was created, or ErrKeyReused if the first
	// call had another draft. key may be nil.
	Create(ctx context.Context, item Item, key *IdempotencyKey) (Item, error)

	// Update applies a change and returns the changed item. It returns ErrNotFound,
	// or *StaleError if the item is at another version.
	Update(ctx context.Context, change Change) (Item, error)

	// Delete removes an item, at any version if version is 0. It returns
	// ErrNotFound, or *StaleError if the item is at another version.
	Delete(ctx context.Context, id string, version int) error
}

// The errors that a store returns, besides [StaleError]. Any other error is a fault
// of the store.
var (
	ErrNotFound    = errors.New("no such item")
	ErrCursor      = errors.New("not a cursor of this list")
	ErrKeyReused   = errors.New("the key was used for another item")
	ErrUnavailable = errors.New("the store is busy or cannot be reached")
)

// StaleError says that an item is not at the version that the editor saw.
type StaleError struct {
	Current Item
}

func (e *StaleError) Error() string {
	return fmt.Sprintf("the item is at version %d", e.Current.Version)
}
