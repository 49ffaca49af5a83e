package localcloud

import (
	"errors"
	"io/fs"
	"os"
)

// Folder is the folder of a local cloud that a person named, or empty if they
// named none.
type Folder string

// UnmarshalText reads the name of a folder. It need not be there yet. The error
// does not repeat the text, which may be a secret in the wrong place.
func (f *Folder) UnmarshalText(text []byte) error {
	*f = Folder(text)
	info, err := os.Stat(string(text))
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.IsDir() {
		return nil
	}
	return errors.New("takes a folder, or the name of a new one")
}
