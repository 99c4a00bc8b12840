package publish

import (
	"context"
	"fmt"

	"triptych/shared/contract"
	"triptych/shared/errorcode"
	"triptych/shared/ledger"
)

// Reject records the reason of a rejection, and removes the objects of the upload. If
// another execution has already set another final status, the status and the objects are
// kept. Reject returns the final status.
func (p *Protocol) Reject(
	ctx context.Context, upload contract.Upload, version, owner string, rejection *errorcode.Error,
) (ledger.Status, error) {
	status, err := p.Ledger.Reject(ctx, upload, version, owner, rejection)
	if err != nil {
		return "", fmt.Errorf("reject %s version %s: %w", upload.Key, version, err)
	}

	// A key that is not valid never has objects, and its folder may belong to another key.
	if status == ledger.Rejected && rejection.Code != errorcode.BadKey {
		if _, err := Remove(ctx, p.Blobs, p.Bucket, upload.Key, version); err != nil {
			return "", fmt.Errorf("reject %s version %s: %w", upload.Key, version, err)
		}
	}

	return status, nil
}
