package dynamo

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"

	"github.com/google/uuid"

	"retoolapi/lambda/items"
)

// A cursor is the id of the last item on the page before, 16 bytes, and 8 bytes
// of a checksum over it and the table's name, in base64: 32 characters, none of
// which can be changed unnoticed. The checksum catches mistakes, such as the
// cursor of another deployment; it keeps no secret, and needs none, because
// every user may read the whole list.
const checksumSize = 8

var cursorText = base64.RawURLEncoding.Strict()

func (s *Store) checksum(id uuid.UUID) []byte {
	sum := sha256.Sum256([]byte("items after " + id.String() + " in " + s.table))
	return sum[:checksumSize]
}

// cursor returns the cursor of the page that begins after the item with this id.
func (s *Store) cursor(last string) string {
	id := uuid.MustParse(last)
	return cursorText.EncodeToString(append(id[:], s.checksum(id)...))
}

// place returns the id that a cursor stands for, or items.ErrCursor.
func (s *Store) place(cursor string) (string, error) {
	data, err := cursorText.DecodeString(cursor)
	if err != nil || len(data) != len(uuid.UUID{})+checksumSize {
		return "", items.ErrCursor
	}
	id := uuid.UUID(data[:16])
	if !bytes.Equal(data[16:], s.checksum(id)) {
		return "", items.ErrCursor
	}
	return id.String(), nil
}
