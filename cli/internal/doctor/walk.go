package doctor

import (
	"context"
	"hash/maphash"

	"golang.org/x/sync/errgroup"

	"triptych/shared/blobs"
	"triptych/shared/keys"
	"triptych/shared/ledger"
)

// images examines every key in the buckets and in the ledger, and returns their number.
func (d *Doctor) images(ctx context.Context) (int, error) {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(1, d.Concurrency))

	count, err := d.walk(ctx, func(key string) bool {
		group.Go(func() error { return d.check(ctx, key) })

		return ctx.Err() == nil
	})

	// If a check fails, the walk also ends with an error. Return the error of the check,
	// which is the cause.
	if failed := group.Wait(); failed != nil {
		return count, failed
	}

	return count, err
}

func (d *Doctor) check(ctx context.Context, key string) error {
	findings, err := d.examine(ctx, key)
	if err != nil {
		return err
	}

	for _, finding := range findings {
		if err := d.report(finding); err != nil {
			return err
		}
	}

	if d.Looked != nil {
		d.Looked()
	}

	return nil
}

// walk calls each with every key once, until each returns false. Several lists may contain the
// same key; walk recognizes it by a 64-bit hash. If two keys have the same hash, the second
// key is not examined. With a million keys, this happens in one of forty million runs.
func (d *Doctor) walk(ctx context.Context, each func(key string) bool) (int, error) {
	seed := maphash.MakeSeed()
	seen := map[uint64]struct{}{}

	once := func(key string) bool {
		hash := maphash.String(seed, key)
		if _, again := seen[hash]; again {
			return true
		}

		seen[hash] = struct{}{}

		return each(key)
	}

	err := d.list(ctx, d.Target.Stack.UploadsBucket, once)
	if err == nil {
		err = d.list(ctx, d.Target.Stack.VariantsBucket, func(key string) bool {
			original, made := keys.Original(key)

			return !made || once(original)
		})
	}

	for _, status := range []ledger.Status{ledger.Ready, ledger.Processing, ledger.Failed} {
		if err == nil {
			err = d.Target.Ledger.Newest(ctx, status, func(item ledger.Item) bool { return once(item.Key) })
		}
	}

	return len(seen), err
}

// list calls each with every key of a bucket, until each returns false.
func (d *Doctor) list(ctx context.Context, bucket string, each func(key string) bool) error {
	for object, err := range blobs.Of(d.Target.S3).Objects(ctx, bucket, "") {
		if err != nil {
			return err // The error names the bucket.
		}

		if !each(object.Key) {
			break
		}
	}

	return nil
}
