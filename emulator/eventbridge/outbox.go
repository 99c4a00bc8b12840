package eventbridge

import (
	"encoding/binary"
	"encoding/json"
	"time"

	"go.etcd.io/bbolt"
)

// pendingBucket holds every delivery that is still to be made, by its number.
const pendingBucket = "events.pending"

// outbox is the database of the deliveries that are still to be made.
type outbox struct{ db *bbolt.DB }

// delivery is one event for one target. The ARN of the dead-letter queue is stored with it,
// because the rule may not exist any more when it is needed.
type delivery struct {
	Rule          string          `json:"rule"`
	Target        string          `json:"target"`
	TargetARN     string          `json:"targetArn,omitempty"`
	DeadLetterARN string          `json:"deadLetterArn,omitempty"`
	Accepted      time.Time       `json:"accepted,omitzero"` // The time at which the bus accepted the event.
	Attempts      int             `json:"attempts,omitempty"`
	Event         json.RawMessage `json:"event"`
}

func (o outbox) open() error {
	return o.db.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucketIfNotExists([]byte(pendingBucket))

		return err
	})
}

// add stores deliveries, all or none, and returns their numbers.
func (o outbox) add(entries []delivery) ([]uint64, error) {
	ids := make([]uint64, 0, len(entries))

	err := o.db.Update(func(tx *bbolt.Tx) error {
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

func (o outbox) get(id uint64) (delivery, bool, error) {
	var (
		entry delivery
		found bool
	)

	err := o.db.View(func(tx *bbolt.Tx) error {
		value := tx.Bucket([]byte(pendingBucket)).Get(key(id))
		if value == nil {
			return nil
		}

		found = true

		return json.Unmarshal(value, &entry)
	})

	return entry, found, err
}

// keep stores the current state of a delivery that is still to be made.
func (o outbox) keep(id uint64, entry delivery) error {
	value, err := json.Marshal(entry)
	if err != nil {
		return err
	}

	return o.db.Update(func(tx *bbolt.Tx) error { return tx.Bucket([]byte(pendingBucket)).Put(key(id), value) })
}

func (o outbox) remove(id uint64) error {
	return o.db.Update(func(tx *bbolt.Tx) error { return tx.Bucket([]byte(pendingBucket)).Delete(key(id)) })
}

// ids returns all numbers, the oldest first.
func (o outbox) ids() ([]uint64, error) {
	var ids []uint64

	err := o.db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte(pendingBucket)).ForEach(func(k, _ []byte) error {
			ids = append(ids, binary.BigEndian.Uint64(k))

			return nil
		})
	})

	return ids, err
}

func (o outbox) count() (int, error) {
	ids, err := o.ids()

	return len(ids), err
}

func key(id uint64) []byte { return binary.BigEndian.AppendUint64(nil, id) }
