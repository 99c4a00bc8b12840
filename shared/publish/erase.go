package publish

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"triptych/shared/errorcode"
	"triptych/shared/keys"
	"triptych/shared/ledger"
)

// Erased counts the versions and objects that an erasure removed.
type Erased struct {
	Versions int `json:"versions"` // items of the ledger
	Objects  int `json:"objects"`  // objects in the variants bucket
	// InFlight means that an execution may be processing an erased upload. If this
	// execution dies, it may leave an object, so the erasure must be repeated when no
	// execution can be running. An execution that claims an erased upload later stops
	// before it writes an object: it finds the tombstone, or a missing original.
	InFlight bool `json:"inFlight"`
	// Purge is the id of the pending purge of the CDN (see package purge). It is empty if
	// the CDN cannot have cached an object.
	Purge string `json:"purge"`
}

// Attempt describes the attempt at an erasure. An erasure may be repeated.
type Attempt struct {
	// BegunBefore means that an earlier attempt may have removed objects and crashed
	// before it reported them.
	BegunBefore bool
	// Sweep means that the executions that were in flight at the first attempt can no
	// longer be running.
	Sweep bool
}

// EraseKey erases the objects and items of all uploads of key that are older than the
// deletion with this sequencer. Newer uploads are kept.
func (p *Protocol) EraseKey(ctx context.Context, key, sequencer string, attempt Attempt) (Erased, error) {
	// SetTombstone returns Superseded if a newer upload or deletion is current. Even then,
	// erase the older uploads.
	if err := p.Ledger.SetTombstone(ctx, key, sequencer); err != nil && !errorcode.Is(err, errorcode.Superseded) {
		return Erased{}, fmt.Errorf("erase %s: %w", key, err)
	}

	erased, err := p.eraseOlder(ctx, key, sequencer, attempt)
	if err != nil {
		return Erased{}, fmt.Errorf("erase %s: %w", key, err)
	}

	return erased, nil
}

// eraseOlder removes the objects and then the items of all uploads that are older than
// sequencer. It also removes the objects of uploads that have no item.
func (p *Protocol) eraseOlder(ctx context.Context, key, sequencer string, attempt Attempt) (Erased, error) {
	var older []ledger.Item

	// Objects are listed before items are read. An execution creates the item before it
	// writes an object. So if a listed object has no item, no execution is processing it.
	match := func(ctx context.Context) (func(string) bool, error) {
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

			return inFolder && !kept[version] // The only object outside a version's folder is the manifest: reconcile handles it.
		}, nil
	}

	objects, err := p.unpublish(ctx, key, match)
	if err != nil {
		return Erased{}, err
	}

	purge, err := p.addPurge(ctx, key, older, objects > 0 || attempt.BegunBefore)
	if err != nil {
		return Erased{}, err
	}

	for i := range older {
		if err := p.Ledger.DeleteItem(ctx, older[i]); err != nil {
			return Erased{}, err
		}
	}

	return Erased{Versions: len(older), Objects: objects, InFlight: slices.ContainsFunc(older, inFlight), Purge: purge}, nil
}

// addPurge records a purge of a key if the CDN may have cached objects of these items, or if
// objects were removed. It returns the id of the purge, or "".
//
// addPurge is called after the objects are removed: after an earlier purge, the CDN could
// cache them again. It is called before the items are removed: if an attempt dies before it
// records the purge, the next attempt still finds the items.
func (p *Protocol) addPurge(ctx context.Context, key string, items []ledger.Item, removed bool) (string, error) {
	if keys.Validate(key) != nil || !removed && !slices.ContainsFunc(items, mayBeCached) {
		return "", nil //nolint:nilerr // A key that is not valid never has objects.
	}

	return p.Ledger.AddPurge(ctx, key)
}

// mayBeCached reports whether the CDN may have cached objects of an item. A rejected upload
// was never in a manifest. A superseded upload may have been READY and in a manifest; then
// its item has variants.
func mayBeCached(item ledger.Item) bool {
	if item.Status == ledger.Superseded {
		return len(item.Variants) > 0
	}

	return item.Status != ledger.Rejected
}

// inFlight reports whether an execution may be processing an item. There are four cases: an
// execution has claimed the item; its execution failed and may be redriven; an execution is
// remaking the objects of a READY upload; or one of these was true when the item was
// retired.
func inFlight(item ledger.Item) bool {
	return item.Unswept || item.Status == ledger.Processing || item.Status == ledger.Failed || item.Status == ledger.Erased || item.LeaseUntil != 0
}

// unpublish makes the manifest name an upload that is not erased, or removes the
// manifest. Then it removes the matching objects, and returns their number.
func (p *Protocol) unpublish(
	ctx context.Context, key string, match func(context.Context) (func(string) bool, error),
) (int, error) {
	if keys.Validate(key) != nil {
		// A key that is not valid never has objects, and it may be too long for S3. Only the
		// ledger may have items for it.
		_, err := match(ctx)

		return 0, err
	}

	if err := p.reconcile(ctx, key); err != nil {
		return 0, err
	}

	return sweep(ctx, p.Blobs, p.Bucket, keys.Folder(key), match)
}

// EraseVersion erases all objects and items of one version of the original, for every
// recipe. If the version was current, the newest remaining version becomes current.
//
// An item in flight stays in the ledger as SUPERSEDED until the sweep. The sweep needs the
// item to find the objects, and then deletes it.
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

	if err := p.setLastTombstone(ctx, key, sourceVersionID, items); err != nil {
		return Erased{}, fmt.Errorf("erase version %s of %s: %w", sourceVersionID, key, err)
	}

	return erased, nil
}

// setLastTombstone makes "@current" a tombstone if it points to an erased version and the
// key has no other version. A tombstone expires; without it, the key would stay in the
// ledger forever.
func (p *Protocol) setLastTombstone(ctx context.Context, key, sourceVersionID string, erased []ledger.Item) error {
	left, err := p.Ledger.Versions(ctx, key)
	if err != nil {
		return err
	}

	if slices.ContainsFunc(left, func(item ledger.Item) bool { return item.SourceVersionID != sourceVersionID }) {
		return nil
	}

	for i := range erased {
		if erased[i].SourceVersionID == sourceVersionID {
			if err := p.Ledger.SetTombstoneIfCurrent(ctx, key, erased[i].Sequencer); err != nil {
				return err
			}
		}
	}

	return nil
}

// eraseItems first marks the uploads ERASED, and retires or deletes the items last. If an
// attempt dies between these steps, the next attempt still finds the items.
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
		end := p.Ledger.DeleteItem
		if inFlight(items[i]) && !attempt.Sweep {
			end = p.Ledger.Retire
		}

		if err := end(ctx, items[i]); err != nil {
			return Erased{}, err
		}
	}

	return erased, nil
}

// removeItem marks an upload ERASED and removes its objects.
func (p *Protocol) removeItem(ctx context.Context, item ledger.Item) (int, error) {
	if err := p.Ledger.MarkErased(ctx, item); err != nil {
		return 0, err
	}

	if keys.Validate(item.Key) != nil {
		return 0, nil //nolint:nilerr // A key that is not valid never has objects, as in unpublish.
	}

	if err := p.reconcile(ctx, item.Key); err != nil {
		return 0, err
	}

	return Remove(ctx, p.Blobs, p.Bucket, item.Key, item.Version)
}
