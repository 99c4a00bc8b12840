package backfill_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"triptych/picture"
	"triptych/shared/backfill"
	"triptych/shared/blobs"
	"triptych/shared/contract"
	"triptych/shared/keys"
	"triptych/shared/ledger"
	"triptych/shared/recipe"
)

// fixture is the state of S3 and the ledger for one key.
type fixture struct {
	version *blobs.Version // nil if the original does not exist
	items   []ledger.Item
	current *ledger.Current
}

func (f fixture) Current(context.Context, string, string) (blobs.Version, error) {
	if f.version == nil {
		return blobs.Version{}, blobs.ErrNotFound
	}

	return *f.version, nil
}

// fakeLedger is the ledger of a fixture.
type fakeLedger struct{ fixture }

func (r fakeLedger) Versions(context.Context, string) ([]ledger.Item, error) { return r.items, nil }

func (r fakeLedger) Current(context.Context, string) (ledger.Current, bool, error) {
	if r.current == nil {
		return ledger.Current{}, false, nil
	}

	return *r.current, true, nil
}

var (
	now    = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	todays = recipe.Recipe{Variants: []recipe.Variant{{Name: "s", Width: 10}}}
)

// pad pads a sequencer as the ledger does.
func pad(sequencer string) string { return contract.PadSequencer(sequencer) }

func todaysVersion(id string) string { return keys.Version(id, todays, picture.Revision) }

// of returns an item of the original version "v2". The argument version is the item's own
// version.
func of(version string, status ledger.Status, sequencer string, change ...func(*ledger.Item)) ledger.Item {
	item := ledger.Item{Key: "k", Version: version, Status: status, Sequencer: pad(sequencer), SourceVersionID: "v2", ETag: "e2", Owner: "arn:someone"}
	for _, c := range change {
		c(&item)
	}

	return item
}

func leased(until time.Time, owner string) func(*ledger.Item) {
	return func(i *ledger.Item) { i.LeaseUntil, i.Owner = until.Unix(), owner }
}

func former(i *ledger.Item) { i.SourceVersionID, i.ETag = "v1", "e1" }

func TestDecider_Decide(t *testing.T) {
	t.Parallel()

	here := &blobs.Version{ID: "v2", ETag: "e2", Bytes: 7}
	version := todaysVersion("v2")
	later, earlier := now.Add(time.Minute), now.Add(-time.Minute)

	tests := map[string]struct {
		fixture   fixture
		missing   bool
		action    backfill.Action
		reason    backfill.Reason
		sequencer string
	}{
		"the original no longer exists": {fixture: fixture{}, action: backfill.Nothing, reason: backfill.Gone},
		"the key is unknown": {
			fixture: fixture{version: here}, action: backfill.Start, reason: backfill.Missing, sequencer: pad("0"),
		},
		"the upload is READY and current": {
			fixture: fixture{version: here, items: []ledger.Item{of(version, ledger.Ready, "5")}, current: &ledger.Current{Version: version, Sequencer: pad("5")}},
			action:  backfill.Nothing, reason: backfill.Done, sequencer: pad("5"),
		},
		"the event was lost, and an older upload is current": {
			fixture: fixture{version: here, items: []ledger.Item{of("old", ledger.Ready, "1F", former)}, current: &ledger.Current{Version: "old", Sequencer: pad("1F")}},
			action:  backfill.Start, reason: backfill.Missing, sequencer: pad("20"),
		},
		"the event was lost, and an older upload was deleted": {
			fixture: fixture{version: here, current: &ledger.Current{Erased: true, Sequencer: pad("AF")}},
			action:  backfill.Start, reason: backfill.Missing, sequencer: pad("B0"),
		},
		"a delete marker was removed": {
			fixture: fixture{
				version: here, items: []ledger.Item{of("older recipe's", ledger.Superseded, "3")},
				current: &ledger.Current{Erased: true, Sequencer: pad("9")},
			},
			action: backfill.Start, reason: backfill.Missing, sequencer: pad("A"),
		},
		"made by another recipe": {
			fixture: fixture{version: here, items: []ledger.Item{of("other", ledger.Ready, "5")}, current: &ledger.Current{Version: "other", Sequencer: pad("5")}},
			action:  backfill.Start, reason: backfill.OtherRecipe, sequencer: pad("5"),
		},
		"made by another recipe, with --missing": {
			fixture: fixture{version: here, items: []ledger.Item{of("other", ledger.Ready, "5")}, current: &ledger.Current{Version: "other", Sequencer: pad("5")}},
			missing: true, action: backfill.Nothing, reason: backfill.Done, sequencer: pad("5"),
		},
		"rejected by another recipe, with --missing": {
			fixture: fixture{version: here, items: []ledger.Item{of("other", ledger.Rejected, "5")}},
			missing: true, action: backfill.Nothing, reason: backfill.Done, sequencer: pad("5"),
		},
		"an older upload made by another recipe, with --missing": {
			fixture: fixture{version: here, items: []ledger.Item{of("old", ledger.Ready, "5", former)}, current: &ledger.Current{Version: "old", Sequencer: pad("5")}},
			missing: true, action: backfill.Start, reason: backfill.Missing, sequencer: pad("6"),
		},
		"an earlier recipe is used again": {
			fixture: fixture{
				version: here, items: []ledger.Item{of(version, ledger.Ready, "5"), of("other", ledger.Ready, "5")},
				current: &ledger.Current{Version: "other", Sequencer: pad("5")},
			},
			action: backfill.Restore, reason: backfill.FormerRecipe, sequencer: pad("5"),
		},
		"a newer upload is current": {
			fixture: fixture{version: here, items: []ledger.Item{of(version, ledger.Ready, "5")}, current: &ledger.Current{Version: "x", Sequencer: pad("6")}},
			action:  backfill.Nothing, reason: backfill.Done, sequencer: pad("5"),
		},
		"the upload was rejected": {
			fixture: fixture{version: here, items: []ledger.Item{of(version, ledger.Rejected, "5")}},
			action:  backfill.Nothing, reason: backfill.Done, sequencer: pad("5"),
		},
		"an execution is processing it": {
			fixture: fixture{version: here, items: []ledger.Item{of(version, ledger.Processing, "5", leased(later, "arn:other"))}},
			action:  backfill.Nothing, reason: backfill.AtWork, sequencer: pad("5"),
		},
		"the lease of its execution has expired": {
			fixture: fixture{version: here, items: []ledger.Item{of(version, ledger.Processing, "5", leased(earlier, "arn:other"))}},
			action:  backfill.Start, reason: backfill.Unfinished, sequencer: pad("5"),
		},
		"an execution of a backfill is processing it": {
			fixture: fixture{version: here, items: []ledger.Item{of(version, ledger.Processing, "5", leased(later, "arn:aws:states:r:a:execution:m:backfill-1"))}},
			action:  backfill.Start, reason: backfill.Unfinished, sequencer: pad("5"),
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			decider := backfill.Decider{
				Originals: test.fixture, Ledger: fakeLedger{test.fixture}, Bucket: "uploads", Recipe: todays, Missing: test.missing,
				Now: func() time.Time { return now },
			}

			got, err := decider.Decide(t.Context(), "k")
			if err != nil {
				t.Fatal(err)
			}

			if got.Action != test.action || got.Reason != test.reason || got.Upload.Sequencer != test.sequencer {
				t.Errorf("action %s, reason %s, sequencer %s; want action %s, reason %s, sequencer %s",
					got.Action, got.Reason, got.Upload.Sequencer, test.action, test.reason, test.sequencer)
			}
		})
	}
}

// TestDecider_Decide_bucketWithoutVersions uses a bucket without versioning. There, the ETag
// and the sequencer replace the version id. Decide must find the version with the sequencer
// from the ledger.
func TestDecider_Decide_bucketWithoutVersions(t *testing.T) {
	t.Parallel()

	version := todaysVersion("e2 " + pad("5"))
	w := fixture{
		version: &blobs.Version{ETag: "e2"}, current: &ledger.Current{Version: version, Sequencer: pad("5")},
		items: []ledger.Item{of(version, ledger.Ready, "5", func(i *ledger.Item) { i.SourceVersionID = "" })},
	}

	decider := backfill.Decider{Originals: w, Ledger: fakeLedger{w}, Recipe: todays, Now: time.Now}

	got, err := decider.Decide(t.Context(), "k")
	if err != nil || got.Reason != backfill.Done || got.Version != version {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestDecision_execution(t *testing.T) {
	t.Parallel()

	decision := &backfill.Decision{
		Version: "abc", Upload: contract.Upload{Bucket: "uploads", Key: "a <&>.jpg", VersionID: "v", ETag: "e", Bytes: 7, Sequencer: pad("1")},
	}

	name := decision.ExecutionName(time.Time{})
	if !strings.HasPrefix(name, "backfill-abc-") || len(name) > 80 || name != decision.ExecutionName(time.Time{}) {
		t.Errorf("the name is %s", name)
	}

	for what, change := range map[string]func(*backfill.Decision){
		"key":       func(d *backfill.Decision) { d.Upload.Key = "b" },
		"version":   func(d *backfill.Decision) { d.Version = "abd" },
		"sequencer": func(d *backfill.Decision) { d.Upload.Sequencer = pad("2") },
	} {
		other := *decision
		change(&other)

		if other.ExecutionName(time.Time{}) == name {
			t.Errorf("another %s has the same name", what)
		}
	}

	// Step Functions remembers the executions of an earlier backfill.
	if verified := decision.ExecutionName(now); verified == name || verified == decision.ExecutionName(now.Add(time.Second)) {
		t.Errorf("verified at two times, the name is %s", verified)
	}

	input, err := decision.ExecutionInput()
	if err != nil {
		t.Fatal(err)
	}

	want := `{"detail-type":"Object Created","source":"triptych.backfill","detail":{"bucket":{"name":"uploads"},` +
		`"object":{"key":"a \u003c\u0026\u003e.jpg","size":7,"etag":"e","version-id":"v","sequencer":"` + pad("1") + `"},"reason":"Backfill"}}`
	if diff := cmp.Diff(want, input); diff != "" {
		t.Error(diff)
	}
}

func TestNextSequencer(t *testing.T) {
	t.Parallel()

	for from, want := range map[string]string{
		pad("0"): pad("1"), pad("9"): pad("A"), pad("FF"): pad("100"), pad("0055AED6DCD90281E5"): pad("55AED6DCD90281E6"),
	} {
		if got := contract.NextSequencer(from); got != want || got <= from {
			t.Errorf("the sequencer after %s is %s, want %s", from, got, want)
		}
	}
}
