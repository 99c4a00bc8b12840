package eventbridge

import (
	"encoding/binary"
	"encoding/json"
	"time"

	"go.etcd.io/bbolt"
)

// pendingBucket holds every delivery that is still to be made, by its number.
const pendingBucket = "events.pending"

// journal is what the bus must not forget.
type journal struct{ db *bbolt.DB }

// delivery is one event for one target. Where a dead letter would go is kept with
// it: the rule may be gone by then.
type delivery struct {
	Rule          string          `json:"rule"`
	Target        string          `json:"target"`
	TargetARN     string          `json:"targetArn,omitempty"`
	DeadLetterARN string          `json:"deadLetterArn,omitempty"`
	Accepted      time.Time       `json:"accepted,omitzero"` // When the bus took it.
	Attempts      int             `json:"attempts,omitempty"`
	Event         json.RawMessage `json:"event"`
}

func (j journal) open() error {
	return j.db.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucketIfNotExists([]byte(pendingBucket))

		return err
	})
}

// add writes deliveries down, all or none, and gives their numbers.
func (j journal) add(entries []delivery) ([]uint64, error) {
	ids := make([]uint64, 0, len(entries))

	err := j.db.Update(func(tx *bbolt.Tx) error {
		bucket := tx.Bucket([]byte(pendingBucket))

		for _, entry := range entries {
			id, err := bucket.NextSequence()
			if err != nil {
				return err
			}

			value, err := json.Marshal(entry)
			if err != nil {
				return err
			}

			if err := bucket.Put(key(id), value); err != nil {
				return err
			}

			ids = append(ids, id)
		}

		return nil
	})

	return ids, err
}

func (j journal) get(id uint64) (delivery, bool, error) {
	var (
		entry delivery
		found bool
	)

	err := j.db.View(func(tx *bbolt.Tx) error {
		value := tx.Bucket([]byte(pendingBucket)).Get(key(id))
		if value == nil {
			return nil
		}

		found = true

		return json.Unmarshal(value, &entry)
	})

	return entry, found, err
}

// keep writes a delivery down as it is now, if it is still to be made.
func (j journal) keep(id uint64, entry delivery) error {
	value, err := json.Marshal(entry)
	if err != nil {
		return err
	}

	return j.db.Update(func(tx *bbolt.Tx) error { return tx.Bucket([]byte(pendingBucket)).Put(key(id), value) })
}

func (j journal) remove(id uint64) error {
	return j.db.Update(func(tx *bbolt.Tx) error { return tx.Bucket([]byte(pendingBucket)).Delete(key(id)) })
}

// ids are all numbers, the oldest first.
func (j journal) ids() ([]uint64, error) {
	var ids []uint64

	err := j.db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte(pendingBucket)).ForEach(func(k, _ []byte) error {
			ids = append(ids, binary.BigEndian.Uint64(k))

			return nil
		})
	})

	return ids, err
}

func (j journal) count() (int, error) {
	ids, err := j.ids()

	return len(ids), err
}

func key(id uint64) []byte { return binary.BigEndian.AppendUint64(nil, id) }
