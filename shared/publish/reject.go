package publish

import (
	"context"
	"fmt"

	"triptych/shared/contract"
	"triptych/shared/faults"
	"triptych/shared/ledger"
)

// Reject writes down why an upload was refused, and removes what was made of it.
// Where another execution has ended the upload otherwise meanwhile, that stands, and
// so does what was made. The result is how it has ended.
func (p *Protocol) Reject(
	ctx context.Context, upload contract.Upload, version, owner string, fault *faults.Fault,
) (ledger.Status, error) {
	status, err := p.Ledger.Reject(ctx, upload, version, owner, fault)
	if err != nil {
		return "", fmt.Errorf("reject %s version %s: %w", upload.Key, version, err)
	}

	// Nothing was ever written for a bad key, and its folder may be another's.
	if status == ledger.Rejected && fault.Code != faults.BadKey {
		if _, err := Remove(ctx, p.Blobs, p.Bucket, upload.Key, version); err != nil {
			return "", fmt.Errorf("reject %s version %s: %w", upload.Key, version, err)
		}
	}

	return status, nil
}
