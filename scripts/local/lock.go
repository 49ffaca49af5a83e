package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// lockFile opens the file at path, making it if need be, and takes its lock,
// which lasts until every process that has the file open from here has closed
// it or ended. While another process holds the lock, lockFile waits, unless
// giveUp returns true, which makes it return nil, or an error.
func lockFile(ctx context.Context, path string, giveUp func() (bool, error)) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	report := time.Now().Add(reportDelay)
	for {
		locked, err := tryLock(file, syscall.LOCK_EX)
		if locked {
			return file, nil
		}
		enough := false
		if err == nil {
			enough, err = giveUp()
		}
		if err == nil && !enough && !sleep(ctx) {
			err = errInterrupted
		}
		if err != nil || enough {
			file.Close()
			return nil, err
		}
		if !report.IsZero() && time.Now().After(report) {
			fmt.Println("waiting for another command that starts the local cloud")
			report = time.Time{}
		}
	}
}

// tryLock takes the lock of an open file, unless another process is in the way:
// syscall.LOCK_EX to hold it alone, syscall.LOCK_SH to find out whether somebody
// does, without being in the way of others that want to know.
func tryLock(file *os.File, how int) (bool, error) {
	err := syscall.Flock(int(file.Fd()), how|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("lock %s: %w", file.Name(), err)
	}
	return true, nil
}
