package api_test

import (
	"context"
	"slices"
	"sync"

	"retoolapi/lambda/items"
)

// memory is an items.Store without a table behind it, and with faults on demand.
type memory struct {
	mu    sync.Mutex
	items []items.Item // Oldest first.
	keys  map[string]memoryKey

	fault  error // Of every call.
	panics any   // In every call.
	hangs  bool  // Until the context's end.
}

type memoryKey struct {
	digest string
	item   items.Item
}

// exampleItem is the item that the examples in the OpenAPI document are about.
var exampleItem = items.Item{ID: "019ab1f0-6f5c-7c1e-9d53-0b8a4f2c6e11", Name: "Blue paint", Version: 3}

func newMemory() *memory {
	m := &memory{}
	m.reset()
	return m
}

// reset forgets everything but the given items.
func (m *memory) reset(kept ...items.Item) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.items, m.keys = kept, map[string]memoryKey{}
	m.fault, m.panics, m.hangs = nil, nil, false
}

// begin locks the store and brings its faults about.
func (m *memory) begin(ctx context.Context) error {
	m.mu.Lock()
	if m.panics != nil {
		panic(m.panics)
	}
	if m.hangs {
		<-ctx.Done()
		return items.ErrUnavailable
	}
	return m.fault
}

func (m *memory) index(id string) (int, error) {
	i := slices.IndexFunc(m.items, func(item items.Item) bool { return item.ID == id })
	if i < 0 {
		return 0, items.ErrNotFound
	}
	return i, nil
}

func (m *memory) List(ctx context.Context, limit int, cursor string) (items.Page, error) {
	defer m.mu.Unlock()
	if err := m.begin(ctx); err != nil {
		return items.Page{}, err
	}
	end := len(m.items)
	if cursor != "" {
		i, err := m.index(cursor)
		if err != nil {
			return items.Page{}, items.ErrCursor
		}
		end = i
	}
	start := max(0, end-limit)
	page := items.Page{Items: slices.Clone(m.items[start:end])}
	slices.Reverse(page.Items)
	if start > 0 {
		page.Next = m.items[start].ID
	}
	if page.Items == nil {
		page.Items = []items.Item{}
	}
	return page, nil
}

func (m *memory) Get(ctx context.Context, id string) (items.Item, error) {
	defer m.mu.Unlock()
	if err := m.begin(ctx); err != nil {
		return items.Item{}, err
	}
	i, err := m.index(id)
	if err != nil {
		return items.Item{}, err
	}
	return m.items[i], nil
}

func (m *memory) Create(ctx context.Context, item items.Item, once *items.Once) (items.Item, error) {
	defer m.mu.Unlock()
	if err := m.begin(ctx); err != nil {
		return items.Item{}, err
	}
	if once != nil {
		key := once.Owner + " " + once.Key
		if first, used := m.keys[key]; used && first.digest != once.Digest {
			return items.Item{}, items.ErrKeyReused
		} else if used {
			return first.item, nil
		}
		m.keys[key] = memoryKey{once.Digest, item}
	}
	m.items = append(m.items, item)
	return item, nil
}

func (m *memory) Update(ctx context.Context, change items.Change) (items.Item, error) {
	defer m.mu.Unlock()
	if err := m.begin(ctx); err != nil {
		return items.Item{}, err
	}
	i, err := m.index(change.ID)
	if err != nil {
		return items.Item{}, err
	}
	item := &m.items[i]
	if item.Version != change.Version {
		return items.Item{}, &items.StaleError{Current: *item}
	}
	if change.Name != nil {
		item.Name = *change.Name
	}
	if change.Quantity != nil {
		item.Quantity = *change.Quantity
	}
	if change.Note != nil {
		item.Note = *change.Note
	}
	item.Version++
	item.UpdatedBy, item.UpdatedAt = change.By, change.At
	return *item, nil
}

func (m *memory) Delete(ctx context.Context, id string, version int) error {
	defer m.mu.Unlock()
	if err := m.begin(ctx); err != nil {
		return err
	}
	i, err := m.index(id)
	if err != nil {
		return err
	}
	if version != 0 && m.items[i].Version != version {
		return &items.StaleError{Current: m.items[i]}
	}
	m.items = slices.Delete(m.items, i, i+1)
	return nil
}
