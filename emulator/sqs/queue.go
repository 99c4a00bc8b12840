package sqs

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"go.etcd.io/bbolt"
)

// messageBucket begins the name of the bucket of a queue's messages.
const messageBucket = "sqs.messages."

// queue is one queue. Its messages are in the order in which they were sent.
type queue struct {
	settings atomic.Pointer[Queue]
	db       *bbolt.DB
	bucket   []byte
	now      func() time.Time

	mu      sync.Mutex
	changed chan struct{} // Closed and replaced when a message may have become visible.
}

func newQueue(settings Queue, config Config) *queue {
	if settings.Visibility == 0 {
		settings.Visibility = defaultVisibility
	}

	if settings.Retention == 0 {
		settings.Retention = MaxRetention
	}

	if settings.MaxBytes == 0 {
		settings.MaxBytes = MaxMessageBytes
	}

	q := &queue{db: config.DB, bucket: []byte(messageBucket + settings.Name), now: config.Now, changed: make(chan struct{})}
	q.settings.Store(&settings)

	return q
}

// current returns the present settings.
func (q *queue) current() Queue { return *q.settings.Load() }

// update changes the queue in one transaction.
func (q *queue) update(what string, change func(*bbolt.Bucket) error) error {
	err := q.db.Update(func(tx *bbolt.Tx) error {
		bucket := tx.Bucket(q.bucket)
		if bucket == nil { // The queue was deleted.
			return noQueue()
		}

		return change(bucket)
	})
	if err != nil {
		return fmt.Errorf("%s in queue %s: %w", what, q.current().Name, err)
	}

	return nil
}

// wake informs the waiting receivers that there may be a message.
func (q *queue) wake() {
	q.mu.Lock()
	defer q.mu.Unlock()

	close(q.changed)
	q.changed = make(chan struct{})
}

func (q *queue) waiting() <-chan struct{} {
	q.mu.Lock()
	defer q.mu.Unlock()

	return q.changed
}

// send stores a message, which becomes visible after a delay.
func (q *queue) send(m message, delay time.Duration) (message, error) {
	m.ID, m.Sent = uuid.NewString(), q.now().UTC()
	entry := record{visible: m.Sent.Add(delay), sent: m.Sent, message: m}

	value, err := entry.encode()
	if err != nil {
		return message{}, err
	}

	err = q.update("send a message", func(bucket *bbolt.Bucket) error {
		id, err := bucket.NextSequence()
		if err != nil {
			return err
		}

		return bucket.Put(key(id), value)
	})
	if err != nil {
		return message{}, err
	}

	q.wake()

	return m, nil
}

// expire removes the messages whose retention has ended. A queue without receivers would
// otherwise keep them forever.
func (q *queue) expire() error {
	return q.update("remove expired messages", func(bucket *bbolt.Bucket) error {
		var expired [][]byte

		for cursor, k, v := first(bucket); k != nil; k, v = cursor.Next() {
			if _, sent := times(v); q.now().Sub(sent) > q.current().Retention {
				expired = append(expired, bytes.Clone(k))
			}
		}

		for _, k := range expired {
			if err := bucket.Delete(k); err != nil {
				return err
			}
		}

		return nil
	})
}

// remove deletes the message of a receipt. It is not an error if the message no longer
// exists. If the message was received again after the receipt was issued, it is not
// deleted. AWS may do the same.
func (q *queue) remove(h handle) error {
	return q.update("delete a message", func(bucket *bbolt.Bucket) error {
		value := bucket.Get(key(h.id))
		if value == nil {
			return nil
		}

		entry, err := decode(value)
		if err != nil || entry.message.Received != h.received {
			return err
		}

		return bucket.Delete(key(h.id))
	})
}

// hide sets when the message of a receipt becomes visible again: after period, or now if
// period is 0. hidden reports whether the message is hidden now, and found reports
// whether it exists.
func (q *queue) hide(h handle, period time.Duration) (hidden, found bool, err error) {
	err = q.update("change a message's visibility", func(bucket *bbolt.Bucket) error {
		value := bucket.Get(key(h.id))
		if found = value != nil; !found {
			return nil
		}

		entry, err := decode(value)
		if err != nil {
			return err
		}

		now := q.now()
		if hidden = entry.message.Received == h.received && entry.visible.After(now); !hidden {
			return nil
		}

		entry.visible = now.Add(period)

		if value, err = entry.encode(); err != nil {
			return err
		}

		return bucket.Put(key(h.id), value)
	})
	if hidden && err == nil {
		q.wake()
	}

	return hidden, found, err
}

// purge deletes every message.
func (q *queue) purge() error {
	return q.update("delete all messages", func(bucket *bbolt.Bucket) error {
		var all [][]byte

		for cursor, k, _ := first(bucket); k != nil; k, _ = cursor.Next() {
			all = append(all, bytes.Clone(k))
		}

		for _, k := range all {
			if err := bucket.Delete(k); err != nil {
				return err
			}
		}

		return nil
	})
}

func key(id uint64) []byte { return binary.BigEndian.AppendUint64(nil, id) }
