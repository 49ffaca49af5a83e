package dynamo

import (
	"crypto/sha256"
	"encoding/base64"

	"github.com/google/uuid"

	"retoolapi/lambda/items"
)

// A cursor is the id of the last item on the page before, 16 bytes, and 8 bytes
// of a checksum over it and the table's name, in base64: 32 characters. The
// checksum catches mistakes, such as the cursor of another deployment; it keeps
// no secret and needs none, because every user may read the whole list.

// encodeCursor returns the cursor of the page that begins after the item with this id.
func (s *Store) encodeCursor(id uuid.UUID) string {
	sum := sha256.Sum256([]byte("items after " + id.String() + " in " + s.table))
	return base64.RawURLEncoding.EncodeToString(append(id[:], sum[:8]...))
}

// decodeCursor returns the id of the item after which the page of a cursor begins,
// or items.ErrCursor.
func (s *Store) decodeCursor(cursor string) (string, error) {
	data, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(data) < len(uuid.UUID{}) {
		return "", items.ErrCursor
	}
	// base64 has several forms of one value; only the one given out is good.
	id := uuid.UUID(data[:len(uuid.UUID{})])
	if s.encodeCursor(id) != cursor {
		return "", items.ErrCursor
	}
	return id.String(), nil
}
