package stack

import (
	"errors"
	"fmt"
	"os"

	"go.etcd.io/bbolt"
)

const (
	// minCompacted is the size below which compaction is not worthwhile.
	minCompacted = 8 << 20
	// compactTx is how many bytes one transaction of the compaction writes.
	compactTx = 8 << 20
)

// compacted rewrites the database if half of it is free: bbolt reuses free pages, and
// never returns them to the file system. The new file is synced before it replaces the
// old one.
func compacted(path string, db *bbolt.DB) (*bbolt.DB, error) {
	size, err := fileSize(path)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}

	free := int64(db.Stats().FreePageN) * int64(os.Getpagesize())
	if size < minCompacted || free < size/2 {
		return db, nil
	}

	if err := compact(path, db); err != nil {
		return nil, errors.Join(fmt.Errorf("compact the state file: %w", err), db.Close())
	}

	if err := db.Close(); err != nil {
		return nil, err
	}

	if err := os.Rename(path+compactSuffix, path); err != nil {
		return nil, err
	}

	return openBolt(path)
}

const compactSuffix = ".compact"

func compact(path string, from *bbolt.DB) error {
	if err := os.Remove(path + compactSuffix); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}

	into, err := bbolt.Open(path+compactSuffix, ownerOnlyFile, &bbolt.Options{
		Timeout: lockTimeout, NoSync: true, NoFreelistSync: true, FreelistType: bbolt.FreelistMapType,
	})
	if err != nil {
		return err
	}

	err = bbolt.Compact(into, from, compactTx)
	if err == nil {
		err = into.Sync()
	}

	return errors.Join(err, into.Close())
}
