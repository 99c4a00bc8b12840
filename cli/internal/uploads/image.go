package uploads

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"triptych/cli/internal/target"
	"triptych/shared/blobs"
	"triptych/shared/contract"
	"triptych/shared/keys"
	"triptych/shared/ledger"
	"triptych/shared/manifest"
)

// Image is the state of one key: its published manifest and its versions in the ledger.
type Image struct {
	Key         string
	ManifestURL string
	Manifest    *contract.Manifest // nil if nothing is published
	Uploads     []ledger.Item      // every version, most recently changed first
}

// ErrUnknown means that the ledger has no item of a key. The key was never uploaded, or its
// items have expired.
var ErrUnknown = errors.New("no upload with this key is known: `triptych ls` lists all uploads")

// Get reads the published manifest of a key, and every version in the ledger.
func Get(ctx context.Context, stack *target.Target, key string) (Image, error) {
	found := Image{Key: key, ManifestURL: keys.URL(stack.Stack.CDN, keys.Manifest(key))}

	var err error

	found.Uploads, err = stack.Ledger.Versions(ctx, key)
	if err != nil {
		return Image{}, err // The error names the key.
	}

	slices.SortFunc(found.Uploads, func(a, b ledger.Item) int { return strings.Compare(b.UpdatedAt, a.UpdatedAt) })

	found.Manifest, err = readManifest(ctx, stack, key)
	if err != nil {
		return Image{}, err
	}

	if found.Manifest == nil && len(found.Uploads) == 0 {
		return Image{}, fmt.Errorf("show %q: %w", key, ErrUnknown)
	}

	return found, nil
}

// readManifest reads the published manifest of a key. It returns nil if there is none.
func readManifest(ctx context.Context, stack *target.Target, key string) (*contract.Manifest, error) {
	read, _, err := manifest.Read(ctx, blobs.Of(stack.S3), stack.Stack.VariantsBucket, key)
	if errors.Is(err, blobs.ErrNotFound) {
		return nil, nil //nolint:nilnil // Nothing is published, which is not an error.
	}

	if err != nil {
		return nil, err // The error names the key.
	}

	return &read, nil
}
