// Package erasure removes originals permanently, and waits until everything that was
// generated from them is removed.
//
// A deletion in a versioned bucket only adds a delete marker: Triptych then erases the
// variants, and the original remains until the bucket's lifecycle removes it. This package
// deletes every version. S3 sends an event for each deleted version, and Triptych erases the
// objects of that version. So an original with one version needs one execution. If the
// ledger has an item whose version the bucket does not have, a delete marker is added first;
// its event erases the whole key. An upload that arrives after the versions were listed, or
// after the marker was added, is kept.
package erasure

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"triptych/cli/internal/target"
	"triptych/shared/ledger"
)

const (
	firstDelay = 50 * time.Millisecond
	lastDelay  = 2 * time.Second
)

// The errors of Erase.
var (
	// ErrUnknown means that neither the uploads bucket nor the ledger has the key.
	ErrUnknown = errors.New("no upload with this key is known: `triptych ls` lists all uploads")
	// ErrUnfinished means that the original is removed, and that some of its variants are
	// not removed yet.
	ErrUnfinished = errors.New("the original is erased, but some of its variants are not erased yet: see `triptych executions`")
)

// Erase removes every version of the original at key, and returns their number. It waits until
// the ledger shows that everything generated from them is removed. If the removal takes
// longer than timeout, Erase returns ErrUnfinished. Erase may be repeated.
func Erase(ctx context.Context, stack *target.Target, key string, timeout time.Duration) (int, error) {
	// Wait for the removal of the items that exist now. Later items are kept.
	before, err := stack.Ledger.Versions(ctx, key)
	if err != nil {
		return 0, err
	}

	bucket := &originals{client: stack.S3, bucket: stack.Stack.UploadsBucket, key: key}

	there, err := bucket.versions(ctx)
	if err != nil {
		return 0, err
	}

	if len(there.ids) == 0 && len(before) == 0 {
		return 0, ErrUnknown
	}

	erased := len(there.ids)

	if there.all(before) {
		if err := bucket.remove(ctx, there.ids); err != nil {
			return 0, err
		}

		return erased, await(ctx, stack.Ledger, key, before, timeout)
	}

	marker, err := bucket.mark(ctx)
	if err != nil {
		return 0, err
	}

	if marker != "" {
		if erased, err = bucket.removeBelow(ctx, there, marker); err != nil {
			return 0, err
		}
	}

	return erased, await(ctx, stack.Ledger, key, before, timeout)
}

// await reads the ledger with growing delays, until the items are deleted or show that
// their objects are removed.
func await(ctx context.Context, items *ledger.Ledger, key string, before []ledger.Item, timeout time.Duration) error {
	deadline := time.Now().Add(timeout)

	for delay := firstDelay; ; delay = min(2*delay, lastDelay) { // The delay doubles.
		now, err := items.Versions(ctx, key)
		if err != nil {
			return err
		}

		if !remains(before, now) {
			return nil
		}

		if !time.Now().Before(deadline) {
			return ErrUnfinished
		}

		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(delay):
		}
	}
}

// remains reports whether one of the items in before still exists and may have objects. An
// item that is SUPERSEDED or REJECTED has no objects. An ERASED item may have objects until
// it is deleted.
func remains(before, now []ledger.Item) bool {
	open := map[string]bool{}

	for i := range now {
		open[now[i].Version] = now[i].Status != ledger.Superseded && now[i].Status != ledger.Rejected
	}

	for i := range before {
		if open[before[i].Version] {
			return true
		}
	}

	return false
}

// originals is one key in the uploads bucket.
type originals struct {
	client      *s3.Client
	bucket, key string
}

// mark deletes the key and returns the version id of the delete marker. In a bucket
// without versioning the id is empty, and the original is removed.
func (o *originals) mark(ctx context.Context) (string, error) {
	out, err := o.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &o.bucket, Key: &o.key})
	if err != nil {
		return "", fmt.Errorf("delete s3://%s/%s: %w", o.bucket, o.key, err)
	}

	return aws.ToString(out.VersionId), nil
}

// versions has the ids of the versions and delete markers of a key. They are not sorted by
// time, because S3 reports the times only in seconds.
type versions struct {
	ids    []string
	latest string
}

// all reports whether the bucket has versioning and contains the version of every item of the
// key in the ledger.
func (v versions) all(items []ledger.Item) bool {
	for i := range items {
		if !slices.Contains(v.ids, items[i].SourceVersionID) {
			return false
		}
	}

	return len(v.ids) > 0 && !slices.Contains(v.ids, "null")
}

// removeBelow removes a delete marker and all older versions, and returns the number of
// removed versions. The versions in before, which existed before the marker was added, are
// older. If the marker is still the latest version, all other versions are also older.
// Otherwise it is unknown whether the other versions are older, and they are kept.
func (o *originals) removeBelow(ctx context.Context, before versions, marker string) (int, error) {
	now, err := o.versions(ctx)
	if err != nil {
		return 0, err
	}

	erased := before.ids
	if now.latest == marker {
		erased = slices.DeleteFunc(now.ids, func(id string) bool { return id == marker })
	}

	return len(erased), o.remove(ctx, append(slices.Clone(erased), marker))
}

// versions lists the versions and delete markers of the key. In S3's order, they precede
// those of longer keys with the same prefix.
func (o *originals) versions(ctx context.Context) (versions, error) {
	var found versions

	add := func(key, id string, latest bool) bool {
		if key != o.key {
			return false
		}

		found.ids = append(found.ids, id)

		if latest {
			found.latest = id
		}

		return true
	}

	pages := s3.NewListObjectVersionsPaginator(o.client, &s3.ListObjectVersionsInput{Bucket: &o.bucket, Prefix: &o.key})

	for more := true; more && pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return versions{}, fmt.Errorf("list the versions of s3://%s/%s: %w", o.bucket, o.key, err)
		}

		for i := range page.Versions {
			one := &page.Versions[i]
			more = add(aws.ToString(one.Key), aws.ToString(one.VersionId), aws.ToBool(one.IsLatest)) && more
		}

		for i := range page.DeleteMarkers {
			one := &page.DeleteMarkers[i]
			more = add(aws.ToString(one.Key), aws.ToString(one.VersionId), aws.ToBool(one.IsLatest)) && more
		}
	}

	return found, nil
}

// remove deletes versions permanently.
func (o *originals) remove(ctx context.Context, versions []string) error {
	const most = 1000 // for each request: Amazon S3 API Reference, DeleteObjects

	for len(versions) > 0 {
		batch := versions[:min(most, len(versions))]
		versions = versions[len(batch):]

		objects := make([]types.ObjectIdentifier, len(batch))
		for i := range batch {
			objects[i] = types.ObjectIdentifier{Key: &o.key, VersionId: &batch[i]}
		}

		out, err := o.client.DeleteObjects(ctx, &s3.DeleteObjectsInput{
			Bucket: &o.bucket, Delete: &types.Delete{Objects: objects, Quiet: aws.Bool(true)},
		})
		if err != nil {
			return fmt.Errorf("delete the versions of s3://%s/%s: %w", o.bucket, o.key, err)
		}

		for i := range out.Errors {
			refused := &out.Errors[i]

			return fmt.Errorf("delete version %s of s3://%s/%s: %s: %s",
				aws.ToString(refused.VersionId), o.bucket, o.key, aws.ToString(refused.Code), aws.ToString(refused.Message))
		}
	}

	return nil
}
