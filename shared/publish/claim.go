package publish

import (
	"context"
	"fmt"

	"triptych/shared/contract"
	"triptych/shared/faults"
)

// Claim takes the work on an upload: see [ledger.Ledger.Claim]. Where something newer
// has overtaken the upload, it removes what a former attempt may have left.
func (p *Protocol) Claim(ctx context.Context, upload contract.Upload, version, owner, replaces string) error {
	err := p.Ledger.Claim(ctx, upload, version, owner, replaces)
	if err == nil {
		err = p.claimed(ctx, upload, version, owner)
	}

	if faults.Is(err, faults.Superseded) {
		if _, failure := Remove(ctx, p.Blobs, p.Bucket, upload.Key, version); failure != nil {
			err = failure // Superseded once this has been retried.
		}
	}

	if err != nil {
		return fmt.Errorf("claim %s version %s: %w", upload.Key, version, err)
	}

	return nil
}

// claimed looks again when the upload is claimed, and returns Superseded where its key
// was erased meanwhile: the eraser may have read the items before this one was there,
// and then nobody would remove what is made of it.
func (p *Protocol) claimed(ctx context.Context, upload contract.Upload, version, owner string) error {
	if erased, err := p.erasedSince(ctx, upload); err != nil || !erased {
		return err
	}

	if err := p.Ledger.Supersede(ctx, upload, version, owner); err != nil {
		return err
	}

	return faults.New(faults.Superseded, "")
}

// Miss ends the work on a claimed upload whose original is no longer there, and
// returns Superseded.
func (p *Protocol) Miss(ctx context.Context, upload contract.Upload, version, owner string) error {
	err := p.Ledger.Supersede(ctx, upload, version, owner)
	if err == nil { // It was claimed, so it is not READY: no manifest names it.
		_, err = Remove(ctx, p.Blobs, p.Bucket, upload.Key, version)
	}

	if err != nil {
		return fmt.Errorf("give up %s version %s: %w", upload.Key, version, err)
	}

	return faults.New(faults.Superseded, "")
}
