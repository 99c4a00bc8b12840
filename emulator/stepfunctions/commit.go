package stepfunctions

import (
	"errors"
	"sync"

	"go.etcd.io/bbolt"
)

// maxGroup limits the number of writes in one transaction.
const maxGroup = 256

// Errors that reject one change, but not the other changes of the same transaction.
var (
	// errExists means that a record was not created because it exists already.
	errExists = errors.New("the record exists already")
	// errDeleting means that the execution's machine is being deleted, or is deleted.
	errDeleting = errors.New("the state machine is being deleted")
	// errInUse means that a machine still has running executions.
	errInUse = errors.New("the state machine has running executions")
)

func refuses(err error) bool {
	return errors.Is(err, errExists) || errors.Is(err, errDeleting) || errors.Is(err, errInUse)
}

// committer writes to the database. Writes that are requested while it is busy are part of
// the next transaction. (bbolt's own Batch waits for more writes, up to 10 ms.)
type committer struct {
	update func(change func(tx *bbolt.Tx) error) error // The database's Update.
	queue  chan *write
	done   sync.WaitGroup

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

func newCommitter(db *bbolt.DB) *committer {
	c := &committer{update: db.Update, queue: make(chan *write, maxGroup)}
	c.done.Go(c.run)

	return c
}

// commit applies a change and returns when the change is stored.
func (c *committer) commit(apply func(tx *bbolt.Tx) error) error {
	return <-c.enqueue(apply)
}

// enqueue queues a change and returns at once. The caller may ignore the result.
func (c *committer) enqueue(apply func(tx *bbolt.Tx) error) <-chan error {
	w := &write{apply: apply, result: make(chan error, 1)}

	c.mu.RLock()
	defer c.mu.RUnlock()

	if c.closed {
		w.result <- errClosed

		return w.result
	}

	c.queue <- w

	return w.result
}

// close applies the queued writes. Later writes fail.
func (c *committer) close() {
	c.mu.Lock()
	c.closed = true
	close(c.queue)
	c.mu.Unlock()

	c.done.Wait()
}

func (c *committer) run() {
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

func (c *committer) write(group []*write) {
	refused := make([]error, len(group))

	err := c.update(func(tx *bbolt.Tx) error {
		for i, w := range group {
			err := w.apply(tx)
			if err != nil && !refuses(err) {
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
