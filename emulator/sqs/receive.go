package sqs

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// delivery is a received message with its receipt.
type delivery struct {
	message

	receipt string
}

// receive returns up to most visible messages, the oldest first, and hides them. If there
// are none, it waits for a message to arrive or to become visible again.
func (q *queue) receive(ctx context.Context, most int, hide, wait time.Duration) ([]delivery, error) {
	deadline := q.now().Add(wait)

	for {
		changed := q.waiting() // Before the lookup; otherwise a message that arrives meanwhile would go unnoticed.

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

			return nil, fmt.Errorf("receive from queue %s: %w", q.current().Name, ctx.Err())
		}

		timer.Stop()
	}
}

// take is receive without waiting. If it finds no message, it returns when the next
// hidden message becomes visible, if there is one. It removes messages whose retention
// has ended.
func (q *queue) take(most int, hide time.Duration) (found []delivery, next time.Time, err error) {
	err = q.update("receive messages", func(bucket *bbolt.Bucket) error {
		now := q.now()

		var expired, due [][]byte

		for cursor, k, v := first(bucket); k != nil && len(due) < most; k, v = cursor.Next() {
			visible, sent := times(v)

			switch {
			case now.Sub(sent) > q.current().Retention:
				expired = append(expired, bytes.Clone(k))
			case !visible.After(now):
				due = append(due, bytes.Clone(k))
			case next.IsZero() || visible.Before(next):
				next = visible
			}
		}

		for _, k := range expired {
			if err := bucket.Delete(k); err != nil {
				return err
			}
		}

		for _, k := range due {
			handed, err := q.recordDelivery(bucket, k, now, hide)
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

// recordDelivery records one delivery of a message.
func (q *queue) recordDelivery(bucket *bbolt.Bucket, k []byte, now time.Time, hide time.Duration) (delivery, error) {
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

	return delivery{message: entry.message, receipt: receipt.text(q.current().Name)}, bucket.Put(k, value)
}
