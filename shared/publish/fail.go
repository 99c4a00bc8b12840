package publish

import (
	"context"
	"fmt"

	"triptych/shared/contract"
	"triptych/shared/ledger"
)

// Fail records that the execution of an upload failed, timed out or was stopped. version is
// the version under today's recipe. If the execution has claimed another version, Fail marks
// that version. Status changes may be delivered twice, late and in any order. Therefore Fail
// does not change an item if it has a final status, if another execution has claimed it, or
// if the execution was redriven after the failure.
func (p *Protocol) Fail(ctx context.Context, upload contract.Upload, version string, failure ledger.Failure) error {
	if err := p.fail(ctx, upload, version, failure); err != nil {
		return fmt.Errorf("fail %s version %s: %w", upload.Key, version, err)
	}

	return nil
}

func (p *Protocol) fail(ctx context.Context, upload contract.Upload, version string, failure ledger.Failure) error {
	items, err := p.Ledger.Versions(ctx, upload.Key)
	if err != nil {
		return err
	}

	known := false

	for i := range items {
		owned := items[i].Owner == failure.Execution
		if owned {
			if err := p.failOwned(ctx, upload, items[i], failure); err != nil {
				return err
			}
		}

		known = known || owned || items[i].Sequencer == upload.Sequencer
	}

	if known {
		return nil
	}

	overtaken, err := p.overtaken(ctx, upload)
	if err != nil || overtaken {
		return err
	}

	if err := p.Ledger.FailUnclaimed(ctx, upload, version, failure); err != nil {
		return err
	}

	if erased, err := p.erasedSince(ctx, upload); err != nil || !erased {
		return err
	}

	return p.Ledger.Supersede(ctx, upload, version, failure.Execution)
}

// FailedVersion returns the version of a key that is FAILED in the ledger because of a
// failure. The second result is false if the ledger has no such version, because the upload
// has another outcome or its execution was redriven after the failure.
func (p *Protocol) FailedVersion(ctx context.Context, key string, failure ledger.Failure) (string, bool, error) {
	items, err := p.Ledger.Versions(ctx, key)
	if err != nil {
		return "", false, fmt.Errorf("read the failure of %s: %w", key, err)
	}

	for i := range items {
		item := &items[i]
		if item.Status == ledger.Failed && item.Owner == failure.Execution && item.Redrives == failure.Redrives {
			return item.Version, true, nil
		}
	}

	return "", false, nil
}

// failOwned marks an item FAILED, and then checks whether its key was erased. The failed
// execution has claimed the item, or an earlier attempt of Fail created it and may have died
// before this check.
func (p *Protocol) failOwned(ctx context.Context, upload contract.Upload, item ledger.Item, failure ledger.Failure) error {
	if err := p.Ledger.Fail(ctx, item, failure); err != nil {
		return err
	}

	if erased, err := p.erasedSince(ctx, upload); err != nil || !erased {
		return err
	}

	// The erasure may have listed the objects before the execution wrote its last object.
	// Because the item is retired, the erasure runs a sweep.
	return p.Ledger.Retire(ctx, item)
}

// erasedSince reports whether the key of an upload was erased after the upload. Call it
// after the item is written: an earlier erasure may have read the items before this item
// existed.
func (p *Protocol) erasedSince(ctx context.Context, upload contract.Upload) (bool, error) {
	newest, _, err := p.Ledger.Current(ctx, upload.Key)

	return newest.Erased && upload.Sequencer < newest.Sequencer, err
}

// overtaken reports whether the key has a newer upload or deletion.
func (p *Protocol) overtaken(ctx context.Context, upload contract.Upload) (bool, error) {
	newest, found, err := p.Ledger.Current(ctx, upload.Key)

	return found && upload.Sequencer < newest.Sequencer, err
}

// Resume records that the execution of an upload was redriven, with the number of
// redrives: see [Protocol.Fail].
func (p *Protocol) Resume(ctx context.Context, key, execution string, redrives int) error {
	items, err := p.Ledger.Versions(ctx, key)
	if err != nil {
		return fmt.Errorf("resume %s: %w", key, err)
	}

	for i := range items {
		if items[i].Owner != execution {
			continue
		}

		if err := p.Ledger.Resume(ctx, items[i], redrives); err != nil {
			return fmt.Errorf("resume %s: %w", key, err)
		}
	}

	return nil
}
