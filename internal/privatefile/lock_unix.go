//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package privatefile

import (
	"errors"
	"os"
	"syscall"
)

// lock takes the lock of an open file for as long as it is open. It returns false
// if another one has it; where files have no locks, nobody has.
func lock(file *os.File) bool {
	err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	return !errors.Is(err, syscall.EWOULDBLOCK)
}
