package erasure

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"golang.org/x/sync/errgroup"

	"triptych/cli/internal/target"
)

// errEnough ends a listing if the caller needs no more keys.
var errEnough = errors.New("the caller wants no more keys")

// Below calls erase with every key in the uploads bucket that begins with prefix, up to
// atOnce calls in parallel. It includes keys that only have old versions or delete
// markers. It stops at the first error of erase.
func Below(ctx context.Context, stack *target.Target, prefix string, atOnce int, erase func(ctx context.Context, key string) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(1, atOnce))

	err := each(ctx, stack, prefix, func(key string) bool {
		group.Go(func() error { return erase(ctx, key) })

		return ctx.Err() == nil
	})

	// If erase fails, the listing also ends with an error. Return the error of erase,
	// which is the cause.
	if failed := group.Wait(); failed != nil {
		return failed
	}

	return err
}

// each calls yield once with every key that has a prefix, until yield returns false. S3
// lists the versions and the delete markers of a page separately, each in the order of
// the keys.
func each(ctx context.Context, stack *target.Target, prefix string, yield func(key string) bool) error {
	pages := s3.NewListObjectVersionsPaginator(stack.S3, &s3.ListObjectVersionsInput{
		Bucket: aws.String(stack.Stack.UploadsBucket), Prefix: &prefix,
	})
	last := "" // The versions of a key may continue on the next page.

	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("list the versions with prefix %q: %w", prefix, err)
		}

		seen := map[string]bool{last: true}
		once := func(key string) bool {
			again := seen[key]
			seen[key], last = true, max(last, key)

			return again || yield(key)
		}

		for i := range page.Versions {
			if !once(aws.ToString(page.Versions[i].Key)) {
				return errEnough
			}
		}

		for i := range page.DeleteMarkers {
			if !once(aws.ToString(page.DeleteMarkers[i].Key)) {
				return errEnough
			}
		}
	}

	return nil
}
