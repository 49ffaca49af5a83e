package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// lockFile opens the file at path, making it if need be, and takes its lock for
// as long as the file is open. While another command has the lock, lockFile
// waits, and says that it does: for another command that is doing something.
func lockFile(ctx context.Context, path, doing string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	start := time.Now()
	report := start.Add(reportDelay)
	for {
		locked, err := tryLock(file)
		if locked {
			return file, nil
		}
		if err == nil && !sleep(ctx) {
			err = errInterrupted
		}
		if err != nil {
			file.Close()
			return nil, err
		}
		if time.Now().After(report) {
			fmt.Printf("waiting for another command that is %s (%d s)\n", doing, int(time.Since(start).Seconds()))
			report = report.Add(reportPeriod)
		}
	}
}

// tryLock takes the lock of an open file unless another command has it.
func tryLock(file *os.File) (bool, error) {
	err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("lock %s: %w", file.Name(), err)
	}
	return true, nil
}
