package server

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

const (
	lockName = "lock"
	lockMode = 0o600
	// lockTimeout limits the wait for the server of an emulator that was killed. That
	// server exits as soon as the kernel has closed its standard input.
	lockTimeout = 10 * time.Second
)

var errLocked = errors.New("another process uses the folder")

// lock makes this process the only server of the folder, and returns the function that
// releases it. The kernel releases the lock when the process ends. A new server therefore
// reads the outbox only after the last write of an earlier server: otherwise it would
// clear an intent that the earlier server still carries out, and the event would be lost.
func lock(path string) (release func(), err error) {
	if err := os.MkdirAll(filepath.Dir(path), folderMode); err != nil {
		return nil, fmt.Errorf("make the folder of the object store: %w", err)
	}

	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, lockMode) //nolint:gosec // A fixed name in the store's folder.
	if err != nil {
		return nil, fmt.Errorf("open the lock: %w", err)
	}

	locked := make(chan error, 1)

	go func() { locked <- flock(int(file.Fd())) }()

	select {
	case err = <-locked:
	case <-time.After(lockTimeout):
		// The file stays open for the goroutine, and the process is about to end.
		return nil, fmt.Errorf("lock %s: %w", path, errLocked)
	}

	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), file.Close())
	}

	return func() { _ = file.Close() }, nil // Nothing was written to it.
}

// flock waits for the exclusive lock of an open file. Signals interrupt the wait.
func flock(descriptor int) error {
	for {
		if err := syscall.Flock(descriptor, syscall.LOCK_EX); !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
