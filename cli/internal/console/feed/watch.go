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
	// overlap is the period that each query covers. It is longer than the interval of the
	// queries, because the index is eventually consistent and clocks differ.
	overlap = 10 * time.Second
	// perLook is the maximum number of items that one query reads for each status.
	perLook = 200
)

// catchUp sends one listener the changes between the state of its page and now.
func (f *Feed) catchUp(ctx context.Context, told chan Change, since string) {
	items, missed, err := f.read(ctx, since)
	if err != nil {
		return // The watch has the same error, and sends it.
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
		notify(told, Change{Missed: true})
	}

	for i := range items {
		notify(told, Change{Item: items[i], Failed: HasFailed(&items[i], failed)})
	}
}

// seen is the last notification about an item.
type seen struct {
	item   ledger.Item
	failed bool
}

// watch polls the ledger until ctx ends, and sends the changes to the listeners.
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

		changes, err := f.poll(ctx, since.UTC().Format(ledger.TimeLayout), known)

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

// poll finds changes since the last query, oldest first.
func (f *Feed) poll(ctx context.Context, since string, known map[string]seen) ([]Change, error) {
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
		now := seen{items[i], HasFailed(&items[i], failed)}

		// The index may still have the item with its previous status.
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

	// An execution may fail or be redriven without a change of its item.
	for id, before := range known {
		if now := HasFailed(&before.item, failed); now != before.failed {
			before.failed = now
			known[id] = before
			changes = append(changes, Change{Item: before.item, Failed: now})
		}
	}

	return changes, nil
}

// read reads the changes since a time, oldest first.
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

// forget removes items that are too old for the next query, except unfinished items.
func forget(known map[string]seen, since time.Time) {
	mark := since.UTC().Format(ledger.TimeLayout)

	maps.DeleteFunc(known, func(_ string, one seen) bool {
		return one.item.Status != ledger.Processing && one.item.UpdatedAt < mark
	})
}

// HasFailed reports whether the execution of an item has failed, although the ledger does
// not know it yet. failed has the ARNs of the executions that have failed.
func HasFailed(item *ledger.Item, failed map[string]struct{}) bool {
	_, found := failed[item.Owner]

	return found && item.Status == ledger.Processing
}
