// Package feed tells what changes in the ledger while somebody looks: it asks the
// index for what was changed lately, at a pace that AWS's bill does not notice, and
// only as long as it has listeners.
package feed

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"triptych/shared/ledger"
)

const (
	// overlap is how far back each look reaches: the index is eventually consistent,
	// and clocks differ.
	overlap = 10 * time.Second
	// perLook bounds what one look reads of each status.
	perLook = 200
	// backlog is how many changes a listener may lag behind before it is told to load
	// the page again.
	backlog = 512
	layout  = "2006-01-02T15:04:05.000Z"
)

// Pages reads one page of a status' items; [ledger.Ledger] does.
type Pages interface {
	Page(ctx context.Context, query ledger.PageQuery) (ledger.ItemPage, error)
}

// Failures knows which executions have failed, by their ARN.
type Failures interface {
	Failed(ctx context.Context) (map[string]struct{}, error)
}

// Change is one thing that listeners are told.
type Change struct {
	Item ledger.Item
	// Failed means that the execution which works on the item has failed.
	Failed bool
	// Missed means that there was more than could be told: the page is to be loaded
	// again. There is no Item then.
	Missed bool
	// Problem is why nothing is known for now; "" when it is known again. There is no
	// Item then.
	Problem error
}

// Feed watches one ledger. Make it with [New].
type Feed struct {
	table    Pages
	failures Failures
	every    time.Duration
	now      func() time.Time

	mu        sync.Mutex
	listeners map[chan Change]struct{}
	stop      context.CancelFunc // of the watch, while there are listeners
}

// New watches a table, every so often; now tells the time.
func New(table Pages, failures Failures, every time.Duration, now func() time.Time) *Feed {
	return &Feed{table: table, failures: failures, every: every, now: now, listeners: map[chan Change]struct{}{}}
}

// Listen begins to tell, from what was changed at or after since on (as the ledger
// writes times; "" is a few seconds ago). Call leave when done; the channel is closed then.
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

// catchUp tells one listener what was changed between its page and now.
func (f *Feed) catchUp(ctx context.Context, told chan Change, since string) {
	items, missed, err := f.read(ctx, since)
	if err != nil {
		return // The watch has the same trouble, and tells.
	}

	failed, err := f.failures.Failed(ctx)
	if err != nil {
		return
	}

	f.mu.Lock()
	defer f.mu.Unlock()

	if _, there := f.listeners[told]; !there {
		return
	}

	if missed {
		tell(told, Change{Missed: true})
	}

	for i := range items {
		tell(told, Change{Item: items[i], Failed: hasFailed(&items[i], failed)})
	}
}

// seen is what was last told of an item.
type seen struct {
	item   ledger.Item
	failed bool
}

func (f *Feed) watch(ctx context.Context) {
	var (
		begun    = f.now()
		known    = map[string]seen{}
		troubled bool
	)

	for ctx.Err() == nil {
		since := f.now().Add(-overlap)
		if begun.Add(-overlap / 2).After(since) {
			since = begun.Add(-overlap / 2)
		}

		changes, err := f.look(ctx, since.UTC().Format(layout), known)

		switch {
		case errors.Is(err, context.Canceled):
			return
		case err != nil:
			changes, troubled = []Change{{Problem: err}}, true
		case troubled:
			changes, troubled = append([]Change{{Missed: true}}, changes...), false
		}

		f.tellAll(changes)
		forget(known, since)

		select {
		case <-time.After(f.every):
		case <-ctx.Done():
		}
	}
}

// look finds what is not as it was known, the oldest change first.
func (f *Feed) look(ctx context.Context, since string, known map[string]seen) ([]Change, error) {
	items, missed, err := f.read(ctx, since)
	if err != nil {
		return nil, err
	}

	failed, err := f.failures.Failed(ctx)
	if err != nil {
		return nil, err
	}

	var changes []Change
	if missed {
		changes = append(changes, Change{Missed: true})
	}

	for i := range items {
		id := items[i].Key + "\x00" + items[i].Version
		now := seen{items[i], hasFailed(&items[i], failed)}

		// The index may still have what an item was before, under its status of then.
		before, there := known[id]
		stale := there && before.item.UpdatedAt > now.item.UpdatedAt
		same := there && before.failed == now.failed && before.item.Status == now.item.Status &&
			before.item.UpdatedAt == now.item.UpdatedAt

		if stale || same {
			continue
		}

		known[id] = now
		changes = append(changes, Change{Item: now.item, Failed: now.failed})
	}

	// What has long been in work may fail, or be redriven, without a change of its item.
	for id, before := range known {
		if now := hasFailed(&before.item, failed); now != before.failed {
			before.failed = now
			known[id] = before
			changes = append(changes, Change{Item: before.item, Failed: now})
		}
	}

	return changes, nil
}

// read reads what was changed since then, the oldest change first.
func (f *Feed) read(ctx context.Context, since string) (items []ledger.Item, missed bool, err error) {
	var (
		work   sync.WaitGroup
		mu     sync.Mutex
		failed error
	)

	for _, status := range ledger.Statuses() {
		work.Go(func() {
			page, err := f.table.Page(ctx, ledger.PageQuery{Status: status, Since: since, Limit: perLook})

			mu.Lock()
			defer mu.Unlock()

			failed = errors.Join(failed, err)
			missed = missed || page.Next != nil
			items = append(items, page.Items...)
		})
	}

	work.Wait()

	slices.SortFunc(items, func(a, b ledger.Item) int { return strings.Compare(a.UpdatedAt, b.UpdatedAt) })

	return items, missed, failed
}

func (f *Feed) tellAll(changes []Change) {
	f.mu.Lock()
	defer f.mu.Unlock()

	for told := range f.listeners {
		for _, change := range changes {
			tell(told, change)
		}
	}
}

// tell never waits: a listener that lags is told so with what room is left.
func tell(told chan Change, change Change) {
	switch free := cap(told) - len(told); {
	case free > 1:
		told <- change
	case free == 1:
		told <- Change{Missed: true}
	}
}

// forget drops what no look reaches any longer, but for work that is not done.
func forget(known map[string]seen, since time.Time) {
	mark := since.UTC().Format(layout)

	maps.DeleteFunc(known, func(_ string, one seen) bool {
		return one.item.Status != ledger.Processing && one.item.UpdatedAt < mark
	})
}

func hasFailed(item *ledger.Item, failed map[string]struct{}) bool {
	_, found := failed[item.Owner]

	return found && item.Status == ledger.Processing
}
