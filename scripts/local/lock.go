package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"

	"retoolapi/internal/cli"
)

// lockFile opens or creates the file at path and takes its lock, which it has
// until the file is closed. While another command has the lock, lockFile waits
// and prints what the other command is doing.
func lockFile(ctx context.Context, c cli.Console, path, doing string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	err = waitUntil(ctx, c, "waiting for another command that is "+doing, func() (bool, error) { return tryLock(file) })
	if err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
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
