package publish

import (
	"context"
	"errors"
	"fmt"

	"triptych/shared/blobs"
	"triptych/shared/faults"
	"triptych/shared/ledger"
)

// Restore makes a READY item of a key current again, whose variants are still there:
// a recipe has come back. Where something newer is current, or the upload has been
// erased, it returns Superseded.
//
// It replaces a manifest, and never makes or removes one, so that it may die anywhere:
// where the manifest stands as it was read before the ledger, whoever changes the
// ledger afterwards has yet to look at it, and finds what was put there.
func (p *Protocol) Restore(ctx context.Context, item ledger.Item) error {
	if err := p.restore(ctx, item); err != nil {
		return fmt.Errorf("restore %s version %s: %w", item.Key, item.Version, err)
	}

	return nil
}

func (p *Protocol) restore(ctx context.Context, item ledger.Item) error {
	for swap := range maxSwaps {
		standing, etag, err := p.standing(ctx, item.Key)
		if err != nil {
			return err
		}

		if etag == "" {
			return faults.New(faults.Superseded, "")
		}

		if swap == 0 {
			if err := p.Ledger.Raise(ctx, item.Key, item.Version, item.Sequencer); err != nil {
				return err
			}
		}

		wanted, found, err := p.newestReady(ctx, item.Key)
		if err != nil {
			return err
		}

		if !found || wanted.Version != item.Version {
			return faults.New(faults.Superseded, "")
		}

		if standing.Version == item.Version {
			return nil
		}

		if err := p.swap(ctx, restored(wanted), etag); !errors.Is(err, blobs.ErrChanged) {
			return err
		}
	}

	return restless("the manifest of " + item.Key)
}
