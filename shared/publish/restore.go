package publish

import (
	"context"
	"errors"
	"fmt"

	"triptych/shared/blobs"
	"triptych/shared/errorcode"
	"triptych/shared/ledger"
)

// Restore makes a READY item of a key current again, if an earlier recipe is in use again.
// The variants of the item still exist. Restore returns Superseded if a newer upload or
// deletion is current, or if the upload has been erased.
//
// Restore may die at any step, because it only replaces a manifest, and never creates or
// removes one. It reads the manifest before the ledger, and its compare-and-swap fails if
// the manifest has changed. If another process changes the ledger after Restore has read it,
// that process checks the manifest later, and sees the manifest that Restore wrote.
func (p *Protocol) Restore(ctx context.Context, item ledger.Item) error {
	if err := p.restore(ctx, item); err != nil {
		return fmt.Errorf("restore %s version %s: %w", item.Key, item.Version, err)
	}

	return nil
}

func (p *Protocol) restore(ctx context.Context, item ledger.Item) error {
	for swap := range maxSwaps {
		published, etag, err := p.readManifest(ctx, item.Key)
		if err != nil {
			return err
		}

		if etag == "" {
			return errorcode.New(errorcode.Superseded, "")
		}

		if swap == 0 {
			if err := p.Ledger.SetCurrent(ctx, item.Key, item.Version, item.Sequencer); err != nil {
				return err
			}
		}

		wanted, found, err := p.newestReady(ctx, item.Key)
		if err != nil {
			return err
		}

		if !found || wanted.Version != item.Version {
			return errorcode.New(errorcode.Superseded, "")
		}

		if published.Version == item.Version {
			return nil
		}

		if err := p.swap(ctx, restored(wanted), etag); !errors.Is(err, blobs.ErrChanged) {
			return err
		}
	}

	return contention("the manifest of " + item.Key)
}
