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

// MaxBytes is the read limit of a manifest. 32 variants of the longest key need less than
// a fifth of it.
const MaxBytes = 1 << 20

// ErrInvalid is the error for an object that is not a manifest, or is larger than
// [MaxBytes].
var ErrInvalid = errors.New("the object is not a manifest")

// Getter reads objects: see [blobs.Store].
type Getter interface {
	Get(ctx context.Context, bucket, key, versionID string, maxBytes int64) ([]byte, string, error)
}

// Read reads the manifest of a key, and its ETag. It returns [blobs.ErrNotFound] if
// nothing is published, and [ErrInvalid] if the object cannot be parsed.
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
