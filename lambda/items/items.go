// Package items is the sample's subject: the items, their rules, and what they
// need of a store. It knows neither HTTP nor DynamoDB.
//
// It is changed by whoever changes what an item is. Who has a subject of their
// own takes it out, as the README says.
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

// Item is a stored item. Lengths are counted in characters (Unicode code
// points) and text is kept exactly as it was sent.
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

// Draft is what a user says of a new item.
type Draft struct {
	Name     string `json:"name" minLength:"1" maxLength:"200" doc:"1 to 200 characters." example:"Blue paint"`
	Quantity int    `json:"quantity" minimum:"0" maximum:"1000000" doc:"A whole number." example:"12"`
	Note     string `json:"note,omitempty" nullable:"true" maxLength:"2000" doc:"Up to 2,000 characters." example:"Second shelf"`
}

// New returns the item that by creates, now, from the draft.
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

// Now is the time as items have it: UTC, in milliseconds, which is as fine as
// JavaScript's dates are.
func Now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

// IsID tells whether an item can have this id. Others name no item; a store need
// not be asked, and may have limits that they exceed.
func IsID(text string) bool {
	id, err := uuid.Parse(text)
	return err == nil && id.String() == text
}

// Digest is the same for two drafts that say the same and, for all practical
// purposes, for no others.
func (d Draft) Digest() string {
	text, err := json.Marshal(d)
	if err != nil {
		panic(err) // A struct of strings and an int always has a JSON form.
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Change is an update of one item: the fields that are not nil, if the item is
// still at Version.
type Change struct {
	ID       string
	Version  int
	Name     *string
	Quantity *int
	Note     *string
	By       string
	At       time.Time
}

// IdempotencyKey makes a creation happen once, however often it is asked for.
type IdempotencyKey struct {
	Owner  string // Whose key it is: the keys of two owners never meet.
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

// Store keeps items. Every method is one atomic step: what two callers do at
// the same time has the outcome of the one doing it after the other.
//
// Any method may return ErrUnavailable, at the latest when the context ends. A
// write may have been made all the same.
type Store interface {
	// List returns up to limit items from where the cursor points, or from the
	// newest if it is empty. ErrCursor: the cursor is not from this list.
	List(ctx context.Context, limit int, cursor string) (Page, error)

	// Get returns one item or ErrNotFound.
	Get(ctx context.Context, id string) (Item, error)

	// Create adds an item. If a key is given that was used before, it adds
	// nothing and returns the item of the first time, as it was created;
	// ErrKeyReused if that was another draft.
	Create(ctx context.Context, item Item, key *IdempotencyKey) (Item, error)

	// Update applies a change and returns the item as it then is. ErrNotFound,
	// or *StaleError if the item is at another version.
	Update(ctx context.Context, change Change) (Item, error)

	// Delete removes an item; if version is not 0, only at that version.
	// ErrNotFound, or *StaleError if the item is at another version.
	Delete(ctx context.Context, id string, version int) error
}

// What a store reports. Everything else it returns is a fault of its own.
var (
	ErrNotFound    = errors.New("no such item")
	ErrCursor      = errors.New("not a cursor of this list")
	ErrKeyReused   = errors.New("the key was used for another item")
	ErrUnavailable = errors.New("the store is busy or cannot be reached")
)

// StaleError says that an item is no longer at the version its editor saw.
type StaleError struct {
	Current Item
}

func (e *StaleError) Error() string {
	return fmt.Sprintf("the item is at version %d", e.Current.Version)
}
