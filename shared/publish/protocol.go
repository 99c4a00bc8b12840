// Package publish keeps the ledger, the variants bucket and the manifests in
// agreement, whatever order S3's events come in, how often they come, and
// wherever a process dies.
//
// # Publishing
//
// The item becomes READY, then "@current" is raised, then the manifest is
// swapped, then the ledger is looked at again. Whoever is refused on the way, or
// finds at the end that its upload has been erased, removes what it made.
//
// # Erasing
//
// "@current" is raised to a tombstone first: from then on nothing older can
// publish. Then the manifest goes, then objects, then items; before the items, a purge
// of the CDN is written down (see package purge). What an upload in
// flight writes meanwhile, it removes itself when it comes to publish; what one
// that died or failed left behind goes with the sweep, a second erasure when nothing
// can be in flight any more. The sweep of a key looks for objects that no item names;
// the sweep of one version needs its item, which stays until then, as SUPERSEDED.
//
// # Why it holds
//
// Every step is a conditional write or can be repeated without harm, so a crash
// between any two is healed by running the same steps again. A manifest is only
// replaced by compare-and-swap on the one that was read before the ledger was;
// whoever changes the ledger looks at the manifest afterwards. So the last one to
// change anything sees everything.
package publish

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"triptych/shared/blobs"
	"triptych/shared/contract"
	"triptych/shared/faults"
	"triptych/shared/keys"
	"triptych/shared/ledger"
)

// Ledger is the table: see [ledger.Ledger].
type Ledger interface { //nolint:interfacebloat // Every transition of an item is one method.
	Items
	Claim(ctx context.Context, upload contract.Upload, version, owner, replaces string) error
	Complete(ctx context.Context, done ledger.Outcome) error
	Reject(
		ctx context.Context, upload contract.Upload, version, owner string, fault *faults.Fault,
	) (ledger.Status, error)
	Supersede(ctx context.Context, upload contract.Upload, version, owner string) error
	Fail(ctx context.Context, item ledger.Item, failure ledger.Failure) error
	FailUnclaimed(ctx context.Context, upload contract.Upload, version string, failure ledger.Failure) error
	Resume(ctx context.Context, item ledger.Item, redrives int) error
	Raise(ctx context.Context, key, version, sequencer string) error
	Bury(ctx context.Context, key, sequencer string) error
	BuryLast(ctx context.Context, key, sequencer string) error
	Condemn(ctx context.Context, item ledger.Item) error
	Retire(ctx context.Context, item ledger.Item) error
	Forget(ctx context.Context, item ledger.Item) error
	AddPurge(ctx context.Context, key string) (string, error)
}

// Items is what the ledger says. All of it is read consistently.
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
	Bucket string // the variants bucket
	CDN    string // base URL of what it serves
	Now    func() time.Time
}

const (
	// maxManifestBytes bounds what is read back: 32 variants of the longest key
	// need less than a fifth of it.
	maxManifestBytes = 1 << 20
	// maxSwaps is how often what is looked at may change under our hands before the
	// step is given up for a retry.
	maxSwaps = 16
)

// standing reads the manifest that is there; with none, both results are empty.
func (p *Protocol) standing(ctx context.Context, key string) (contract.Manifest, string, error) {
	text, etag, err := p.Blobs.Get(ctx, p.Bucket, keys.Manifest(key), "", maxManifestBytes)
	if errors.Is(err, blobs.ErrNotFound) {
		return contract.Manifest{}, "", nil
	}

	if err != nil {
		return contract.Manifest{}, "", err
	}

	var manifest contract.Manifest
	if err := json.Unmarshal(text, &manifest); err != nil {
		return contract.Manifest{}, "", fmt.Errorf("read the manifest of %s: %w", key, err)
	}

	return manifest, etag, nil
}

// swap puts a manifest in the place of the one with this ETag.
func (p *Protocol) swap(ctx context.Context, manifest contract.Manifest, etag string) error {
	body, err := json.Marshal(manifest)
	if err != nil {
		return fmt.Errorf("encode the manifest of %s: %w", manifest.Key, err)
	}

	return p.Blobs.Swap(ctx, p.Bucket, keys.Manifest(manifest.Key), blobs.Object{
		Body: body, ContentType: "application/json", CacheControl: blobs.Revalidate,
	}, etag)
}

// restless is the error of what never stood still.
func restless(what string) error {
	return faults.New(faults.Transient, "%s changed %d times meanwhile", what, maxSwaps)
}
