package publish

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"triptych/shared/faults"
	"triptych/shared/keys"
	"triptych/shared/ledger"
)

// Erased counts what an erasure removed.
type Erased struct {
	Versions int `json:"versions"` // items of the ledger
	Objects  int `json:"objects"`  // of the variants bucket
	// InFlight means that an item was not at its end: an execution that dies may leave
	// an object behind, so the erasure has to be repeated when none can be at work. An
	// upload that is claimed later finds the tombstone, or that its original is gone,
	// before it writes anything.
	InFlight bool `json:"inFlight"`
	// Purge is the id of the pending purge of the CDN (see package purge); empty where the
	// CDN can have nothing.
	Purge string `json:"purge"`
}

// Attempt says which attempt at an erasure this is. It may be repeated.
type Attempt struct {
	// BegunBefore means that an attempt before this one may have removed objects, and died
	// before it could tell.
	BegunBefore bool
	// Sweep means that nothing can be at work any more that was in flight at first.
	Sweep bool
}

// EraseKey erases all that was made of key from uploads that are older than
// sequencer, the deletion's; what is newer stays.
func (p *Protocol) EraseKey(ctx context.Context, key, sequencer string, attempt Attempt) (Erased, error) {
	// Refused where something newer is current; there may be older things all
	// the same.
	if err := p.Ledger.Bury(ctx, key, sequencer); err != nil && !faults.Is(err, faults.Superseded) {
		return Erased{}, fmt.Errorf("erase %s: %w", key, err)
	}

	erased, err := p.eraseOlder(ctx, key, sequencer, attempt)
	if err != nil {
		return Erased{}, fmt.Errorf("erase %s: %w", key, err)
	}

	return erased, nil
}

// eraseOlder removes the objects and then the items of all uploads that are older
// than sequencer, and the objects of uploads that have no item.
func (p *Protocol) eraseOlder(ctx context.Context, key, sequencer string, attempt Attempt) (Erased, error) {
	var older []ledger.Item

	// Objects before items: an upload claims its item before it writes, so what
	// was listed and has no item when the items are read is nobody's.
	condemn := func(ctx context.Context) (func(string) bool, error) {
		items, err := p.Ledger.Versions(ctx, key)
		if err != nil {
			return nil, err
		}

		kept := map[string]bool{}
		older = nil

		for i := range items {
			if items[i].Sequencer < sequencer {
				older = append(older, items[i])
			} else {
				kept[items[i].Version] = true
			}
		}

		return func(object string) bool {
			version, _, inFolder := strings.Cut(strings.TrimPrefix(object, keys.Folder(key)), "/")

			return inFolder && !kept[version] // Else it is the manifest, which settle sees to.
		}, nil
	}

	objects, err := p.unpublish(ctx, key, condemn)
	if err != nil {
		return Erased{}, err
	}

	purge, err := p.addPurge(ctx, key, older, objects > 0 || attempt.BegunBefore)
	if err != nil {
		return Erased{}, err
	}

	for i := range older {
		if err := p.Ledger.Forget(ctx, older[i]); err != nil {
			return Erased{}, err
		}
	}

	return Erased{Versions: len(older), Objects: objects, InFlight: slices.ContainsFunc(older, inFlight), Purge: purge}, nil
}

// addPurge writes down that the CDN has to be purged of a key, where it can have something
// of these items, or where objects were removed. It returns the purge's id, or "".
//
// The objects are gone by now: what was purged before could be cached again. The items are
// still there: an attempt that dies before the purge is written leaves them for the next
// one to find.
func (p *Protocol) addPurge(ctx context.Context, key string, items []ledger.Item, removed bool) (string, error) {
	if keys.Validate(key) != nil || !removed && !slices.ContainsFunc(items, mayBeCached) {
		return "", nil //nolint:nilerr // Nothing is ever made of a bad key.
	}

	return p.Ledger.AddPurge(ctx, key)
}

// mayBeCached reports whether the CDN may have something of an item. A rejected upload was
// never in a manifest. A superseded one was, for a moment, where it was READY before: then
// it has variants.
func mayBeCached(item ledger.Item) bool {
	if item.Status == ledger.Superseded {
		return len(item.Variants) > 0
	}

	return item.Status != ledger.Rejected
}

// inFlight says whether an execution may be at work on an item: it has claimed the
// item, may be redriven, remakes what is READY, or did so when the item was retired.
func inFlight(item ledger.Item) bool {
	return item.Unswept || item.Status == ledger.Processing || item.Status == ledger.Failed || item.Status == ledger.Erased || item.LeaseUntil != 0
}

// unpublish makes the manifest one of an upload that is not erased, or removes it;
// then it removes the objects that are condemned, and says how many there were.
func (p *Protocol) unpublish(
	ctx context.Context, key string, condemn func(context.Context) (func(string) bool, error),
) (int, error) {
	if keys.Validate(key) != nil {
		// Nothing is ever made of it, and S3 may not even know names this long. Only
		// the ledger does.
		_, err := condemn(ctx)

		return 0, err
	}

	if err := p.settle(ctx, key); err != nil {
		return 0, err
	}

	return sweep(ctx, p.Blobs, p.Bucket, keys.Folder(key), condemn)
}

// EraseVersion erases what was made of one version of the original, whatever
// recipe made it, and nothing else. Where it was the current one, the newest of
// those that remain takes its place.
//
// An item in flight stays in the ledger as SUPERSEDED, for the sweep to know which
// objects to look for; then it goes.
func (p *Protocol) EraseVersion(ctx context.Context, key, sourceVersionID string, attempt Attempt) (Erased, error) {
	items, err := p.Ledger.Versions(ctx, key)
	if err != nil {
		return Erased{}, fmt.Errorf("erase version %s of %s: %w", sourceVersionID, key, err)
	}

	ofVersion := slices.DeleteFunc(slices.Clone(items), func(item ledger.Item) bool { return item.SourceVersionID != sourceVersionID })

	erased, err := p.eraseItems(ctx, key, ofVersion, attempt)
	if err != nil {
		return Erased{}, fmt.Errorf("erase version %s of %s: %w", sourceVersionID, key, err)
	}

	if err := p.buryLast(ctx, key, sourceVersionID, items); err != nil {
		return Erased{}, fmt.Errorf("erase version %s of %s: %w", sourceVersionID, key, err)
	}

	return erased, nil
}

// buryLast makes "@current" a tombstone where the version that it points to is erased,
// and no other is left: otherwise the key would stay in the ledger forever.
func (p *Protocol) buryLast(ctx context.Context, key, sourceVersionID string, erased []ledger.Item) error {
	left, err := p.Ledger.Versions(ctx, key)
	if err != nil {
		return err
	}

	if slices.ContainsFunc(left, func(item ledger.Item) bool { return item.SourceVersionID != sourceVersionID }) {
		return nil
	}

	for i := range erased {
		if erased[i].SourceVersionID == sourceVersionID {
			if err := p.Ledger.BuryLast(ctx, key, erased[i].Sequencer); err != nil {
				return err
			}
		}
	}

	return nil
}

// eraseItems bars the uploads first, and retires or forgets them last: an attempt that
// dies between leaves the items for the next one to find.
func (p *Protocol) eraseItems(ctx context.Context, key string, items []ledger.Item, attempt Attempt) (Erased, error) {
	erased := Erased{Versions: len(items), InFlight: slices.ContainsFunc(items, inFlight)}

	for i := range items {
		objects, err := p.removeItem(ctx, items[i])
		if err != nil {
			return Erased{}, err
		}

		erased.Objects += objects
	}

	var err error
	if erased.Purge, err = p.addPurge(ctx, key, items, erased.Objects > 0 || attempt.BegunBefore); err != nil {
		return Erased{}, err
	}

	for i := range items {
		end := p.Ledger.Forget
		if inFlight(items[i]) && !attempt.Sweep {
			end = p.Ledger.Retire
		}

		if err := end(ctx, items[i]); err != nil {
			return Erased{}, err
		}
	}

	return erased, nil
}

// removeItem bars an upload and removes its objects.
func (p *Protocol) removeItem(ctx context.Context, item ledger.Item) (int, error) {
	if err := p.Ledger.Condemn(ctx, item); err != nil {
		return 0, err
	}

	if keys.Validate(item.Key) != nil {
		return 0, nil //nolint:nilerr // As in unpublish.
	}

	if err := p.settle(ctx, item.Key); err != nil {
		return 0, err
	}

	return Remove(ctx, p.Blobs, p.Bucket, item.Key, item.Version)
}
