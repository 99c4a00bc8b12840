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

// reconcile makes the manifest name the newest READY version that is not erased. If there is
// no such version, it removes the manifest. It repeats until a pass changes nothing, because
// the ledger may change between the read of the ledger and the write of the manifest.
func (p *Protocol) reconcile(ctx context.Context, key string) error {
	for range maxSwaps {
		// The manifest is read before the ledger: see "Why it is correct".
		published, etag, err := p.readManifest(ctx, key)
		if err != nil {
			return err
		}

		wanted, found, err := p.newestReady(ctx, key)
		if err != nil {
			return err
		}

		switch {
		case found && published.Version == wanted.Version, !found && etag == "":
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

	return contention("the manifest of " + key)
}

// newestReady returns the item that the manifest should name.
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
		erased := newest.Erased && item.Sequencer < newest.Sequencer

		if item.Status == ledger.Ready && !erased && (!found || later(item, &best, newest.Version) > 0) {
			best, found = *item, true
		}
	}

	return best, found, nil
}

// later compares two READY items of a key. It compares the uploads first. Two recipes may
// have processed the same upload: then the current version is later. Otherwise, it compares
// the times of completion.
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

// restored returns the manifest of an item that was published earlier.
func restored(item ledger.Item) contract.Manifest {
	made, err := time.Parse(time.RFC3339Nano, item.UpdatedAt)
	if err != nil {
		made = time.Time{} // Another program wrote the item. An invalid date is not an error.
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
