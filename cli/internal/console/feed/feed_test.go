package feed_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"triptych/cli/internal/console/feed"
	"triptych/shared/ledger"
)

// fixture simulates the index of a ledger, and the failed executions of Step Functions.
type fixture struct {
	mu     sync.Mutex
	items  map[string]ledger.Item
	failed map[string]struct{}
	broken error
	asked  int
}

func newFixture() *fixture {
	return &fixture{items: map[string]ledger.Item{}, failed: map[string]struct{}{}}
}

func (w *fixture) Page(_ context.Context, query ledger.PageQuery) (ledger.ItemPage, error) {
	w.mu.Lock()
	defer w.mu.Unlock()

	w.asked++

	var page ledger.ItemPage

	for _, item := range w.items {
		if item.Status != query.Status || item.UpdatedAt < query.Since {
			continue
		}

		if len(page.Items) == query.Limit {
			place := item.Position()
			page.Next = &place

			break
		}

		page.Items = append(page.Items, item)
	}

	return page, w.broken
}

func (w *fixture) Failed(context.Context) (map[string]struct{}, error) {
	w.mu.Lock()
	defer w.mu.Unlock()

	copied := map[string]struct{}{}
	for arn := range w.failed {
		copied[arn] = struct{}{}
	}

	return copied, nil
}

func (w *fixture) change(by func()) {
	w.mu.Lock()
	defer w.mu.Unlock()

	by()
}

// put writes an item with the current time.
func (w *fixture) put(key string, status ledger.Status) {
	w.change(func() {
		w.items[key] = ledger.Item{
			Key: key, Version: "v", Status: status, Owner: "arn:" + key, UpdatedAt: time.Now().UTC().Format("2006-01-02T15:04:05.000Z"),
		}
	})
}

// heard returns the changes that have been sent, as text.
func heard(changes <-chan feed.Change) []string {
	var said []string

	for {
		select {
		case change, open := <-changes:
			switch {
			case !open:
				return append(said, "closed")
			case change.Problem != nil:
				said = append(said, "problem")
			case change.Missed:
				said = append(said, "missed")
			case change.Failed:
				said = append(said, change.Item.Key+" failed")
			default:
				said = append(said, change.Item.Key+" "+string(change.Item.Status))
			}
		default:
			return said
		}
	}
}

func TestFeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newFixture()
		w.put("old", ledger.Ready)
		time.Sleep(time.Hour)

		f := feed.New(w, w, time.Second, time.Now)
		changes, leave := f.Listen(t.Context(), "")

		step := func(what string, want ...string) {
			t.Helper()
			time.Sleep(1500 * time.Millisecond)
			synctest.Wait()

			if diff := cmp.Diff(want, heard(changes)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", what, diff)
			}
		}

		step("nothing happens")
		w.put("a", ledger.Processing)
		step("an upload", "a PROCESSING")
		step("nothing more")
		w.put("a", ledger.Ready)
		step("the upload becomes READY", "a READY")

		w.put("b", ledger.Processing)
		step("another", "b PROCESSING")
		time.Sleep(time.Minute)
		w.change(func() { w.failed["arn:b"] = struct{}{} })
		step("the execution fails, long after the last change of the item", "b failed")
		w.change(func() { delete(w.failed, "arn:b") })
		step("the execution is redriven", "b PROCESSING")
		w.put("b", ledger.Ready)
		step("the second upload becomes READY", "b READY")

		w.change(func() { w.broken = errors.New("no network") })
		step("AWS cannot be reached", "problem")
		heard(changes)
		w.change(func() { w.broken = nil })
		time.Sleep(1500 * time.Millisecond)
		synctest.Wait()

		if said := heard(changes); len(said) == 0 || said[len(said)-1] != "missed" {
			t.Errorf("AWS can be reached again: got %v, want \"missed\" as the last", said)
		}

		leave()

		if diff := cmp.Diff([]string{"closed"}, heard(changes)); diff != "" {
			t.Error(diff)
		}

		synctest.Wait()

		asked := w.asked

		time.Sleep(time.Minute)

		if w.asked != asked {
			t.Errorf("without listeners, the ledger was queried %d times", w.asked-asked)
		}
	})
}

// TestFeed_catchUp checks that a page receives the changes that happened while it was loading.
func TestFeed_catchUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newFixture()
		since := time.Now().UTC().Format("2006-01-02T15:04:05.000Z")

		w.put("early", ledger.Ready)
		time.Sleep(time.Minute)

		f := feed.New(w, w, time.Second, time.Now)

		changes, leave := f.Listen(t.Context(), since)
		defer leave()

		synctest.Wait()

		if diff := cmp.Diff([]string{"early READY"}, heard(changes)); diff != "" {
			t.Error(diff)
		}
	})
}

// TestFeed_missedChanges makes more changes than one query reads, and more than the channel of
// a listener can hold.
func TestFeed_missedChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newFixture()
		f := feed.New(w, w, time.Second, time.Now)

		changes, leave := f.Listen(t.Context(), "")
		defer leave()

		for i := range 300 {
			w.put(string(rune('a'+i%26))+time.Duration(i).String(), ledger.Ready)
		}

		time.Sleep(3 * time.Second)
		synctest.Wait()

		if said := heard(changes); !slices.Contains(said, "missed") {
			t.Errorf("300 changes at the same time: %d were sent, without \"missed\"", len(said))
		}
	})
}
