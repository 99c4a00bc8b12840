package stack

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
)

// The contents of the data folder.
const (
	stateFile  = "state.db"       // executions, events, ledger, parameters
	objects    = "s3"             // buckets, as plain files
	logFolder  = "logs"           //
	marksFile  = "evaluating"     // executions whose expressions are being evaluated
	markerFile = ".triptych-data" // marks a folder that may be removed as a whole
)

// markerText is the text of the marker file, for people.
const markerText = "This folder is the state of `triptych up`. `make clean` removes folders that have this file, and no others.\n"

const (
	ownerOnlyFolder = 0o700
	ownerOnlyFile   = 0o600
	othersMode      = 0o077
)

func objectsFolder(data string) string { return filepath.Join(data, objects) }

// lockTimeout is how long to wait for another process's lock on the state: that process
// may be about to end.
const lockTimeout = 2 * time.Second

// openData creates the data folder, or makes an existing one readable by its owner only:
// it contains originals, and keys that sign.
func openData(data string) error {
	if err := os.MkdirAll(data, ownerOnlyFolder); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}

	info, err := os.Stat(data)
	if err != nil {
		return fmt.Errorf("read the data folder: %w", err)
	}

	if info.Mode()&othersMode != 0 {
		if err := os.Chmod(data, ownerOnlyFolder); err != nil {
			return fmt.Errorf("other users can read the data folder %s, and its mode cannot be changed: choose a folder of your own with --data: %w", data, err)
		}
	}

	if err := os.WriteFile(filepath.Join(data, markerFile), []byte(markerText), ownerOnlyFile); err != nil {
		return fmt.Errorf("mark the data folder: %w", err)
	}

	return nil
}

// openState opens the database of everything except objects. The database is never
// synced. It survives the death of the process, because the operating system keeps its
// cache, but not the loss of power. A damaged file is renamed, and the start fails with
// instructions. The warning reports objects without a ledger.
func openState(data string) (db *bbolt.DB, warning string, err error) {
	if err := openData(data); err != nil {
		return nil, "", err
	}

	path := filepath.Join(data, stateFile)
	isNew := false

	switch info, err := os.Lstat(path); {
	case errors.Is(err, fs.ErrNotExist):
		isNew = true
	case err != nil:
		return nil, "", fmt.Errorf("read the state file: %w", err)
	case !info.Mode().IsRegular():
		return nil, "", fmt.Errorf("open the state file %s: it is not a regular file: move it away, or choose another folder with --data", path)
	}

	db, err = checkedState(path)
	if damage, ok := errors.AsType[*damageError](err); ok {
		return nil, "", keepAside(data, path, damage)
	}

	if err != nil {
		return nil, "", explainOpen(data, path, err)
	}

	if isNew && hasObjects(data) {
		warning = missingLedger(data)
	}

	return db, warning, nil
}

// explainOpen explains what to do about a state file that cannot be opened.
func explainOpen(data, path string, err error) error {
	switch {
	case errors.Is(err, bbolt.ErrTimeout): //nolint:staticcheck // The error of this package's own Open.
		return fmt.Errorf("the data folder %s is in use by another `triptych up`: stop it, or name another folder with --data: %w", data, err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("the state file %s cannot be read and written by this user: "+
			"change its owner or its mode, or name another folder with --data: %w", path, err)
	case errors.Is(err, errForeign):
		return fmt.Errorf("the state file %s belongs to another program: move it away, or name another folder with --data: %w", path, err)
	default:
		return fmt.Errorf("open the state file %s: %w", path, err)
	}
}

// keepAside renames a damaged file, and explains what happened and what to do next.
func keepAside(data, path string, damage *damageError) error {
	aside := path + ".damaged-" + time.Now().UTC().Format("20060102T150405Z")

	if err := os.Rename(path, aside); err != nil {
		return fmt.Errorf("the state file %s is damaged (%w), and cannot be renamed: %w", path, damage, err)
	}

	next := "the next start begins with an empty one"
	if hasObjects(data) {
		next += "; the images still exist, and `triptych backfill --local --verify` then rebuilds the ledger from the originals"
	}

	return fmt.Errorf("the state file %s is damaged: %w. It is kept as %s: %s. Start again", path, damage, aside, next)
}

// missingLedger returns a warning if there are objects without a ledger.
func missingLedger(data string) string {
	return fmt.Sprintf("%s has images, but no state file %s: the ledger and all executions are lost, or were moved away. "+
		"Put the state file back if you have it. Otherwise run `triptych backfill --local --verify`, which compares ledger, manifests and objects "+
		"and creates missing items. Do not delete variants that the ledger does not know: they may be published.", data, stateFile)
}

// errFound stops a walk.
var errFound = errors.New("found")

// hasObjects reports whether a bucket contains an object.
func hasObjects(data string) bool {
	err := filepath.WalkDir(filepath.Join(objectsFolder(data), "buckets"), func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			return errFound
		}

		return nil // Ignore a folder that cannot be read.
	})

	return errors.Is(err, errFound)
}
