package doctor

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"triptych/shared/contract"
	"triptych/shared/keys"
	"triptych/shared/ledger"
	"triptych/shared/recipe"
)

// original is the current version of an original.
type original struct {
	versionID string // "" if the bucket has no versioning
	etag      string
	uploaded  time.Time
}

// evidence is the state of one key.
type evidence struct {
	key     string
	items   []ledger.Item
	current ledger.Current // the zero value if the ledger has no item "@current"
	// objects has the sizes of the objects with the prefix {key}/-/. The keys of the map
	// are the object keys without this prefix.
	objects map[string]int64
	// manifest is nil if it does not exist or cannot be parsed.
	manifest *contract.Manifest
	original *original // nil if it does not exist
	bucket   string    // the variants bucket
	// running has the executions that are still running, among the owners of failed items
	// and of expired leases. A redriven execution may run after its lease has expired.
	running map[string]bool
}

const (
	// onTheWay is the time after an upload in which a missing item is not a problem:
	// EventBridge usually delivers an event within seconds, but does not guarantee it.
	onTheWay = 2 * time.Minute
	// remembered is the time for which the ledger surely keeps the item of a rejected
	// upload.
	remembered = ledger.Retention - 24*time.Hour
)

const (
	// remake is the advice to generate the missing objects from the original.
	remake = "run `triptych backfill --verify`"
	// uploadAgain is the advice if the original no longer exists.
	uploadAgain = "the original no longer exists: upload it again, or run `triptych erase` on the key"
)

// advice returns the advice for a missing or wrong object.
func (e *evidence) advice() string {
	if e.original == nil {
		return uploadAgain
	}

	return remake
}

// judge returns the problems in the state of a key.
func judge(e *evidence, now time.Time) []Finding {
	var found []Finding

	found = append(found, e.judgeOriginal(now)...)
	found = append(found, e.judgeLeases(now)...)
	found = append(found, e.judgeCurrent()...)

	return append(found, e.judgeLeftovers()...)
}

// judgeOriginal checks that the ledger has an item for the original.
func (e *evidence) judgeOriginal(now time.Time) []Finding {
	if e.original == nil {
		return nil
	}

	age := now.Sub(e.original.uploaded)
	if age < onTheWay || age > remembered || slices.ContainsFunc(e.items, e.original.is) {
		return nil
	}

	return []Finding{problem(checkOriginal, e.key,
		"the ledger has no item for the original: its event was lost", remake+", or look for the event in the list of `triptych replay`")}
}

// is reports whether an item belongs to this original.
func (o *original) is(item ledger.Item) bool {
	if o.versionID == "" || o.versionID == "null" {
		return item.ETag == o.etag
	}

	return item.SourceVersionID == o.versionID
}

// judgeLeases checks that no item has failed, and that no unfinished item has an expired
// lease.
func (e *evidence) judgeLeases(now time.Time) []Finding {
	var found []Finding

	for _, item := range e.items {
		switch {
		case e.running[item.Owner]:
		case item.Status == ledger.Failed:
			found = append(found, problem(checkLease, e.key, "version "+item.Version+" failed: "+item.Code, "retry it with `triptych replay`"))
		case leaseExpired(item, now):
			found = append(found, problem(checkLease, e.key,
				"version "+item.Version+" is PROCESSING, but its lease expired at "+time.Unix(item.LeaseUntil, 0).UTC().Format(time.RFC3339),
				"retry it with `triptych replay`"))
		}
	}

	return found
}

// leaseExpired reports whether an item is PROCESSING with an expired lease.
func leaseExpired(item ledger.Item, now time.Time) bool {
	return item.Status == ledger.Processing && item.LeaseUntil < now.Unix()
}

// judgeCurrent checks that the current version is published completely, and that the manifest
// names no other version.
func (e *evidence) judgeCurrent() []Finding {
	_, published := e.objects[keys.ManifestName]

	if e.current.Version == "" || e.current.Erased {
		if published {
			return []Finding{problem(checkManifest, e.key, "a manifest is published, but the ledger has no current version", e.unpublish())}
		}

		return nil
	}

	place := slices.IndexFunc(e.items, func(item ledger.Item) bool { return item.Version == e.current.Version })
	if place < 0 || e.items[place].Status != ledger.Ready {
		return []Finding{problem(checkLedger, e.key, "the current version "+e.current.Version+" is not READY in the ledger", e.advice())}
	}

	var found []Finding

	switch {
	case !published:
		found = append(found, problem(checkManifest, e.key, "the manifest of the current version "+e.current.Version+" is missing", e.advice()))
	case e.manifest == nil:
		found = append(found, problem(checkManifest, e.key, "the manifest cannot be read", e.advice()))
	case e.manifest.Version != e.current.Version:
		found = append(found, problem(checkManifest, e.key,
			"the manifest names version "+e.manifest.Version+", but the current version in the ledger is "+e.current.Version, e.advice()))
	}

	return append(found, e.judgeObjects(e.items[place])...)
}

// judgeObjects checks that the master and each file of the current version exist, with
// the sizes that the ledger has.
func (e *evidence) judgeObjects(item ledger.Item) []Finding {
	sizes := map[string]int64{} // by the file's name in the version's folder
	master := false

	for rest, bytes := range e.objects {
		if name, ok := strings.CutPrefix(rest, item.Version+"/"); ok {
			sizes[name] = bytes
			master = master || strings.HasPrefix(name, recipe.MasterName+".")
		}
	}

	var found []Finding

	if !master {
		found = append(found, problem(checkObjects, e.key, "the master of version "+item.Version+" is missing", e.advice()))
	}

	for _, file := range item.Files() {
		switch bytes, there := sizes[file.Name]; {
		case !there:
			found = append(found, problem(checkObjects, e.key, fmt.Sprintf("the variant %s of version %s is missing", file.Name, item.Version), e.advice()))
		case bytes != file.Bytes:
			found = append(found, problem(checkObjects, e.key,
				fmt.Sprintf("the variant %s of version %s has %d bytes, but %d bytes in the ledger", file.Name, item.Version, bytes, file.Bytes), e.advice()))
		}
	}

	return found
}

// judgeLeftovers checks that the ledger has an item for every version in the bucket.
func (e *evidence) judgeLeftovers() []Finding {
	counts := map[string]int{}

	for rest := range e.objects {
		version, _, inFolder := strings.Cut(rest, "/")
		known := slices.ContainsFunc(e.items, func(item ledger.Item) bool { return item.Version == version })

		if inFolder && !known {
			counts[version]++
		}
	}

	var found []Finding

	for _, version := range slices.Sorted(maps.Keys(counts)) {
		do := e.remove(version + "/")
		if e.manifest != nil && e.manifest.Version == version {
			do = e.unpublish() // Clients use this version, so do not advise to delete its objects.
		}

		found = append(found, problem(checkUnclaimed, e.key,
			fmt.Sprintf("the ledger has no item for version %s, but the bucket has objects of it: %d", version, counts[version]), do))
	}

	return found
}

// unpublish returns the advice for a published version without an item: generate it again
// from the original, or erase it if the original does not exist.
func (e *evidence) unpublish() string {
	if e.original == nil {
		return fmt.Sprintf("the original no longer exists: run `triptych erase %q`", e.key)
	}

	return remake
}

// remove returns the command that removes a folder that nothing refers to.
func (e *evidence) remove(folder string) string {
	return fmt.Sprintf("remove it: aws s3 rm --recursive %q", "s3://"+e.bucket+"/"+keys.Folder(e.key)+folder)
}
