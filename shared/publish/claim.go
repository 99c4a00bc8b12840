package publish

import (
	"context"
	"fmt"

	"triptych/shared/contract"
	"triptych/shared/errorcode"
)

// Claim acquires the lease on an upload: see [ledger.Ledger.Claim]. If the upload is
// superseded, Claim removes the objects that an earlier attempt may have written.
func (p *Protocol) Claim(ctx context.Context, upload contract.Upload, version, owner, replaces string) error {
	err := p.Ledger.Claim(ctx, upload, version, owner, replaces)
	if err == nil {
		err = p.claimed(ctx, upload, version, owner)
	}

	if errorcode.Is(err, errorcode.Superseded) {
		if _, failure := Remove(ctx, p.Blobs, p.Bucket, upload.Key, version); failure != nil {
			err = failure // The cleanup failed; the caller gets Superseded after a retry.
		}
	}

	if err != nil {
		return fmt.Errorf("claim %s version %s: %w", upload.Key, version, err)
	}

	return nil
}

// claimed checks the tombstone again after the upload was claimed. It returns Superseded if
// the key was erased before this check. That erasure may have read the items before this
// item existed, so it would not remove the objects of this upload.
func (p *Protocol) claimed(ctx context.Context, upload contract.Upload, version, owner string) error {
	if erased, err := p.erasedSince(ctx, upload); err != nil || !erased {
		return err
	}

	if err := p.Ledger.Supersede(ctx, upload, version, owner); err != nil {
		return err
	}

	return errorcode.New(errorcode.Superseded, "")
}

// MarkMissing ends the work on a claimed upload whose original no longer exists, and returns
// Superseded.
func (p *Protocol) MarkMissing(ctx context.Context, upload contract.Upload, version, owner string) error {
	err := p.Ledger.Supersede(ctx, upload, version, owner)
	if err == nil { // The upload was claimed, so it is not READY and no manifest names it.
		_, err = Remove(ctx, p.Blobs, p.Bucket, upload.Key, version)
	}

	if err != nil {
		return fmt.Errorf("mark %s version %s missing: %w", upload.Key, version, err)
	}

	return errorcode.New(errorcode.Superseded, "")
}
