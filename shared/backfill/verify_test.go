package backfill_test

import (
	"context"
	"maps"
	"strings"
	"testing"
	"time"

	"triptych/shared/backfill"
	"triptych/shared/blobs"
	"triptych/shared/contract"
	"triptych/shared/ledger"
)

// fakeVariants simulates the variants bucket. It has the sizes of the objects and the text
// of the manifest.
type fakeVariants struct {
	sizes    map[string]int64
	manifest string
}

func (m fakeVariants) Sizes(_ context.Context, _, prefix string) (map[string]int64, error) {
	found := maps.Clone(m.sizes)
	maps.DeleteFunc(found, func(key string, _ int64) bool { return !strings.HasPrefix(key, prefix) })

	return found, nil
}

func (m fakeVariants) Get(context.Context, string, string, string, int64) ([]byte, string, error) {
	if m.manifest == "" {
		return nil, "", blobs.ErrNotFound
	}

	return []byte(m.manifest), "etag", nil
}

func TestDecider_verify(t *testing.T) {
	t.Parallel()

	version := todaysVersion("v2")
	manifest := func(version string) string { return `{"key": "k", "version": "` + version + `"}` }
	whole := func(version string) map[string]int64 {
		return map[string]int64{
			"k/-/" + version + "/original.jpg": 9, "k/-/" + version + "/s.auto.jpg": 5, "k/-/" + version + "/s.auto.webp": 3,
		}
	}
	without := func(name string) map[string]int64 {
		rest := whole(version)
		delete(rest, "k/-/"+version+"/"+name)

		return rest
	}
	short := whole(version)
	short["k/-/"+version+"/s.auto.webp"] = 2

	tests := map[string]struct {
		made     fakeVariants
		recipe   string // the version of the item, if another recipe made it; "" means today's recipe
		newer    bool   // another upload is current
		status   ledger.Status
		action   backfill.Action
		reason   backfill.Reason
		replaces string
	}{
		"complete":                     {made: fakeVariants{whole(version), manifest(version)}, action: backfill.Nothing, reason: backfill.Done},
		"all objects missing":          {made: fakeVariants{}, action: backfill.Start, reason: backfill.Lost, replaces: contract.LostObjects},
		"no sanitized original":        {made: fakeVariants{without("original.jpg"), manifest(version)}, action: backfill.Start, reason: backfill.Lost, replaces: contract.LostObjects},
		"a file is missing":            {made: fakeVariants{without("s.auto.jpg"), manifest(version)}, action: backfill.Start, reason: backfill.Lost, replaces: contract.LostObjects},
		"an alternative is short":      {made: fakeVariants{short, manifest(version)}, action: backfill.Start, reason: backfill.Lost, replaces: contract.LostObjects},
		"no manifest":                  {made: fakeVariants{whole(version), ""}, action: backfill.Start, reason: backfill.Lost, replaces: contract.LostObjects},
		"a truncated manifest":         {made: fakeVariants{whole(version), "{"}, action: backfill.Start, reason: backfill.Lost, replaces: contract.LostObjects},
		"another version's manifest":   {made: fakeVariants{whole(version), manifest("other")}, action: backfill.Start, reason: backfill.Lost, replaces: contract.LostObjects},
		"rejected":                     {status: ledger.Rejected, action: backfill.Nothing, reason: backfill.Done},
		"made by another recipe":       {made: fakeVariants{whole("other"), manifest("other")}, recipe: "other", action: backfill.Nothing, reason: backfill.Done},
		"another recipe, objects lost": {made: fakeVariants{}, recipe: "other", action: backfill.Start, reason: backfill.Lost, replaces: contract.LostObjects},
		"former, and whole":            {made: fakeVariants{whole(version), manifest("newer")}, newer: true, action: backfill.Restore, reason: backfill.FormerRecipe},
		"former, and lost":             {made: fakeVariants{nil, manifest("newer")}, newer: true, action: backfill.Start, reason: backfill.Lost, replaces: contract.LostObjects},
		"former, without manifest":     {made: fakeVariants{whole(version), ""}, newer: true, action: backfill.Start, reason: backfill.Lost, replaces: contract.LostObjects},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			status, by := ledger.Ready, version
			if test.status != "" {
				status = test.status
			}

			if test.recipe != "" {
				by = test.recipe
			}

			current := &ledger.Current{Version: by, Sequencer: pad("5")}
			if test.newer {
				current.Version = "newer"
			}

			w := fixture{version: &blobs.Version{ID: "v2", ETag: "e2", Bytes: 7}, current: current, items: []ledger.Item{
				of(by, status, "5", func(i *ledger.Item) {
					i.Variants = []ledger.Variant{{
						Name: "s", URL: "https://cdn/k/-/" + by + "/s.auto.jpg", Bytes: 5,
						Alternatives: []contract.ManifestAlternative{{URL: "https://cdn/k/-/" + by + "/s.auto.webp", Bytes: 3}},
					}}
				}),
			}}
			decider := backfill.Decider{
				Originals: w, Ledger: fakeLedger{w}, Bucket: "uploads", Recipe: todays, Missing: true,
				Made: test.made, MadeBucket: "variants", Now: func() time.Time { return now },
			}

			got, err := decider.Decide(t.Context(), "k")
			if err != nil {
				t.Fatal(err)
			}

			if got.Action != test.action || got.Reason != test.reason || got.Replaces != test.replaces {
				t.Errorf("action %s, reason %s, replaces %q; want action %s, reason %s, replaces %q",
					got.Action, got.Reason, got.Replaces, test.action, test.reason, test.replaces)
			}
		})
	}
}

// TestDecider_verify_placesAfterTheManifest covers a ledger that is lost, or older than the
// manifest. The sequencer of the remade version must not be smaller than the sequencer in
// the manifest. Otherwise the manifest would never name the remade version.
func TestDecider_verify_placesAfterTheManifest(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		current *ledger.Current
		etag    string // ETag of the source that the manifest names
		want    string
	}{
		"the ledger is lost":                       {nil, "e2", pad("7")},
		"the ledger and an event are lost":         {nil, "e1", pad("8")},
		"the ledger is older":                      {&ledger.Current{Version: "old", Sequencer: pad("3")}, "e2", pad("7")},
		"the ledger is newer":                      {&ledger.Current{Version: "old", Sequencer: pad("9")}, "e2", pad("A")},
		"the ledger has a tombstone that is older": {&ledger.Current{Erased: true, Sequencer: pad("3")}, "e2", pad("7")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			w := fixture{version: &blobs.Version{ID: "v2", ETag: "e2"}, current: test.current}
			decider := backfill.Decider{
				Originals: w, Ledger: fakeLedger{w}, Recipe: todays, Now: time.Now,
				Made: fakeVariants{nil, `{"version": "x", "sequencer": "` + pad("7") + `", "source": {"etag": "` + test.etag + `"}}`},
			}

			got, err := decider.Decide(t.Context(), "k")
			if err != nil || got.Action != backfill.Start || got.Upload.Sequencer != test.want {
				t.Errorf("action %s, sequencer %s, %v; want a start with sequencer %s", got.Action, got.Upload.Sequencer, err, test.want)
			}
		})
	}
}
