package protocol

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"triptych/shared/faults"
	"triptych/shared/keys"
	"triptych/shared/ledger"
)

// Erased counts what an erasure removed. With nothing removed there is nothing
// that a CDN could have cached.
type Erased struct {
	Versions int `json:"versions"` // items of the ledger
	Objects  int `json:"objects"`  // of the variants bucket
	// InFlight means that an item was not at its end: an execution that dies may leave
	// an object behind, so the erasure has to be repeated when none can be at work. An
	// upload that is claimed later finds the tombstone, or that its original is gone,
	// before it writes anything.
	InFlight bool `json:"inFlight"`
}

// EraseKey erases all that was made of key from uploads that are older than
// sequencer, the deletion's; what is newer stays. It may be repeated.
func (p *Protocol) EraseKey(ctx context.Context, key, sequencer string) (Erased, error) {
	// Refused where something newer is current; there may be older things all
	// the same.
	if err := p.Ledger.Bury(ctx, key, sequencer); err != nil && !faults.Is(err, faults.Superseded) {
		return Erased{}, fmt.Errorf("erase %s: %w", key, err)
	}

	erased, err := p.eraseOlder(ctx, key, sequencer)
	if err != nil {
		return Erased{}, fmt.Errorf("erase %s: %w", key, err)
	}

	return erased, nil
}

// eraseOlder removes the objects and then the items of all uploads that are older
// than sequencer, and the objects of uploads that have no item.
func (p *Protocol) eraseOlder(ctx context.Context, key, sequencer string) (Erased, error) {
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

	for i := range older {
		if err := p.Ledger.Forget(ctx, older[i]); err != nil {
			return Erased{}, err
		}
	}

	return Erased{Versions: len(older), Objects: objects, InFlight: slices.ContainsFunc(older, inFlight)}, nil
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
// those that remain takes its place. It may be repeated.
//
// An item in flight stays in the ledger as SUPERSEDED, for the sweep to know which
// objects to look for. Sweep says that nothing can be at work any more: then it goes.
func (p *Protocol) EraseVersion(ctx context.Context, key, sourceVersionID string, sweep bool) (Erased, error) {
	items, err := p.Ledger.Versions(ctx, key)
	if err != nil {
		return Erased{}, fmt.Errorf("erase version %s of %s: %w", sourceVersionID, key, err)
	}

	var erased Erased

	for i := range items {
		if items[i].SourceVersionID != sourceVersionID {
			continue
		}

		objects, err := p.eraseItem(ctx, items[i], sweep)
		if err != nil {
			return Erased{}, fmt.Errorf("erase version %s of %s: %w", sourceVersionID, key, err)
		}

		erased.Versions++
		erased.Objects += objects
		erased.InFlight = erased.InFlight || inFlight(items[i])
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

// eraseItem bars the upload first, and retires or forgets it last: an attempt that dies
// between leaves the item for the next one to find.
func (p *Protocol) eraseItem(ctx context.Context, item ledger.Item, sweep bool) (int, error) {
	if err := p.Ledger.Condemn(ctx, item); err != nil {
		return 0, err
	}

	objects := 0

	if keys.Validate(item.Key) == nil { // Else as in unpublish.
		err := p.settle(ctx, item.Key)
		if err == nil {
			objects, err = Remove(ctx, p.Blobs, p.Bucket, item.Key, item.Version)
		}

		if err != nil {
			return 0, err
		}
	}

	if inFlight(item) && !sweep {
		return objects, p.Ledger.Retire(ctx, item)
	}

	return objects, p.Ledger.Forget(ctx, item)
}
