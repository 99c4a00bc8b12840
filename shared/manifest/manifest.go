// Package manifest reads the published manifests of uploads.
package manifest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"triptych/shared/contract"
	"triptych/shared/errorcode"
	"triptych/shared/keys"
)

// MaxBytes is the maximum size of a manifest that Read accepts. A manifest of 32 variants
// with the longest key needs less than a fifth of MaxBytes.
const MaxBytes = 1 << 20

// ErrInvalid is the error for an object that is not a manifest, or is larger than
// [MaxBytes].
var ErrInvalid = errors.New("the object is not a manifest")

// Getter reads objects: see [blobs.Store].
type Getter interface {
	Get(ctx context.Context, bucket, key, versionID string, maxBytes int64) ([]byte, string, error)
}

// Read returns the manifest of a key, and its ETag. It returns [blobs.ErrNotFound] if the
// key has no manifest, and [ErrInvalid] if the object cannot be parsed.
func Read(ctx context.Context, objects Getter, bucket, key string) (contract.Manifest, string, error) {
	text, etag, err := objects.Get(ctx, bucket, keys.Manifest(key), "", MaxBytes)
	if errorcode.Is(err, errorcode.TooManyBytes) {
		err = fmt.Errorf("%w: %w", ErrInvalid, err)
	}

	if err != nil {
		return contract.Manifest{}, "", fmt.Errorf("read the manifest of %q: %w", key, err)
	}

	var manifest contract.Manifest
	if err := json.Unmarshal(text, &manifest); err != nil {
		return contract.Manifest{}, "", fmt.Errorf("read the manifest of %q: %w: %w", key, ErrInvalid, err)
	}

	return manifest, etag, nil
}
