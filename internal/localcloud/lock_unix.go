//go:build unix

package localcloud

import (
	"fmt"
	"os"
	"syscall"
)

// lockOwner returns the emulator that has the record's lock, or nil if nobody
// has. A process that is not like an emulator (which leads a process group) is
// nobody's to signal.
func lockOwner(record *os.File) (*Emulator, error) {
	lock := syscall.Flock_t{Type: syscall.F_RDLCK}
	if err := syscall.FcntlFlock(record.Fd(), syscall.F_GETLK, &lock); err != nil {
		return nil, fmt.Errorf("ask who has locked %s: %w", record.Name(), err)
	}
	if lock.Type == syscall.F_UNLCK {
		return nil, nil
	}
	owner := Emulator{PID: int(lock.Pid), Port: int(lock.Len)}
	group, err := syscall.Getpgid(owner.PID)
	if owner.PID < 2 || err != nil || group != owner.PID || lock.Start != 0 || !valid(owner.Port) {
		return nil, fault("end that process yourself", "%s is locked by process %d, which is not the local cloud", record.Name(), owner.PID)
	}
	return &owner, nil
}
