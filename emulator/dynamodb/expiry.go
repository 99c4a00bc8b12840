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
	// sweepBatch is how many items one transaction of a sweep removes, so that
	// writers never wait long.
	sweepBatch = 256

	// forgottenAfter: DynamoDB lets items alone whose expiry is older than five
	// years, as it is then likely no expiry at all.
	// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html
	forgottenAfter = 5 * 365 * 24 * time.Hour
)

// Sweep removes the items that have expired, and says how many there were. Until
// it is called expired items are answered like all others: on AWS it can take
// days until they go. It is safe beside all other operations.
func (s *Service) Sweep(ctx context.Context) (removed int, err error) {
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

		// Gathered first: a cursor must not run over what is being deleted.
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

// expiryEntry is the key under which an item stands among the expiring ones, nil
// where it does not expire: without the attribute, or where it is no number.
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

// expiryKey sorts as the seconds do, which are not negative.
func expiryKey(seconds int64) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(max(0, seconds)))
}
