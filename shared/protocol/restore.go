package protocol

import (
	"context"
	"fmt"

	"triptych/shared/ledger"
)

// Restore makes a READY item of a key current again, whose variants are still there:
// a recipe has come back. Where something newer is current, or the upload has been
// erased, it changes nothing that lasts and returns Superseded.
func (p *Protocol) Restore(ctx context.Context, item ledger.Item) error {
	manifest := restored(item)

	err := p.Ledger.Raise(ctx, item.Key, item.Version, item.Sequencer)
	if err == nil {
		err = p.advance(ctx, manifest)
	}

	if err == nil {
		err = p.lookAgain(ctx, manifest)
	}

	// What erases an upload settles its manifest: see lookAgain.
	if err != nil {
		return fmt.Errorf("restore %s version %s: %w", item.Key, item.Version, err)
	}

	return nil
}
