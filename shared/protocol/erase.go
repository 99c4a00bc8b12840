package protocol

import (
	"context"
	"fmt"
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
}

// EraseKey erases all that was made of key from uploads that are older than
// sequencer, the deletion's; what is newer stays. It may be repeated.
func (p *Protocol) EraseKey(ctx context.Context, key, sequencer string) (Erased, error) {
	// Refused where something newer is current; there may be older things all
	// the same.
	if err := p.Ledger.Bury(ctx, key, sequencer); err != nil && !faults.Is(err, faults.Superseded) {
		return Erased{}, fmt.Errorf("erase %s: %w", key, err)
	}

	objects, err := p.unpublish(ctx, key)
	if err != nil {
		return Erased{}, fmt.Errorf("erase %s: %w", key, err)
	}

	items, err := p.Ledger.Versions(ctx, key)
	if err != nil {
		return Erased{}, fmt.Errorf("erase %s: %w", key, err)
	}

	kept := map[string]bool{}

	var older []ledger.Item

	for i := range items {
		if items[i].Sequencer < sequencer {
			older = append(older, items[i])
		} else {
			kept[items[i].Version] = true
		}
	}

	var erased Erased

	for _, object := range objects {
		version, _, inFolder := strings.Cut(strings.TrimPrefix(object, keys.Folder(key)), "/")
		if !inFolder || kept[version] {
			continue // The manifest, which settle has seen to, or a newer upload's.
		}

		if err := p.Blobs.Delete(ctx, p.Bucket, object); err != nil {
			return Erased{}, fmt.Errorf("erase %s: %w", key, err)
		}

		erased.Objects++
	}

	for i := range older {
		if err := p.Ledger.Forget(ctx, older[i]); err != nil {
			return Erased{}, fmt.Errorf("erase %s: %w", key, err)
		}

		erased.Versions++
	}

	return erased, nil
}

// unpublish makes the manifest one of an upload that is not erased, or removes
// it, and lists all that was made of the key.
func (p *Protocol) unpublish(ctx context.Context, key string) ([]string, error) {
	if keys.Validate(key) != nil {
		return nil, nil //nolint:nilerr // Nothing is ever made of it, and S3 may not even know names this long.
	}

	if err := p.settle(ctx, key); err != nil {
		return nil, err
	}

	// Objects before items: an upload claims its item before it writes, so what
	// was listed and has no item when the items are read is nobody's.
	return p.Blobs.List(ctx, p.Bucket, keys.Folder(key))
}

// EraseVersion erases what was made of one version of the original, whatever
// recipe made it, and nothing else. Where it was the current one, the newest of
// those that remain takes its place. It may be repeated.
func (p *Protocol) EraseVersion(ctx context.Context, key, sourceVersionID string) (Erased, error) {
	items, err := p.Ledger.Versions(ctx, key)
	if err != nil {
		return Erased{}, fmt.Errorf("erase version %s of %s: %w", sourceVersionID, key, err)
	}

	var erased Erased

	for i := range items {
		if items[i].SourceVersionID != sourceVersionID {
			continue
		}

		objects, err := p.eraseItem(ctx, items[i])
		if err != nil {
			return Erased{}, fmt.Errorf("erase version %s of %s: %w", sourceVersionID, key, err)
		}

		erased.Versions++
		erased.Objects += objects
	}

	return erased, nil
}

func (p *Protocol) eraseItem(ctx context.Context, item ledger.Item) (int, error) {
	if err := p.Ledger.Forget(ctx, item); err != nil {
		return 0, err
	}

	if keys.Validate(item.Key) != nil {
		return 0, nil //nolint:nilerr // As in unpublish.
	}

	if err := p.settle(ctx, item.Key); err != nil {
		return 0, err
	}

	return p.remove(ctx, keys.VersionFolder(item.Key, item.Version))
}
