package objectstore

import (
	"context"
	"errors"
	"sync"
	"time"

	"triptych/emulator/objectstore/link"
)

// notifyingTimeout limits how long a change of a bucket's events waits for the server.
const notifyingTimeout = 5 * time.Second

// errStopped ends the server's questions.
var errStopped = errors.New("the store is being closed")

// notifying has the buckets whose events are delivered. The server asks for them, and its
// next question shows that it has applied the last answer.
type notifying struct {
	mu      sync.Mutex
	now     link.Notifying
	applied uint64
	changed chan struct{} // Closed and replaced by each change, of now or of applied.
}

func (n *notifying) broadcast() {
	close(n.changed)
	n.changed = make(chan struct{})
}

// set sets the buckets, and returns when the server has applied them.
func (n *notifying) set(ctx context.Context, buckets []string) {
	n.mu.Lock()
	n.now = link.Notifying{Generation: n.now.Generation + 1, Buckets: append([]string{}, buckets...)}
	wanted := n.now.Generation
	n.broadcast()
	n.mu.Unlock()

	ctx, cancel := context.WithTimeout(ctx, notifyingTimeout)
	defer cancel()

	for {
		n.mu.Lock()
		applied, changed := n.applied, n.changed
		n.mu.Unlock()

		if applied >= wanted {
			return
		}

		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// await returns the buckets as soon as they are of another generation than the one that the
// server has applied, or when stopped is closed.
func (n *notifying) await(stopped <-chan struct{}, applied uint64) link.Notifying {
	for first := true; ; first = false {
		n.mu.Lock()

		if first && applied > n.applied {
			n.applied = applied
			n.broadcast()
		}

		now, changed := n.now, n.changed
		n.mu.Unlock()

		if now.Generation != applied {
			return now
		}

		select {
		case <-changed:
		case <-stopped:
			return now
		}
	}
}

// AwaitNotifying returns the buckets whose events are delivered, when they have changed.
func (c *calls) AwaitNotifying(generation uint64, now *link.Notifying) error {
	*now = c.notifying.await(c.stopped, generation)

	select {
	case <-c.stopped:
		return errStopped
	default:
		return nil
	}
}
