package publish

import (
	"cmp"
	"context"
	"errors"
	"time"

	"triptych/shared/blobs"
	"triptych/shared/contract"
	"triptych/shared/keys"
	"triptych/shared/ledger"
)

// settle makes the manifest name the newest READY version that is not erased, or
// removes it where there is none. It ends when a pass finds nothing to do: what
// it wrote itself is looked at again, because the ledger may have changed since
// it was read.
func (p *Protocol) settle(ctx context.Context, key string) error {
	for range maxSwaps {
		// The manifest before the ledger: see "Why it holds".
		standing, etag, err := p.standing(ctx, key)
		if err != nil {
			return err
		}

		wanted, found, err := p.newestReady(ctx, key)
		if err != nil {
			return err
		}

		switch {
		case found && standing.Version == wanted.Version, !found && etag == "":
			return nil
		case found:
			err = p.swap(ctx, restored(wanted), etag)
		default:
			err = p.Blobs.DeleteMatch(ctx, p.Bucket, keys.Manifest(key), etag)
		}

		if err != nil && !errors.Is(err, blobs.ErrChanged) {
			return err
		}
	}

	return restless("the manifest of " + key)
}

// newestReady is the item that the manifest should name.
func (p *Protocol) newestReady(ctx context.Context, key string) (ledger.Item, bool, error) {
	items, err := p.Ledger.Versions(ctx, key)
	if err != nil {
		return ledger.Item{}, false, err
	}

	newest, _, err := p.Ledger.Current(ctx, key)
	if err != nil {
		return ledger.Item{}, false, err
	}

	var (
		best  ledger.Item
		found bool
	)

	for i := range items {
		item := &items[i]
		buried := newest.Erased && item.Sequencer < newest.Sequencer

		if item.Status == ledger.Ready && !buried && (!found || later(item, &best, newest.Version) > 0) {
			best, found = *item, true
		}
	}

	return best, found, nil
}

// later orders two READY items of a key: by upload, then the current one (one
// upload may have been made by two recipes), then by when they were finished.
func later(a, b *ledger.Item, current string) int {
	rank := func(item *ledger.Item) int {
		if item.Version == current {
			return 1
		}

		return 0
	}

	return cmp.Or(
		cmp.Compare(a.Sequencer, b.Sequencer),
		cmp.Compare(rank(a), rank(b)),
		cmp.Compare(a.UpdatedAt, b.UpdatedAt),
		cmp.Compare(a.Version, b.Version),
	)
}

// restored is the manifest of an item that was published before.
func restored(item ledger.Item) contract.Manifest {
	made, err := time.Parse(time.RFC3339Nano, item.UpdatedAt)
	if err != nil {
		made = time.Time{} // An item that somebody else wrote; its date is not worth failing for.
	}

	manifest := contract.Manifest{
		Key: item.Key, Version: item.Version, Sequencer: item.Sequencer,
		Source: contract.Source{
			ETag: item.ETag, Bytes: item.Bytes, Format: item.Format, Width: item.Width, Height: item.Height,
		},
		Variants:    make([]contract.ManifestVariant, len(item.Variants)),
		Placeholder: item.Placeholder, Color: item.Color,
		CreatedAt: made,
	}
	for i, variant := range item.Variants {
		manifest.Variants[i] = contract.ManifestVariant(variant)
	}

	return manifest
}
