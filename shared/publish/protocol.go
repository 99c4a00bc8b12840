// Package publish keeps the ledger, the variants bucket and the manifests consistent. S3 may
// deliver its events in any order and more than once, and a process may die at any step.
//
// # Publishing
//
// The steps are: the item becomes READY, "@current" is set to it, the manifest is replaced,
// and the ledger is checked again. If the condition of a write is false, or if the last
// check finds that the upload has been erased, the process removes the objects of its
// upload.
//
// # Erasing
//
// First, "@current" becomes a tombstone: from then on, no older upload can be published.
// Then the manifest, the objects and the items are removed, in this order. Before the items
// are removed, a purge of the CDN is recorded (see package purge). An execution that is in
// flight may still write objects. It removes them itself when it tries to publish. If it
// dies or fails before that, the sweep removes its objects. The sweep is a second erasure,
// at a time when no execution can be in flight. The sweep of a key also finds objects that
// no item names. The sweep of one version needs its item, which is kept as SUPERSEDED until
// the sweep.
//
// # Why it is correct
//
// Every step is a conditional write, or is idempotent. So after a crash between two steps,
// the same steps are run again. A manifest is replaced only by compare-and-swap, and a
// process reads the old manifest before it reads the ledger. Every process that changes the
// ledger checks the manifest after that. So the process that changes the ledger last sees
// the changes of all others.
package publish

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"triptych/shared/blobs"
	"triptych/shared/contract"
	"triptych/shared/errorcode"
	"triptych/shared/keys"
	"triptych/shared/ledger"
	"triptych/shared/manifest"
)

// Ledger is the table: see [ledger.Ledger].
type Ledger interface { //nolint:interfacebloat // Every transition of an item is one method.
	Items
	Claim(ctx context.Context, upload contract.Upload, version, owner, replaces string) error
	Complete(ctx context.Context, done ledger.Outcome) error
	Reject(
		ctx context.Context, upload contract.Upload, version, owner string, rejection *errorcode.Error,
	) (ledger.Status, error)
	Supersede(ctx context.Context, upload contract.Upload, version, owner string) error
	Fail(ctx context.Context, item ledger.Item, failure ledger.Failure) error
	FailUnclaimed(ctx context.Context, upload contract.Upload, version string, failure ledger.Failure) error
	Resume(ctx context.Context, item ledger.Item, redrives int) error
	SetCurrent(ctx context.Context, key, version, sequencer string) error
	SetTombstone(ctx context.Context, key, sequencer string) error
	SetTombstoneIfCurrent(ctx context.Context, key, sequencer string) error
	MarkErased(ctx context.Context, item ledger.Item) error
	Retire(ctx context.Context, item ledger.Item) error
	DeleteItem(ctx context.Context, item ledger.Item) error
	AddPurge(ctx context.Context, key string) (string, error)
}

// Items reads the ledger. All reads are strongly consistent.
type Items interface {
	Current(ctx context.Context, key string) (ledger.Current, bool, error)
	Item(ctx context.Context, key, version string) (ledger.Item, bool, error)
	Versions(ctx context.Context, key string) ([]ledger.Item, error)
}

// Blobs is S3: see [blobs.Store].
type Blobs interface {
	Get(ctx context.Context, bucket, key, versionID string, maxBytes int64) ([]byte, string, error)
	Swap(ctx context.Context, bucket, key string, object blobs.Object, etag string) error
	List(ctx context.Context, bucket, prefix string) ([]string, error)
	Delete(ctx context.Context, bucket, key string) error
	DeleteMatch(ctx context.Context, bucket, key, etag string) error
}

// Protocol works on one stack's ledger and variants bucket.
type Protocol struct {
	Ledger Ledger
	Blobs  Blobs
	Bucket string // name of the variants bucket
	CDN    string // base URL of the CDN
	Now    func() time.Time
}

const (
	// maxSwaps is the number of times that an object may change during a step. After that,
	// the step fails and is retried.
	maxSwaps = 16
)

// readManifest returns the manifest of a key and its ETag. Both are empty if the manifest
// does not exist.
func (p *Protocol) readManifest(ctx context.Context, key string) (contract.Manifest, string, error) {
	read, etag, err := manifest.Read(ctx, p.Blobs, p.Bucket, key)
	if errors.Is(err, blobs.ErrNotFound) {
		return contract.Manifest{}, "", nil
	}

	return read, etag, err
}

// swap replaces the manifest if it has this ETag.
func (p *Protocol) swap(ctx context.Context, manifest contract.Manifest, etag string) error {
	body, err := json.Marshal(manifest)
	if err != nil {
		return fmt.Errorf("encode the manifest of %s: %w", manifest.Key, err)
	}

	return p.Blobs.Swap(ctx, p.Bucket, keys.Manifest(manifest.Key), blobs.Object{
		Body: body, ContentType: "application/json", CacheControl: blobs.Revalidate,
	}, etag)
}

// contention returns the error for an object that changed during every one of maxSwaps
// attempts.
func contention(object string) error {
	return errorcode.New(errorcode.Transient, "%s changed during each of %d attempts", object, maxSwaps)
}
