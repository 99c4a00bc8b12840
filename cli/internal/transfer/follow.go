package transfer

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"triptych/cli/internal/target"
	"triptych/shared/blobs"
	"triptych/shared/ledger"
	"triptych/shared/manifest"
)

const (
	firstDelay = 40 * time.Millisecond
	lastDelay  = 2 * time.Second
	// delayGrowth is the next delay, in percent of the previous delay.
	delayGrowth = 150
	// delayEach, multiplied by the number of followed uploads, is the minimum delay. So
	// there are at most 200 queries per second, however many uploads are followed. On the
	// emulator, the queries and the pipeline share the processor.
	delayEach = 5 * time.Millisecond
)

// Follower waits for the outcomes of any number of uploads.
type Follower struct {
	ledger   *ledger.Ledger
	explain  func(error) error
	failures *failures
	made     *blobs.Store
	bucket   string // the variants bucket
	timeout  time.Duration
	waiting  atomic.Int64
}

// NewFollower returns a Follower for the uploads to a stack. It follows each upload for
// timeout at most.
func NewFollower(t *target.Target, timeout time.Duration) *Follower {
	return &Follower{ledger: t.Ledger, explain: t.Explain, failures: newFailures(t), made: blobs.Of(t.S3), bucket: t.Stack.VariantsBucket, timeout: timeout}
}

// Outcome reads the ledger with growing delays until the ledger has the outcome of an upload.
// It also queries Step Functions for failed executions, because a failure may not be in the
// ledger yet.
func (f *Follower) Outcome(ctx context.Context, sent Upload) Result {
	f.waiting.Add(1)
	defer f.waiting.Add(-1)

	deadline := time.Now().Add(f.timeout)

	for delay := firstDelay; ; delay = min(delay*delayGrowth/100, lastDelay) {
		items, err := f.ledger.Versions(ctx, sent.Key)
		if err != nil {
			return failed(f.explain(err))
		}

		item, found := match(items, sent)
		if found && item.Status != ledger.Processing && item.Status != ledger.Failed {
			over, err := f.failures.final(ctx, item)
			if err != nil {
				return failed(f.explain(err))
			}

			if over {
				return FromItem(item)
			}
		}

		failure, err := f.failures.find(ctx, sent, item.Owner)
		if err != nil {
			return failed(f.explain(err))
		}

		if failure != nil {
			return f.afterFailure(ctx, failure, item)
		}

		if !time.Now().Before(deadline) {
			return f.unfinished(item, found)
		}

		pause(ctx, min(max(delay, time.Duration(f.waiting.Load())*delayEach), max(time.Millisecond, time.Until(deadline))))

		if ctx.Err() != nil {
			return failed(ctx.Err())
		}
	}
}

// afterFailure returns the outcome of an upload whose execution has failed. The outcome is
// READY if the execution failed after it had published the upload.
func (f *Follower) afterFailure(ctx context.Context, failure *failure, item ledger.Item) Result {
	if item.Status == ledger.Ready {
		published, err := f.published(ctx, item)
		if err != nil {
			return failed(f.explain(err))
		}

		if published {
			return FromItem(item)
		}
	}

	result := failure.result()
	result.Version = item.Version

	return result
}

// published reports whether the manifest names a READY version. The execution of such a version
// may have failed later, while it was sending the event.
func (f *Follower) published(ctx context.Context, item ledger.Item) (bool, error) {
	read, _, err := manifest.Read(ctx, f.made, f.bucket, item.Key)
	if errors.Is(err, blobs.ErrNotFound) || errors.Is(err, manifest.ErrInvalid) {
		return false, nil
	}

	return err == nil && read.Version == item.Version, err
}

func (f *Follower) unfinished(item ledger.Item, found bool) Result {
	result := Result{Status: string(ledger.Processing), Variants: []Variant{}}

	if found {
		result = FromItem(item)
		result.Reason = fmt.Sprintf("still processing after %v: run `triptych show` later", f.timeout)
	} else {
		result.Reason = fmt.Sprintf("not started after %v: see `triptych executions`", f.timeout)
	}

	return result
}

// match finds the ledger's item of an upload. It compares the version id. In a bucket without
// versioning, it compares the ETag of the items that changed since the upload began. If
// several recipes have processed the upload, it has several items, and match returns the last
// of them.
func match(items []ledger.Item, sent Upload) (ledger.Item, bool) {
	var (
		newest ledger.Item
		found  bool
	)

	for _, item := range items {
		same := item.SourceVersionID == sent.VersionID
		if sent.VersionID == "" || sent.VersionID == "null" {
			same = item.ETag == sent.ETag && !changed(item).Before(sent.Begun.Add(-clockSkew))
		}

		if same && (!found || item.UpdatedAt > newest.UpdatedAt) {
			newest, found = item, true
		}
	}

	return newest, found
}

// clockSkew is the maximum difference by which this machine's clock may be ahead of the
// functions' clocks. AWS allows a difference of 5 minutes in signatures (AWS General
// Reference, "Signing requests"), but this is too long to distinguish uploads.
const clockSkew = 5 * time.Second

func changed(item ledger.Item) time.Time {
	moment, _ := time.Parse(time.RFC3339, item.UpdatedAt) // The zero time is long ago.

	return moment
}

func pause(ctx context.Context, span time.Duration) {
	timer := time.NewTimer(span)
	defer timer.Stop()

	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
