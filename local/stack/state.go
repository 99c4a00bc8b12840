package stack

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
)

// What is in the data folder.
const (
	stateFile = "state.db" // executions, events, ledger, parameters
	objects   = "s3"       // buckets, as plain files
	logFolder = "logs"
)

const (
	ownerOnlyFolder = 0o700
	ownerOnlyFile   = 0o600
)

func objectsFolder(data string) string { return filepath.Join(data, objects) }

// lockTimeout is how long another process's lock on the state is waited for: it
// may be about to end.
const lockTimeout = 2 * time.Second

// openState opens the database of everything but objects. It is never synced:
// what is promised is survival of the process's death, which the operating
// system's cache gives, not of the power's.
func openState(data string) (*bbolt.DB, error) {
	if err := os.MkdirAll(data, ownerOnlyFolder); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}

	path := filepath.Join(data, stateFile)

	db, err := bbolt.Open(path, ownerOnlyFile, &bbolt.Options{
		Timeout: lockTimeout, NoSync: true, NoFreelistSync: true, FreelistType: bbolt.FreelistMapType,
	})
	if errors.Is(err, bbolt.ErrTimeout) { //nolint:staticcheck // The error of this package's own Open.
		return nil, fmt.Errorf("the data folder %s is in use by another `triptych up`: stop it, or name another folder with --data: %w", data, err)
	}

	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}

	return db, nil
}
