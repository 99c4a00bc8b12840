// Package erasure removes originals for good, and waits until what was made of
// them is gone too.
//
// A deletion in a versioned bucket only puts a delete marker on top: Triptych
// erases the variants then, and the original stays until the bucket's lifecycle
// removes it. Here every version goes. The event of each version erases what was made
// of it: one execution for a picture of one version. Where the ledger has more than the
// bucket, a marker is put first, whose event erases the whole key. What is uploaded
// after the versions were listed, or after the marker, stays.
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

// What Erase can fail with.
var (
	// ErrUnknown means that neither the uploads bucket nor the ledger has the key.
	ErrUnknown = errors.New("no upload of it is known: `triptych ls` lists those that are")
	// ErrUnfinished means that the original is gone, and what was made of it is not
	// yet.
	ErrUnfinished = errors.New("the original is erased, but not yet all that was made of it: look at `triptych executions`")
)

// Erase removes every version of the original at key, and returns how many there
// were once the ledger shows that what was made of them is gone, or with
// ErrUnfinished when that takes longer than timeout. It may be repeated.
func Erase(ctx context.Context, stack *target.Target, key string, timeout time.Duration) (int, error) {
	// What is there now is to go; what comes later is not.
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

// await asks the ledger, ever less often, until the items that were there are gone
// or say that theirs is.
func await(ctx context.Context, items *ledger.Ledger, key string, before []ledger.Item, timeout time.Duration) error {
	deadline := time.Now().Add(timeout)

	for delay := firstDelay; ; delay = min(2*delay, lastDelay) { // Twice as long each time.
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

// remains says whether one of the items is still there with something made of it, or
// with work on it under way. An item that is ERASED has objects until it is deleted.
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

// mark deletes the key. The result is the delete marker's version id; in a bucket
// without versions it is empty, and the original is gone.
func (o *originals) mark(ctx context.Context) (string, error) {
	out, err := o.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &o.bucket, Key: &o.key})
	if err != nil {
		return "", fmt.Errorf("delete s3://%s/%s: %w", o.bucket, o.key, err)
	}

	return aws.ToString(out.VersionId), nil
}

// versions are the ids of the versions and delete markers of a key, in no order:
// S3 tells their times by the second only.
type versions struct {
	ids    []string
	latest string
}

// all says whether the bucket keeps versions, and has one for everything that the
// ledger knows of the key.
func (v versions) all(items []ledger.Item) bool {
	for i := range items {
		if !slices.Contains(v.ids, items[i].SourceVersionID) {
			return false
		}
	}

	return len(v.ids) > 0 && !slices.Contains(v.ids, "null")
}

// removeBelow removes the delete marker and all that is older, and says how many
// versions those were. What was there before the marker was put is older. What
// else there is may have come on either side of it; that is older if the marker is
// the latest still. If it is not, what is newer hides the rest, which may stay.
func (o *originals) removeBelow(ctx context.Context, before versions, marker string) (int, error) {
	now, err := o.versions(ctx)
	if err != nil {
		return 0, err
	}

	condemned := before.ids
	if now.latest == marker {
		condemned = slices.DeleteFunc(now.ids, func(id string) bool { return id == marker })
	}

	return len(condemned), o.remove(ctx, append(slices.Clone(condemned), marker))
}

// versions lists the versions and delete markers of the key. Keys that begin with
// it come behind it in S3's order.
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

// remove deletes versions for good.
func (o *originals) remove(ctx context.Context, versions []string) error {
	const most = 1000 // a request: Amazon S3 API Reference, DeleteObjects

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
