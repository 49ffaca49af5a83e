package operations_test

import (
	"context"
	"slices"
	"sync"

	"retoolapi/lambda/items"
)

// memory is an items.Store in memory, which can be told to fail.
type memory struct {
	mu      sync.Mutex
	items   []items.Item                      // Oldest first.
	created map[items.IdempotencyKey]creation // By the key without its digest.
	fault   error                             // If set, every call returns it.
}

type creation struct {
	digest string
	item   items.Item
}

func newMemory(stored ...items.Item) *memory {
	return &memory{items: stored, created: map[items.IdempotencyKey]creation{}}
}

func (m *memory) index(id string) (int, error) {
	i := slices.IndexFunc(m.items, func(item items.Item) bool { return item.ID == id })
	if i < 0 {
		return 0, items.ErrNotFound
	}
	return i, nil
}

func (m *memory) List(_ context.Context, limit int, cursor string) (items.Page, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fault != nil {
		return items.Page{}, m.fault
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

func (m *memory) Get(_ context.Context, id string) (items.Item, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fault != nil {
		return items.Item{}, m.fault
	}
	i, err := m.index(id)
	if err != nil {
		return items.Item{}, err
	}
	return m.items[i], nil
}

func (m *memory) Create(_ context.Context, item items.Item, key *items.IdempotencyKey) (items.Item, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fault != nil {
		return items.Item{}, m.fault
	}
	if key != nil {
		used := *key
		used.Digest = ""
		if before, found := m.created[used]; found && before.digest != key.Digest {
			return items.Item{}, items.ErrKeyReused
		} else if found {
			return before.item, nil
		}
		m.created[used] = creation{key.Digest, item}
	}
	m.items = append(m.items, item)
	return item, nil
}

func (m *memory) Update(_ context.Context, change items.Change) (items.Item, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fault != nil {
		return items.Item{}, m.fault
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

func (m *memory) Delete(_ context.Context, id string, version int) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fault != nil {
		return m.fault
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

// exampleItems is a store that always holds the item of the examples in the OpenAPI
// description. It forgets every change.
type exampleItems struct{}

func (exampleItems) memory() *memory {
	return newMemory(items.Item{ID: "019ab1f0-6f5c-7c1e-9d53-0b8a4f2c6e11", Name: "Blue paint", Version: 3})
}

func (e exampleItems) List(ctx context.Context, limit int, cursor string) (items.Page, error) {
	return e.memory().List(ctx, limit, cursor)
}

func (e exampleItems) Get(ctx context.Context, id string) (items.Item, error) {
	return e.memory().Get(ctx, id)
}

func (e exampleItems) Create(ctx context.Context, item items.Item, key *items.IdempotencyKey) (items.Item, error) {
	return e.memory().Create(ctx, item, key)
}

func (e exampleItems) Update(ctx context.Context, change items.Change) (items.Item, error) {
	return e.memory().Update(ctx, change)
}

func (e exampleItems) Delete(ctx context.Context, id string, version int) error {
	return e.memory().Delete(ctx, id, version)
}
