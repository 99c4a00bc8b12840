package doctor

import (
	"context"
	"fmt"
	"hash/maphash"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"triptych/shared/ledger"
)

// fold separates an original's key from the names of its generated objects.
const fold = "/-/"

// pictures examines every key that any list contains, and counts the keys.
func (d *Doctor) pictures(ctx context.Context) (int, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)

	var (
		found = make(chan string)
		work  sync.WaitGroup
	)

	for range max(1, d.Concurrency) {
		work.Go(func() {
			for key := range found {
				if err := d.check(ctx, key); err != nil {
					cancel(err)

					return
				}
			}
		})
	}

	count, err := d.walk(ctx, func(key string) bool {
		select {
		case found <- key:
			return true
		case <-ctx.Done():
			return false
		}
	})

	close(found)
	work.Wait()

	if ctx.Err() != nil {
		return count, context.Cause(ctx)
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

// walk calls each with every key once, until each returns false. It keeps a 64-bit hash
// of each key. Among a million keys, two have the same hash once in forty million runs;
// the second one is then not examined.
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
			original, _, made := strings.Cut(key, fold)

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
	pages := s3.NewListObjectsV2Paginator(d.Target.S3, &s3.ListObjectsV2Input{Bucket: &bucket})

	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("list the bucket %s: %w", bucket, err)
		}

		for i := range page.Contents {
			if !each(aws.ToString(page.Contents[i].Key)) {
				return nil
			}
		}
	}

	return nil
}
