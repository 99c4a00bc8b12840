package stack

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
)

// damageError reports a state file that cannot be used.
type damageError struct{ what string }

func (e *damageError) Error() string { return e.what }

// errForeign reports a database that another program has created.
var errForeign = errors.New("it has none of the buckets that the emulator creates")

// knownBucket is a bucket that every state file has after its first start.
const knownBucket = "states.machines"

// checkedState checks every page of the database and then opens it: bbolt trusts the
// content of the file, and crashes the process if it is wrong.
func checkedState(path string) (*bbolt.DB, error) {
	unlock, err := lock(path)
	if err != nil {
		return nil, err
	}

	err = checkPages(path)

	unlock()

	if err != nil {
		return nil, err
	}

	db, err := recovered(func() (*bbolt.DB, error) { return openBolt(path) })
	if err != nil {
		return nil, err
	}

	if err := ours(db); err != nil {
		return nil, errors.Join(err, db.Close())
	}

	return compacted(path, db)
}

// lock acquires bbolt's lock on the file for the check. Without it, a file that another
// process is writing looks damaged.
func lock(path string) (unlock func(), err error) {
	file, err := os.Open(path) //nolint:gosec // The state's own file.
	if errors.Is(err, os.ErrNotExist) {
		return func() {}, nil
	}

	if err != nil {
		return nil, err
	}

	const pause = 50 * time.Millisecond

	for began := time.Now(); ; time.Sleep(pause) {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)

		switch {
		case err == nil:
			return func() { _ = file.Close() }, nil // Closing the file releases the lock.
		case !errors.Is(err, syscall.EWOULDBLOCK):
			return nil, errors.Join(err, file.Close())
		case time.Since(began) > lockTimeout:
			return nil, errors.Join(bbolt.ErrTimeout, file.Close()) //nolint:staticcheck // The same error as from bbolt's Open.
		}
	}
}

func openBolt(path string) (*bbolt.DB, error) {
	db, err := bbolt.Open(path, ownerOnlyFile, &bbolt.Options{
		Timeout: lockTimeout, NoSync: true, NoFreelistSync: true, FreelistType: bbolt.FreelistMapType,
	})

	switch {
	case errors.Is(err, bbolt.ErrInvalid), errors.Is(err, bbolt.ErrChecksum), errors.Is(err, bbolt.ErrVersionMismatch): //nolint:staticcheck // As above.
		return nil, &damageError{what: err.Error()}
	case err != nil:
		return nil, err
	default:
		return db, nil
	}
}

// recovered converts a panic, or a fault in the mapped file, to a damageError.
func recovered(work func() (*bbolt.DB, error)) (db *bbolt.DB, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))

	defer func() {
		if caught := recover(); caught != nil {
			db, err = nil, &damageError{what: fmt.Sprint(caught)}
		}
	}()

	return work()
}

// ours returns an error if the emulator has not created the database.
func ours(db *bbolt.DB) error {
	return db.View(func(tx *bbolt.Tx) error {
		first, _ := tx.Cursor().First()
		if first != nil && tx.Bucket([]byte(knownBucket)) == nil {
			return errForeign
		}

		return nil
	})
}

func fileSize(path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}

	return info.Size(), nil
}
