package sqs

import (
	"fmt"

	"go.etcd.io/bbolt"
)

// counts has the numbers of messages that can be received, that are hidden after a
// receive, and that were sent with a delay that has not ended.
type counts struct{ visible, hidden, delayed int }

func (q *queue) count() (counted counts, err error) {
	err = q.db.View(func(tx *bbolt.Tx) error {
		now, bucket := q.now(), tx.Bucket(q.bucket)
		if bucket == nil { // The queue was deleted.
			return noQueue()
		}

		for cursor, k, v := first(bucket); k != nil; k, v = cursor.Next() {
			visible, sent := times(v)

			switch {
			case now.Sub(sent) > q.current().Retention:
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
		return counts{}, fmt.Errorf("count the messages of queue %s: %w", q.current().Name, err)
	}

	return counted, nil
}
