// Package feed sends the changes of the ledger to listeners. While there are listeners, it
// queries the index for recent changes, at a rate that costs little.
package feed

import (
	"context"
	"sync"
	"time"

	"triptych/shared/ledger"
)

// Pages reads one page of the items of a status; [ledger.Ledger] implements it.
type Pages interface {
	Page(ctx context.Context, query ledger.PageQuery) (ledger.ItemPage, error)
}

// Failures returns the executions that have failed, by ARN.
type Failures interface {
	Failed(ctx context.Context) (map[string]struct{}, error)
}

// Feed watches one ledger. Create it with [New].
type Feed struct {
	table    Pages
	failures Failures
	every    time.Duration
	now      func() time.Time

	mu        sync.Mutex
	listeners map[chan Change]struct{}
	stop      context.CancelFunc // stops the watch, while there are listeners
}

// New returns a feed of a table. The parameter every is the interval of the queries, and now
// returns the current time.
func New(table Pages, failures Failures, every time.Duration, now func() time.Time) *Feed {
	return &Feed{table: table, failures: failures, every: every, now: now, listeners: map[chan Change]struct{}{}}
}

// Listen starts notifications of the changes at or after since. The format of since is the
// ledger's time format; "" means a few seconds ago. Call leave to stop; it closes the channel.
func (f *Feed) Listen(ctx context.Context, since string) (changes <-chan Change, leave func()) {
	told := make(chan Change, backlog)

	f.mu.Lock()
	f.listeners[told] = struct{}{}

	if f.stop == nil {
		var watch context.Context

		watch, f.stop = context.WithCancel(context.WithoutCancel(ctx))
		go f.watch(watch)
	}
	f.mu.Unlock()

	if since != "" {
		go f.catchUp(ctx, told, since)
	}

	return told, func() {
		f.mu.Lock()
		defer f.mu.Unlock()

		if _, there := f.listeners[told]; !there {
			return
		}

		delete(f.listeners, told)
		close(told)

		if len(f.listeners) == 0 {
			f.stop()
			f.stop = nil
		}
	}
}
