package publish

import (
	"context"
	"errors"
	"fmt"

	"triptych/shared/blobs"
	"triptych/shared/errorcode"
	"triptych/shared/ledger"
)

// Restore makes a READY item of a key current again. Its variants still exist: an earlier
// recipe is in use again. Restore returns Superseded if something newer is current or if
// the upload has been erased.
//
// Restore only replaces a manifest; it never creates or removes one. So it may die at any
// step. Its compare-and-swap succeeds only if the manifest has not changed since before
// the ledger was read. A process that changes the ledger after that checks the manifest
// later, and finds the one that Restore wrote.
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
