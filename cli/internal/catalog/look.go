package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"triptych/cli/internal/target"
	"triptych/shared/contract"
	"triptych/shared/faults"
	"triptych/shared/keys"
	"triptych/shared/ledger"
)

// Picture is what is known of one key.
type Picture struct {
	Key         string
	ManifestURL string
	Manifest    *contract.Manifest // nil where nothing is published
	Uploads     []ledger.Item      // every version, the last changed first
}

// ErrUnknown means that a key was never uploaded, or long ago.
var ErrUnknown = errors.New("no upload of it is known: `triptych ls` lists those that are")

// Look reads what is published of a key, and every version that the ledger has.
func Look(ctx context.Context, stack *target.Target, key string) (Picture, error) {
	found := Picture{Key: key, ManifestURL: keys.URL(stack.Stack.CDN, keys.Manifest(key))}

	var err error

	found.Uploads, err = stack.Ledger.Versions(ctx, key)
	if err != nil {
		return Picture{}, err // It names the key.
	}

	slices.SortFunc(found.Uploads, func(a, b ledger.Item) int { return strings.Compare(b.UpdatedAt, a.UpdatedAt) })

	found.Manifest, err = readManifest(ctx, stack, key)
	if err != nil {
		return Picture{}, err
	}

	if found.Manifest == nil && len(found.Uploads) == 0 {
		return Picture{}, fmt.Errorf("show %q: %w", key, ErrUnknown)
	}

	return found, nil
}

// maxManifestBytes is far more than 32 variants need.
const maxManifestBytes = 1 << 20

// readManifest reads what is published of a key; nil where nothing is.
func readManifest(ctx context.Context, stack *target.Target, key string) (*contract.Manifest, error) {
	out, err := stack.S3.GetObject(ctx, &s3.GetObjectInput{
		Bucket: aws.String(stack.Stack.VariantsBucket), Key: aws.String(keys.Manifest(key)),
	})
	if faults.APICode(err) == "NoSuchKey" {
		return nil, nil //nolint:nilnil // Nothing is published, and that is no error.
	}

	if err != nil {
		return nil, fmt.Errorf("read the manifest of %s: %w", key, err)
	}

	defer out.Body.Close()

	var manifest contract.Manifest
	if err := json.NewDecoder(io.LimitReader(out.Body, maxManifestBytes)).Decode(&manifest); err != nil {
		return nil, fmt.Errorf("read the manifest of %s: %w", key, err)
	}

	return &manifest, nil
}
