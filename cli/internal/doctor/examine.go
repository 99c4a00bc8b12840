package doctor

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"triptych/shared/blobs"
	"triptych/shared/contract"
	"triptych/shared/errorcode"
	"triptych/shared/keys"
	"triptych/shared/ledger"
	"triptych/shared/manifest"
)

// recheckDelay is the delay before the second check of a key with problems. The first check
// may find a problem only because an upload of the key is in progress.
const recheckDelay = time.Second

// examine checks one key. Problems are checked twice before they are reported.
func (d *Doctor) examine(ctx context.Context, key string) ([]Finding, error) {
	for again := false; ; again = true {
		seen, err := d.collect(ctx, key)
		if err != nil {
			return nil, err
		}

		found := judge(seen, time.Now())
		if len(found) == 0 || again {
			return found, nil
		}

		select {
		case <-time.After(recheckDelay):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// collect reads the state of a key. It lists the objects before it reads the ledger. So if
// an upload starts between the two reads, its objects are not reported as objects without an
// item.
func (d *Doctor) collect(ctx context.Context, key string) (*evidence, error) {
	seen := &evidence{key: key, objects: map[string]int64{}, bucket: d.Target.Stack.VariantsBucket}

	var err error

	if seen.original, err = d.original(ctx, key); err != nil {
		return nil, err
	}

	for object, err := range blobs.Of(d.Target.S3).Objects(ctx, seen.bucket, keys.Folder(key)) {
		if err != nil {
			return nil, err // The error names the prefix.
		}

		seen.objects[strings.TrimPrefix(object.Key, keys.Folder(key))] = object.Bytes
	}

	if _, published := seen.objects[keys.ManifestName]; published {
		if seen.manifest, err = d.manifest(ctx, key); err != nil {
			return nil, err
		}
	}

	if seen.current, _, err = d.Target.Ledger.Current(ctx, key); err != nil {
		return nil, err // The error names the key.
	}

	if seen.items, err = d.Target.Ledger.Versions(ctx, key); err != nil {
		return nil, err // as above
	}

	seen.running, err = d.running(ctx, seen.items)

	return seen, err
}

// running returns the owners that are still running. It checks the owners of failed items and
// of items with an expired lease.
func (d *Doctor) running(ctx context.Context, items []ledger.Item) (map[string]bool, error) {
	found := map[string]bool{}

	for _, item := range items {
		if item.Status != ledger.Failed && !leaseExpired(item, time.Now()) {
			continue
		}

		out, err := d.Target.SFN.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: aws.String(item.Owner)})

		switch errorcode.APICode(err) {
		case "":
		case "ExecutionDoesNotExist", "InvalidArn":
			continue
		}

		if err != nil {
			return nil, fmt.Errorf("describe the execution %s: %w", item.Owner, err)
		}

		found[item.Owner] = out.Status == types.ExecutionStatusRunning
	}

	return found, nil
}

func (d *Doctor) original(ctx context.Context, key string) (*original, error) {
	out, err := d.Target.S3.HeadObject(ctx, &s3.HeadObjectInput{Bucket: aws.String(d.Target.Stack.UploadsBucket), Key: &key})
	if notFound(err) {
		return nil, nil //nolint:nilnil // A missing original is not an error.
	}

	if err != nil {
		return nil, fmt.Errorf("head the original %q: %w", key, err)
	}

	return &original{
		versionID: aws.ToString(out.VersionId), etag: strings.Trim(aws.ToString(out.ETag), `"`), uploaded: aws.ToTime(out.LastModified),
	}, nil
}

// manifest reads the published manifest. It returns nil if the manifest cannot be parsed.
func (d *Doctor) manifest(ctx context.Context, key string) (*contract.Manifest, error) {
	read, _, err := manifest.Read(ctx, blobs.Of(d.Target.S3), d.Target.Stack.VariantsBucket, key)

	switch {
	case errors.Is(err, blobs.ErrNotFound): // The manifest was removed after the listing.
		return nil, nil //nolint:nilnil // as above
	case errors.Is(err, manifest.ErrInvalid): // judge reports an invalid manifest.
		return nil, nil //nolint:nilnil // as above
	case err != nil:
		return nil, err // The error names the key.
	default:
		return &read, nil
	}
}

// notFound reports whether an error means that an object does not exist. The response to a
// HEAD request has no body, so it has no error code.
func notFound(err error) bool {
	switch errorcode.APICode(err) {
	case "NoSuchKey", "NotFound":
		return true
	default:
		return false
	}
}
