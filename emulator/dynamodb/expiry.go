package dynamodb

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"

	"triptych/emulator/dynamodb/attribute"
)

const (
	// sweepBatch is how many items one transaction of a sweep removes. It is small so
	// that writers do not wait long.
	sweepBatch = 256

	// forgottenAfter is the age of an expiry after which DynamoDB ignores it. An expiry
	// that is more than five years old is probably not an expiry. Source:
	// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html
	forgottenAfter = 5 * 365 * 24 * time.Hour
)

// Sweep removes the items that have expired, and returns their number. Until a sweep,
// expired items are returned like all others: on AWS their removal can take days. Sweep
// is safe for use at the same time as all other operations.
func (s *Service) Sweep(ctx context.Context) (removed int, err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()

	for _, t := range s.tables {
		for {
			if err := ctx.Err(); err != nil {
				return removed, fmt.Errorf("sweep table %s: %w", t.Name, err)
			}

			batch, err := s.sweepTable(t)
			if err != nil {
				return removed, err
			}

			removed += batch

			if batch < sweepBatch {
				break
			}
		}
	}

	return removed, nil
}

func (s *Service) sweepTable(t *table) (removed int, err error) {
	now := s.now()
	from, to := expiryKey(now.Add(-forgottenAfter).Unix()), expiryKey(now.Unix())

	err = s.db.Update(func(tx *bolt.Tx) error {
		var expired [][]byte

		// Collect the keys first: a cursor must not iterate over entries that are being
		// deleted.
		cursor := tx.Bucket(t.expiryBucket()).Cursor()
		for entry, key := cursor.Seek(from); entry != nil && bytes.Compare(entry, to) < 0; entry, key = cursor.Next() {
			if len(expired) == sweepBatch {
				break
			}

			expired = append(expired, bytes.Clone(key))
		}

		for _, key := range expired {
			item, err := t.load(tx, key)
			if err != nil {
				return err
			}

			if err := t.store(tx, key, item, nil); err != nil {
				return err
			}
		}

		removed = len(expired)

		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("sweep table %s: %w", t.Name, err)
	}

	return removed, nil
}

// expiryEntry is the key of an item in the expiry bucket. It is nil if the item does not
// expire, because the attribute is missing or is not a number.
func (t *table) expiryEntry(item attribute.Map, key []byte) []byte {
	seconds, isNumber := item[t.TTLAttribute].(attribute.Number)
	if t.TTLAttribute == "" || !isNumber {
		return nil
	}

	expiry, fits := seconds.Int64()
	if !fits || expiry < 0 {
		return nil
	}

	return append(expiryKey(expiry), key...)
}

// expiryKey encodes seconds, which are not negative, so that the bytes sort like the
// numbers.
func expiryKey(seconds int64) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(max(0, seconds)))
}
