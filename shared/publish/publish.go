// Package publish makes a finished upload the current one of its key, or finds
// that it no longer should be.
//
// The order of the steps is what keeps it right when uploads of one key overtake
// each other: the item becomes READY, then "@current" is raised, then the
// manifest is swapped. Whoever is refused at the second step removes what it
// made; whoever finds a newer manifest at the third leaves it alone. A crash
// between any two steps is healed by running the same steps again.
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

// Ledger is the part of the ledger that decides: see [ledger.Ledger].
type Ledger interface {
	Complete(ctx context.Context, done ledger.Outcome) error
	Raise(ctx context.Context, key, version, sequencer string) error
	Supersede(ctx context.Context, upload contract.Upload, version, owner string) error
}

// Blobs is the part of the variants bucket that is written: see [blobs.Store].
type Blobs interface {
	Get(ctx context.Context, bucket, key, versionID string, maxBytes int64) ([]byte, string, error)
	Swap(ctx context.Context, bucket, key string, object blobs.Object, etag string) error
	Remove(ctx context.Context, bucket, prefix string) error
}

// Publisher publishes into one variants bucket.
type Publisher struct {
	Ledger Ledger
	Blobs  Blobs
	Bucket string // the variants bucket
	CDN    string // base URL of what it serves
	Now    func() time.Time
}

// Upload is one finished upload.
type Upload struct {
	Plan      contract.Plan
	Master    contract.Master
	Variants  []contract.Variant
	Execution string
}

// Publish makes the upload READY and current. Where something newer is current,
// it removes what was made of this one and returns Superseded.
func (p *Publisher) Publish(ctx context.Context, upload Upload) (contract.Manifest, error) {
	manifest := p.manifest(upload)

	err := p.Ledger.Complete(ctx, outcome(upload, manifest))
	if err == nil {
		err = p.Ledger.Raise(ctx, manifest.Key, manifest.Version, manifest.Sequencer)
	}

	if faults.Is(err, faults.Superseded) {
		return contract.Manifest{}, errors.Join(err, p.Withdraw(ctx, upload))
	}

	if err != nil {
		return contract.Manifest{}, fmt.Errorf("publish %s version %s: %w", manifest.Key, manifest.Version, err)
	}

	return manifest, p.swap(ctx, manifest)
}

// Withdraw removes what was made of an upload that something newer has overtaken.
func (p *Publisher) Withdraw(ctx context.Context, upload Upload) error {
	plan := upload.Plan
	if err := p.Ledger.Supersede(ctx, plan.Upload, plan.Version, upload.Execution); err != nil {
		return fmt.Errorf("withdraw %s version %s: %w", plan.Upload.Key, plan.Version, err)
	}

	if err := p.Blobs.Remove(ctx, p.Bucket, keys.VersionFolder(plan.Upload.Key, plan.Version)); err != nil {
		return fmt.Errorf("withdraw %s version %s: %w", plan.Upload.Key, plan.Version, err)
	}

	return nil
}

const (
	// maxManifestBytes bounds what is read back: 32 variants of the longest key
	// need less than a tenth of it.
	maxManifestBytes = 1 << 20
	// maxSwaps is how often a manifest may change under our hands before the
	// step is given up for a retry.
	maxSwaps = 16
)

// swap puts the manifest in the place of an older one, never of a newer.
func (p *Publisher) swap(ctx context.Context, manifest contract.Manifest) error {
	key := keys.Manifest(manifest.Key)

	body, err := json.Marshal(manifest)
	if err != nil {
		return fmt.Errorf("encode the manifest of %s: %w", manifest.Key, err)
	}

	object := blobs.Object{Body: body, ContentType: "application/json", CacheControl: blobs.Revalidate}

	for range maxSwaps {
		standing, etag, err := p.standing(ctx, key)
		if err != nil {
			return err
		}

		if standing.Sequencer > manifest.Sequencer {
			return nil
		}

		err = p.Blobs.Swap(ctx, p.Bucket, key, object, etag)
		if !errors.Is(err, blobs.ErrChanged) {
			return err
		}
	}

	return faults.New(faults.Transient, "the manifest of %s changed %d times meanwhile", manifest.Key, maxSwaps)
}

// standing reads the manifest that is there; with none, both results are empty.
func (p *Publisher) standing(ctx context.Context, key string) (contract.Manifest, string, error) {
	text, etag, err := p.Blobs.Get(ctx, p.Bucket, key, "", maxManifestBytes)
	if errors.Is(err, blobs.ErrNotFound) {
		return contract.Manifest{}, "", nil
	}

	if err != nil {
		return contract.Manifest{}, "", err
	}

	var manifest contract.Manifest
	if err := json.Unmarshal(text, &manifest); err != nil {
		return contract.Manifest{}, "", fmt.Errorf("read the manifest %s: %w", key, err)
	}

	return manifest, etag, nil
}

func (p *Publisher) manifest(upload Upload) contract.Manifest {
	source := upload.Plan.Upload
	image := upload.Plan.Image
	manifest := contract.Manifest{
		Key: source.Key, Version: upload.Plan.Version, Sequencer: source.Sequencer,
		Source: contract.Source{
			ETag: source.ETag, Bytes: source.Bytes, Format: image.Format, Width: image.Width, Height: image.Height,
		},
		Variants:  make([]contract.ManifestVariant, len(upload.Variants)),
		CreatedAt: p.Now().UTC().Truncate(time.Millisecond),
	}

	for i, made := range upload.Variants {
		manifest.Variants[i] = contract.ManifestVariant{
			Name: made.Name, URL: keys.URL(p.CDN, made.Key), Width: made.Width, Height: made.Height,
			Bytes: made.Bytes, ContentType: made.ContentType,
		}
	}

	return manifest
}

func outcome(upload Upload, manifest contract.Manifest) ledger.Outcome {
	done := ledger.Outcome{
		Plan: upload.Plan, Removed: upload.Master.Removed, Variants: make([]ledger.Variant, len(manifest.Variants)),
	}
	for i, made := range manifest.Variants {
		done.Variants[i] = ledger.Variant(made)
	}

	return done
}
