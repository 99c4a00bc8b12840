package store

import (
	"errors"
	"sync"

	"go.etcd.io/bbolt"
)

// maxGroup limits the number of writes in one transaction.
const maxGroup = 256

// Refusal is an error that rejects one change, but not the other changes of the same
// transaction.
type Refusal string

// Error implements error.
func (r Refusal) Error() string { return string(r) }

// Refuses reports whether the error is a Refusal.
func Refuses(err error) bool {
	_, refused := errors.AsType[Refusal](err)

	return refused
}

// ErrClosed means that the service, and so its committer, is closed.
var ErrClosed = errors.New("the Step Functions service is closed")

// Committer writes to the database. Writes that are requested while it is busy are part of
// the next transaction. (bbolt's own Batch waits for more writes, up to 10 ms.)
type Committer struct {
	// Update is the database's Update. Tests replace it.
	Update func(change func(tx *bbolt.Tx) error) error

	queue chan *write
	done  sync.WaitGroup

	mu     sync.RWMutex // Held for reading while a write is sent to the queue.
	closed bool
}

// write is one change. It is applied once, either in its own transaction or in one with
// other changes. If a change is rejected, it must have changed nothing. Any other error
// rolls back the whole group.
type write struct {
	apply  func(tx *bbolt.Tx) error
	result chan error // Has a buffer of one.
}

// NewCommitter starts a committer. The caller must call Close.
func NewCommitter(db *bbolt.DB) *Committer {
	c := &Committer{Update: db.Update, queue: make(chan *write, maxGroup)}
	c.done.Go(c.run)

	return c
}

// Commit applies a change and returns when the change is stored.
func (c *Committer) Commit(apply func(tx *bbolt.Tx) error) error {
	return <-c.Enqueue(apply)
}

// Enqueue queues a change and returns at once. The caller may ignore the result.
func (c *Committer) Enqueue(apply func(tx *bbolt.Tx) error) <-chan error {
	w := &write{apply: apply, result: make(chan error, 1)}

	c.mu.RLock()
	defer c.mu.RUnlock()

	if c.closed {
		w.result <- ErrClosed

		return w.result
	}

	c.queue <- w

	return w.result
}

// Close applies the queued writes. Later writes fail.
func (c *Committer) Close() {
	c.mu.Lock()
	c.closed = true
	close(c.queue)
	c.mu.Unlock()

	c.done.Wait()
}

func (c *Committer) run() {
	for first := range c.queue {
		group := []*write{first}

		for more := true; more && len(group) < maxGroup; {
			select {
			case next, ok := <-c.queue:
				if more = ok; ok {
					group = append(group, next)
				}
			default:
				more = false
			}
		}

		c.write(group)
	}
}

func (c *Committer) write(group []*write) {
	refused := make([]error, len(group))

	err := c.Update(func(tx *bbolt.Tx) error {
		for i, w := range group {
			err := w.apply(tx)
			if err != nil && !Refuses(err) {
				return err
			}

			refused[i] = err
		}

		return nil
	})

	for i, w := range group {
		if err == nil {
			w.result <- refused[i]
		} else {
			w.result <- err
		}
	}
}
