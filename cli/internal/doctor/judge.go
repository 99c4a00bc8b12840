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
)

// original is the current version of an original.
type original struct {
	versionID string // "" where the bucket keeps no versions
	etag      string
	uploaded  time.Time
}

// evidence is all that is known of one picture.
type evidence struct {
	key     string
	items   []ledger.Item
	current ledger.Current // zero where the ledger has none
	// objects are those below {key}/-/, by what comes then, with their sizes.
	objects map[string]int64
	// manifest is nil where there is none, or none that can be read.
	manifest *contract.Manifest
	original *original // nil where there is none
	bucket   string    // of the variants
	// running are the owners of items whose lease is over that are at work still, or
	// again: a redrive outlasts the lease.
	running map[string]bool
}

const (
	// onTheWay is how long an upload may be without an item: EventBridge delivers
	// within seconds, but promises no time.
	onTheWay = 2 * time.Minute
	// remembered is how long the ledger surely keeps an item of what was rejected.
	remembered = ledger.Retention - 24*time.Hour
)

const uploadAgain = "upload it again"

// judge holds what is known of a picture against what must be true of it.
func judge(e *evidence, now time.Time) []Finding {
	var found []Finding

	found = append(found, e.judgeOriginal(now)...)
	found = append(found, e.judgeLeases(now)...)
	found = append(found, e.judgeCurrent()...)

	return append(found, e.judgeLeftovers()...)
}

// judgeOriginal: every original is known.
func (e *evidence) judgeOriginal(now time.Time) []Finding {
	if e.original == nil {
		return nil
	}

	age := now.Sub(e.original.uploaded)
	if age < onTheWay || age > remembered || slices.ContainsFunc(e.items, e.original.is) {
		return nil
	}

	return []Finding{problem(checkOriginal, e.key,
		"the ledger knows nothing of the original: its event was lost", uploadAgain+", or look with `triptych replay` for its event")}
}

// is says whether an item is of this original.
func (o *original) is(item ledger.Item) bool {
	if o.versionID == "" || o.versionID == "null" {
		return item.ETag == o.etag
	}

	return item.SourceVersionID == o.versionID
}

// judgeLeases: nothing is left unfinished.
func (e *evidence) judgeLeases(now time.Time) []Finding {
	var found []Finding

	for _, item := range e.items {
		if over(item, now) && !e.running[item.Owner] {
			found = append(found, problem(checkLease, e.key,
				"version "+item.Version+" is in work, but its lease ended "+time.Unix(item.LeaseUntil, 0).UTC().Format(time.RFC3339),
				"`triptych replay` it"))
		}
	}

	return found
}

// over says whether an item is in work beyond its lease.
func over(item ledger.Item, now time.Time) bool {
	return item.Status == ledger.Processing && item.LeaseUntil < now.Unix()
}

// judgeCurrent: what is published is there, all of it, and nothing else is.
func (e *evidence) judgeCurrent() []Finding {
	_, published := e.objects[manifestName]

	if e.current.Version == "" || e.current.Erased {
		if published {
			return []Finding{problem(checkManifest, e.key, "a manifest is published, but the ledger has no current version", e.remove(manifestName))}
		}

		return nil
	}

	place := slices.IndexFunc(e.items, func(item ledger.Item) bool { return item.Version == e.current.Version })
	if place < 0 || e.items[place].Status != ledger.Ready {
		return []Finding{problem(checkLedger, e.key, "the current version "+e.current.Version+" is not READY in the ledger", uploadAgain)}
	}

	var found []Finding

	switch {
	case !published:
		found = append(found, problem(checkManifest, e.key, "the manifest of the current version "+e.current.Version+" is missing", uploadAgain))
	case e.manifest == nil:
		found = append(found, problem(checkManifest, e.key, "the manifest cannot be read", uploadAgain))
	case e.manifest.Version != e.current.Version:
		found = append(found, problem(checkManifest, e.key,
			"the manifest names version "+e.manifest.Version+", the ledger "+e.current.Version, uploadAgain))
	}

	return append(found, e.judgeObjects(e.items[place])...)
}

const (
	manifestName = "manifest.json"
	masterName   = "original"
)

// judgeObjects: each variant of the current version is there, of the size that the
// ledger has, and so is the master.
func (e *evidence) judgeObjects(item ledger.Item) []Finding {
	sizes := map[string]int64{} // by name, without extension

	for rest, bytes := range e.objects {
		if name, ok := strings.CutPrefix(rest, item.Version+"/"); ok {
			sizes[strings.TrimSuffix(name, extension(name))] = bytes
		}
	}

	var found []Finding

	if _, there := sizes[masterName]; !there {
		found = append(found, problem(checkObjects, e.key, "the master of version "+item.Version+" is missing", uploadAgain))
	}

	for _, variant := range item.Variants {
		switch bytes, there := sizes[variant.Name]; {
		case !there:
			found = append(found, problem(checkObjects, e.key, fmt.Sprintf("the variant %s of version %s is missing", variant.Name, item.Version), uploadAgain))
		case bytes != variant.Bytes:
			found = append(found, problem(checkObjects, e.key,
				fmt.Sprintf("the variant %s of version %s has %d bytes, the ledger says %d", variant.Name, item.Version, bytes, variant.Bytes), uploadAgain))
		}
	}

	return found
}

// judgeLeftovers: no version is there that the ledger does not know.
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
		found = append(found, problem(checkUnclaimed, e.key,
			fmt.Sprintf("the ledger does not know version %s, of which there are objects: %d", version, counts[version]), e.remove(version+"/")))
	}

	return found
}

// remove is the command that removes what is below a picture's folder.
func (e *evidence) remove(rest string) string {
	flag := ""
	if strings.HasSuffix(rest, "/") {
		flag = "--recursive "
	}

	return fmt.Sprintf("remove it: aws s3 rm %s%q", flag, "s3://"+e.bucket+"/"+keys.Folder(e.key)+rest)
}

func extension(name string) string {
	if dot := strings.LastIndexByte(name, '.'); dot >= 0 {
		return name[dot:]
	}

	return ""
}
