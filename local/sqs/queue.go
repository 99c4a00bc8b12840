package sqs

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"sync"
	"time"

	"go.etcd.io/bbolt"
)

// queue is one queue: messages by the order in which they were sent.
type queue struct {
	settings Queue
	db       *bbolt.DB
	bucket   []byte
	now      func() time.Time

	mu      sync.Mutex
	changed chan struct{} // Closed, and made anew, when a message may have become visible.
}

func newQueue(settings Queue, config Config) *queue {
	if settings.Visibility == 0 {
		settings.Visibility = defaultVisibility
	}

	if settings.Retention == 0 {
		settings.Retention = MaxRetention
	}

	return &queue{
		settings: settings, db: config.DB, bucket: []byte("sqs.messages." + settings.Name),
		now: config.Now, changed: make(chan struct{}),
	}
}

// update changes the queue in one transaction.
func (q *queue) update(what string, change func(*bbolt.Bucket) error) error {
	err := q.db.Update(func(tx *bbolt.Tx) error { return change(tx.Bucket(q.bucket)) })
	if err != nil {
		return fmt.Errorf("%s in queue %s: %w", what, q.settings.Name, err)
	}

	return nil
}

// wake tells those who wait that there may be something to receive.
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

// send writes a message down, to be visible after a delay.
func (q *queue) send(m message, delay time.Duration) (message, error) {
	m.ID, m.Sent = newID(), q.now().UTC()
	entry := record{visible: m.Sent.Add(delay), sent: m.Sent, message: m}

	value, err := entry.encode()
	if err != nil {
		return message{}, err
	}

	err = q.update("send a message", func(bucket *bbolt.Bucket) error {
		id, err := bucket.NextSequence()
		if err != nil {
			return err //nolint:wrapcheck // By update, as all in here.
		}

		return bucket.Put(key(id), value)
	})
	if err != nil {
		return message{}, err
	}

	q.wake()

	return m, nil
}

// expire removes what is past its retention: a queue from which nobody receives
// would keep it for ever.
func (q *queue) expire() error {
	return q.update("remove expired messages", func(bucket *bbolt.Bucket) error {
		var expired [][]byte

		for cursor, k, v := first(bucket); k != nil; k, v = cursor.Next() {
			if _, sent := times(v); q.now().Sub(sent) > q.settings.Retention {
				expired = append(expired, bytes.Clone(k))
			}
		}

		for _, k := range expired {
			if err := bucket.Delete(k); err != nil {
				return err //nolint:wrapcheck // By update.
			}
		}

		return nil
	})
}

// delivery is a message that is handed out, with the receipt for it.
type delivery struct {
	message

	receipt string
}

// receive hands out up to most visible messages, the oldest first, and hides them.
// With none it waits: for one to come, or to be visible again.
func (q *queue) receive(ctx context.Context, most int, hide, wait time.Duration) ([]delivery, error) {
	deadline := q.now().Add(wait)

	for {
		changed := q.waiting() // Before looking, or a message that comes meanwhile is not heard of.

		found, next, err := q.take(most, hide)
		if err != nil || len(found) > 0 {
			return found, err
		}

		now := q.now()
		if !now.Before(deadline) {
			return nil, nil
		}

		if next.IsZero() || next.After(deadline) {
			next = deadline
		}

		timer := time.NewTimer(next.Sub(now))

		select {
		case <-changed:
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()

			return nil, fmt.Errorf("receive from queue %s: %w", q.settings.Name, ctx.Err())
		}

		timer.Stop()
	}
}

// take is receive without waiting. With nothing to give it says when the next
// hidden message is due, if there is one. What is past its retention goes.
func (q *queue) take(most int, hide time.Duration) (found []delivery, next time.Time, err error) {
	err = q.update("receive messages", func(bucket *bbolt.Bucket) error {
		now := q.now()

		var expired, due [][]byte

		for cursor, k, v := first(bucket); k != nil && len(due) < most; k, v = cursor.Next() {
			visible, sent := times(v)

			switch {
			case now.Sub(sent) > q.settings.Retention:
				expired = append(expired, bytes.Clone(k))
			case !visible.After(now):
				due = append(due, bytes.Clone(k))
			case next.IsZero() || visible.Before(next):
				next = visible
			}
		}

		for _, k := range expired {
			if err := bucket.Delete(k); err != nil {
				return err //nolint:wrapcheck // By update.
			}
		}

		for _, k := range due {
			handed, err := q.handOut(bucket, k, now, hide)
			if err != nil {
				return err
			}

			found = append(found, handed)
		}

		return nil
	})

	return found, next, err
}

func first(bucket *bbolt.Bucket) (cursor *bbolt.Cursor, k, v []byte) {
	cursor = bucket.Cursor()
	k, v = cursor.First()

	return cursor, k, v
}

// handOut counts one delivery of a message.
func (q *queue) handOut(bucket *bbolt.Bucket, k []byte, now time.Time, hide time.Duration) (delivery, error) {
	entry, err := decode(bucket.Get(k))
	if err != nil {
		return delivery{}, err
	}

	entry.visible = now.Add(hide)
	entry.message.Received++

	if entry.message.First.IsZero() {
		entry.message.First = now.UTC()
	}

	value, err := entry.encode()
	if err != nil {
		return delivery{}, err
	}

	receipt := handle{id: binary.BigEndian.Uint64(k), received: entry.message.Received}

	return delivery{message: entry.message, receipt: receipt.text(q.settings.Name)}, bucket.Put(k, value) //nolint:wrapcheck // By update.
}

// remove deletes the message of a receipt. One that is gone is no error, and one
// that was received again since stays, as it may on AWS.
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

// hide sets when the message of a receipt is visible again: in a while, or, with
// 0, now. The result says what became of it.
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
				return err //nolint:wrapcheck // By update.
			}
		}

		return nil
	})
}

// counts are the messages that can be received, those that somebody works on, and
// those that were sent with a delay that is not over.
type counts struct{ visible, hidden, delayed int }

func (q *queue) count() (counted counts, err error) {
	err = q.db.View(func(tx *bbolt.Tx) error {
		now := q.now()

		for cursor, k, v := first(tx.Bucket(q.bucket)); k != nil; k, v = cursor.Next() {
			visible, sent := times(v)

			switch {
			case now.Sub(sent) > q.settings.Retention:
			case !visible.After(now):
				counted.visible++
			default:
				entry, err := decode(v)
				if err != nil {
					return err
				}

				if entry.message.Received == 0 {
					counted.delayed++
				} else {
					counted.hidden++
				}
			}
		}

		return nil
	})
	if err != nil {
		return counts{}, fmt.Errorf("count the messages of queue %s: %w", q.settings.Name, err)
	}

	return counted, nil
}

func key(id uint64) []byte { return binary.BigEndian.AppendUint64(nil, id) }

// newID is a random UUID (RFC 9562, version 4).
func newID() string {
	var b [16]byte

	_, _ = rand.Read(b[:]) // crypto/rand.Read never fails.
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80

	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:])
}
