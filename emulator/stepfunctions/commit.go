package stepfunctions

import (
	"errors"
	"sync"

	"go.etcd.io/bbolt"
)

// maxGroup bounds how many writes one transaction takes.
const maxGroup = 256

// What refuses one change, and not those that are written with it.
var (
	// errExists says that a record was not created because there is one.
	errExists = errors.New("it exists")
	// errDeleting says that an execution's machine is going, or gone.
	errDeleting = errors.New("its state machine is being deleted")
	// errInUse says that a machine still has executions that run.
	errInUse = errors.New("it has running executions")
)

func refuses(err error) bool {
	return errors.Is(err, errExists) || errors.Is(err, errDeleting) || errors.Is(err, errInUse)
}

// committer writes to the database: what is asked for while it is busy goes into
// its next transaction. (bbolt's own Batch waits for company, up to 10 ms.)
type committer struct {
	update func(change func(tx *bbolt.Tx) error) error // The database's Update.
	queue  chan *write
	done   sync.WaitGroup

	mu     sync.RWMutex // Held for reading while the queue is written to.
	closed bool
}

// write is one change. It is applied once, alone or among others: if it
// refuses it must have changed nothing; any other error undoes the whole group.
type write struct {
	apply  func(tx *bbolt.Tx) error
	result chan error // Of one.
}

func newCommitter(db *bbolt.DB) *committer {
	c := &committer{update: db.Update, queue: make(chan *write, maxGroup)}
	c.done.Go(c.run)

	return c
}

// commit returns when the change is written.
func (c *committer) commit(apply func(tx *bbolt.Tx) error) error {
	return <-c.enqueue(apply)
}

// enqueue leaves a change to be written; nobody has to wait for the result.
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

// close writes what is left. What is asked for afterwards fails.
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
