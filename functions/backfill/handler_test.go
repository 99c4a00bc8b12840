package main

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"triptych/picture"
	"triptych/shared/backfill"
	"triptych/shared/blobs"
	"triptych/shared/contract"
	"triptych/shared/errorcode"
	"triptych/shared/keys"
	"triptych/shared/ledger"
	"triptych/shared/recipe"
)

const oneVariant = `{"variants": [{"name": "s", "width": 10}]}`

var since = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// fakeStack simulates S3, the ledger and the pipeline. The version id of an original is its
// key.
type fakeStack struct {
	mu      sync.Mutex
	items   map[string]ledger.Item
	current map[string]ledger.Current
	answers map[string][]outcome // the results of start for a key, one for each call
	started []string
	failure error
}

func (d *fakeStack) Current(_ context.Context, _, key string) (blobs.Version, error) {
	return blobs.Version{ID: key, ETag: "e"}, d.failure
}

func (d *fakeStack) start(_ context.Context, arn string, decision *backfill.Decision, _ time.Time) (outcome, error) {
	d.mu.Lock()
	defer d.mu.Unlock()

	key := decision.Upload.Key
	d.started = append(d.started, arn+" "+key)

	answer := d.answers[key][0]
	d.answers[key] = d.answers[key][1:]

	if answer == ended {
		d.items[key] = item(key, ledger.Ready, "backfill-x", since)
	}

	return answer, nil
}

func (d *fakeStack) Restore(_ context.Context, item ledger.Item) error {
	if item.Key == "overtaken" {
		return errorcode.New(errorcode.Superseded, "")
	}

	return nil
}

// fakeLedger is the ledger of a fakeStack.
type fakeLedger struct{ *fakeStack }

func (b fakeLedger) Versions(_ context.Context, key string) ([]ledger.Item, error) {
	b.mu.Lock()
	defer b.mu.Unlock()

	if found, ok := b.items[key]; ok {
		return []ledger.Item{found}, nil
	}

	return nil, nil
}

func (b fakeLedger) Current(_ context.Context, key string) (ledger.Current, bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()

	found, ok := b.current[key]
	if !ok {
		found = ledger.Current{Version: b.items[key].Version, Sequencer: b.items[key].Sequencer}
	}

	return found, true, nil
}

func item(key string, status ledger.Status, owner string, at time.Time) ledger.Item {
	wanted, err := recipe.Parse([]byte(oneVariant))
	if err != nil {
		panic(err)
	}

	return ledger.Item{
		Key: key, Version: keys.Version(key, wanted, picture.Revision), Status: status, SourceVersionID: key, ETag: "e",
		Owner: "arn:aws:states:r:a:execution:pipeline:" + owner, UpdatedAt: at.Format(ledger.TimeLayout), Sequencer: contract.PadSequencer("1"),
	}
}

func ask(round int, asked ...string) contract.BackfillInput {
	in := contract.BackfillInput{Recipe: oneVariant, Pipeline: "arn:pipeline"}
	in.Batch.Options.Since = since
	in.Batch.Round = round

	for _, key := range asked {
		in.Batch.Items = append(in.Batch.Items, contract.BackfillItem{Key: key})
	}

	return in
}

func handlerOf(d *fakeStack) handler {
	return handler{
		decider:  backfill.Decider{Originals: d, Ledger: fakeLedger{d}, Bucket: "uploads", Now: func() time.Time { return since }},
		pipeline: d, restorer: d,
	}
}

func TestHandler_countsEveryOriginalOnce(t *testing.T) {
	t.Parallel()

	d := &fakeStack{
		items: map[string]ledger.Item{
			"done":      item("done", ledger.Ready, "an event's", since.Add(time.Hour)),
			"long ago":  item("long ago", ledger.Ready, "backfill-x", since.Add(-time.Hour)),
			"just made": item("just made", ledger.Ready, "backfill-x", since.Add(time.Second)),
			"refused":   item("refused", ledger.Rejected, "backfill-x", since.Add(time.Second)),
			"back":      item("back", ledger.Ready, "an event's", since),
			"overtaken": item("overtaken", ledger.Ready, "an event's", since),
		},
		current: map[string]ledger.Current{
			"back":      {Version: "other", Sequencer: contract.PadSequencer("1")},
			"overtaken": {Version: "other", Sequencer: contract.PadSequencer("1")},
		},
		answers: map[string][]outcome{"new": {pending}, "broken": {failed}, "ends now": {ended}},
	}

	out, err := handlerOf(d).handle(t.Context(), ask(2, "done", "long ago", "just made", "refused", "back", "overtaken", "new", "broken", "ends now"))
	if err != nil {
		t.Fatal(err)
	}

	want := contract.BackfillBatch{
		Options: contract.BackfillOptions{Since: since}, Items: []contract.BackfillItem{{Key: "new"}}, Round: 3, WaitSeconds: 4,
		Counts: contract.BackfillCounts{Unchanged: 2, Ready: 3, Rejected: 1, Superseded: 1, Failed: 1},
	}
	if diff := cmp.Diff(want, out); diff != "" {
		t.Error(diff)
	}

	if len(d.started) != 3 {
		t.Errorf("started: %v", d.started)
	}
}

// TestHandler_rounds passes the batch that one call returns to the next call, until the
// batch has no originals.
func TestHandler_rounds(t *testing.T) {
	t.Parallel()

	d := &fakeStack{items: map[string]ledger.Item{}, answers: map[string][]outcome{"a": {pending, pending, failed}, "b": {failed}}}
	in := ask(0, "a", "b")

	for range 3 {
		out, err := handlerOf(d).handle(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}

		in.Batch = out
	}

	if len(in.Batch.Items) != 0 || in.Batch.Counts.Failed != 2 || in.Batch.Round != 3 {
		t.Errorf("after three rounds: %+v", in.Batch)
	}
}

func TestWait_limits(t *testing.T) {
	t.Parallel()

	var got []int
	for round := range 8 {
		got = append(got, wait(round))
	}

	if diff := cmp.Diff([]int{1, 2, 4, 8, 16, 30, 30, 30}, got); diff != "" {
		t.Error(diff)
	}
}

func TestHandler_returnsErrors(t *testing.T) {
	t.Parallel()

	d := &fakeStack{failure: errorcode.Wrap(errorcode.Transient, errors.New("slow down"), "")}
	if _, err := handlerOf(d).handle(t.Context(), ask(0, "a")); !errorcode.Is(err, errorcode.Transient) {
		t.Errorf("got %v, want Transient", err)
	}
}
