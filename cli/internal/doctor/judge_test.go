package doctor

import (
	"maps"
	"strings"
	"testing"
	"time"

	"triptych/shared/contract"
	"triptych/shared/keys"
	"triptych/shared/ledger"
)

// healthy returns the evidence of a key without problems.
func healthy(now time.Time) *evidence {
	return &evidence{
		key: "a b.jpg", bucket: "variants",
		original: &original{versionID: "v1", etag: "e", uploaded: now.Add(-time.Hour)},
		items: []ledger.Item{
			{Version: "111111111111", Status: ledger.Ready, SourceVersionID: "v1", Variants: []ledger.Variant{
				{Name: "thumbnail", URL: "https://cdn/a%20b.jpg/-/111111111111/thumbnail.jpg", Bytes: 10},
				{Name: "large", URL: "https://cdn/a%20b.jpg/-/111111111111/large.png", Bytes: 20},
			}},
			{Version: "000000000000", Status: ledger.Rejected, SourceVersionID: "v0"},
		},
		current:  ledger.Current{Version: "111111111111"},
		manifest: &contract.Manifest{Version: "111111111111"},
		objects: map[string]int64{
			"manifest.json": 300, "111111111111/original.jpg": 90, "111111111111/thumbnail.jpg": 10, "111111111111/large.png": 20,
		},
	}
}

// auto changes the variant "large" to the format `auto`.
func auto(e *evidence) {
	delete(e.objects, "111111111111/large.png")
	e.objects["111111111111/large.auto.jpg"], e.objects["111111111111/large.auto.webp"] = 20, 15
	e.items[0].Variants[1].URL = "https://cdn/a%20b.jpg/-/111111111111/large.auto.jpg"
	e.items[0].Variants[1].Alternatives = []contract.ManifestAlternative{
		{URL: "https://cdn/a%20b.jpg/-/111111111111/large.auto.webp", Bytes: 15},
	}
}

func TestJudge(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)

	tests := map[string]struct {
		change func(*evidence)
		want   []string // parts of the problems, in their order
	}{
		"no problems":              {func(*evidence) {}, nil},
		"the original was deleted": {func(e *evidence) { e.original = nil }, nil},
		"the ledger has no item of the original": {func(e *evidence) {
			*e = evidence{original: e.original, objects: map[string]int64{}}
		}, []string{"its event was lost"}},
		"a second after the upload": {func(e *evidence) {
			*e = evidence{original: &original{versionID: "v1", uploaded: now.Add(-time.Second)}}
		}, nil},
		"the item of a rejection has expired": {func(e *evidence) {
			*e = evidence{original: &original{versionID: "v1", uploaded: now.Add(-ledger.Retention)}}
		}, nil},
		"the ledger has only an older upload":         {func(e *evidence) { e.original.versionID = "v2" }, []string{"its event was lost"}},
		"in a bucket without versioning":              {func(e *evidence) { e.original.versionID, e.items[0].ETag = "null", "e" }, nil},
		"another ETag in a bucket without versioning": {func(e *evidence) { e.original.versionID, e.items[0].ETag = "", "f" }, []string{"its event was lost"}},
		"processing":            {func(e *evidence) { e.items[1].Status, e.items[1].LeaseUntil = ledger.Processing, now.Unix()+60 }, nil},
		"the lease has expired": {func(e *evidence) { e.items[1].Status, e.items[1].LeaseUntil = ledger.Processing, now.Unix()-1 }, []string{"lease expired"}},
		"the lease has expired and the execution is running": {func(e *evidence) {
			e.items[1].Status, e.items[1].LeaseUntil, e.items[1].Owner = ledger.Processing, now.Unix()-1, "a"
			e.running = map[string]bool{"a": true}
		}, nil},
		"no manifest":                   {func(e *evidence) { delete(e.objects, keys.ManifestName) }, []string{"is missing"}},
		"an invalid manifest":           {func(e *evidence) { e.manifest = nil }, []string{"cannot be read"}},
		"a manifest of another version": {func(e *evidence) { e.manifest.Version = "222222222222" }, []string{"names version 222222222222"}},
		"a variant is missing":          {func(e *evidence) { delete(e.objects, "111111111111/large.png") }, []string{"variant large"}},
		"a variant is too short":        {func(e *evidence) { e.objects["111111111111/large.png"] = 19 }, []string{"19 bytes, but 20 bytes in the ledger"}},
		"a variant in two formats":      {func(e *evidence) { auto(e) }, nil},
		"a variant in two formats, one of which is missing": {func(e *evidence) {
			auto(e)
			delete(e.objects, "111111111111/large.auto.webp")
		}, []string{"variant large.auto.webp"}},
		"the ledger has no item of the published version": {func(e *evidence) {
			e.items, e.current, e.original.uploaded = nil, ledger.Current{}, now
		}, []string{"no current version", "no item for version 111111111111"}},
		"the master is missing": {func(e *evidence) { delete(e.objects, "111111111111/original.jpg") }, []string{"master"}},
		"all objects are missing": {func(e *evidence) { clear(e.objects) }, []string{
			"manifest of the current version", "master", "variant thumbnail", "variant large",
		}},
		"the current version is not READY":    {func(e *evidence) { e.items[0].Status = ledger.Superseded }, []string{"is not READY"}},
		"the current version is unknown":      {func(e *evidence) { e.current.Version = "333333333333" }, []string{"333333333333 is not READY"}},
		"published without a current version": {func(e *evidence) { e.current = ledger.Current{} }, []string{"no current version"}},
		"erased, but published":               {func(e *evidence) { e.current.Erased = true }, []string{"no current version"}},
		"erased": {func(e *evidence) {
			*e = evidence{key: e.key, current: ledger.Current{Erased: true, Version: "111111111111"}}
		}, nil},
		"objects of two unknown versions": {func(e *evidence) {
			maps.Copy(e.objects, map[string]int64{"444444444444/a.jpg": 1, "444444444444/b.jpg": 1, "555555555555/a.jpg": 1})
		}, []string{"version 444444444444, but the bucket has objects of it: 2", "version 555555555555, but the bucket has objects of it: 1"}},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			seen := healthy(now)
			test.change(seen)

			found := judge(seen, now)
			if len(found) != len(test.want) {
				t.Fatalf("%d findings, want %d: %+v", len(found), len(test.want), found)
			}

			for i, part := range test.want {
				if !strings.Contains(found[i].Problem, part) || found[i].Do == "" || found[i].Key != seen.key || found[i].Status != Problem {
					t.Errorf("%+v, want %q", found[i], part)
				}
			}
		})
	}
}

// If the original exists, each finding advises to run a backfill, which generates the
// objects again. Without an original, no finding advises a backfill or the removal of
// objects.
func TestJudge_advice(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)

	for name, change := range map[string]func(*evidence){
		"all objects are missing":                       func(e *evidence) { clear(e.objects) },
		"the manifest is missing":                       func(e *evidence) { delete(e.objects, keys.ManifestName) },
		"the manifest is of another version":            func(e *evidence) { e.manifest.Version = "000000000000" },
		"the ledger is empty":                           func(e *evidence) { e.items, e.current = nil, ledger.Current{} },
		"the ledger has no item of the current upload":  func(e *evidence) { e.original.versionID = "v2" },
		"the ledger has no item of the current version": func(e *evidence) { e.items = e.items[1:] },
	} {
		t.Run(name, func(t *testing.T) {
			seen := healthy(now)
			change(seen)

			found := judge(seen, now)
			if len(found) == 0 {
				t.Fatal("no finding")
			}

			for _, one := range found {
				if !strings.Contains(one.Do, "triptych backfill --verify") {
					t.Errorf("%s: do %q", one.Problem, one.Do)
				}
			}

			seen.original = nil
			for _, one := range judge(seen, now) {
				if strings.Contains(one.Do, "backfill") || strings.Contains(one.Do, "s3 rm") {
					t.Errorf("without an original, %s: do %q", one.Problem, one.Do)
				}
			}
		})
	}
}
