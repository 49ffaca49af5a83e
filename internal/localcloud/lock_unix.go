//go:build unix

package localcloud

import (
	"fmt"
	"os"
	"syscall"
)

// lockOwner returns the emulator that has the record's lock, or nil if no process
// has it. An emulator leads a process group. Any other owner is an error, because
// the commands signal the process group of an emulator.
func lockOwner(record *os.File) (*Emulator, error) {
	lock := syscall.Flock_t{Type: syscall.F_RDLCK}
	if err := syscall.FcntlFlock(record.Fd(), syscall.F_GETLK, &lock); err != nil {
		return nil, fmt.Errorf("find the process that has locked %s: %w", record.Name(), err)
	}
	if lock.Type == syscall.F_UNLCK {
		return nil, nil
	}
	owner := Emulator{PID: int(lock.Pid), Port: int(lock.Len)}
	group, err := syscall.Getpgid(owner.PID)
	if owner.PID < 2 || err != nil || group != owner.PID || lock.Start != 0 || !valid(owner.Port) {
		return nil, fault("stop that process yourself", "%s is locked by process %d, which is not the local cloud", record.Name(), owner.PID)
	}
	return &owner, nil
}
