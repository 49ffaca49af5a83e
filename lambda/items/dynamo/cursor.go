package dynamo

import (
	"crypto/sha256"
	"encoding/base64"

	"github.com/google/uuid"

	"retoolapi/lambda/items"
)

// A cursor is 24 bytes in base64, which are 32 characters: the id of the last item on
// the page before, and 8 bytes of a checksum of the id and the table's name. The
// checksum finds mistakes, such as the cursor of another deployment. It does not
// prevent forgery, which would gain nothing: every user may read the complete list.

// encodeCursor returns the cursor of the page after the item with this id.
func (s *Store) encodeCursor(id uuid.UUID) string {
	sum := sha256.Sum256([]byte("items after " + id.String() + " in " + s.table))
	return base64.RawURLEncoding.EncodeToString(append(id[:], sum[:8]...))
}

// decodeCursor returns the id of the item before the page of a cursor, or
// items.ErrCursor.
func (s *Store) decodeCursor(cursor string) (string, error) {
	data, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(data) < len(uuid.UUID{}) {
		return "", items.ErrCursor
	}
	// Several base64 texts have the same value. Only that of encodeCursor is valid.
	id := uuid.UUID(data[:len(uuid.UUID{})])
	if s.encodeCursor(id) != cursor {
		return "", items.ErrCursor
	}
	return id.String(), nil
}
