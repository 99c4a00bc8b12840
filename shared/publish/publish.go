package publish

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"triptych/shared/blobs"
	"triptych/shared/contract"
	"triptych/shared/errorcode"
	"triptych/shared/keys"
	"triptych/shared/ledger"
)

// Upload is one finished upload.
type Upload struct {
	Plan      contract.Plan
	Master    contract.Master
	Variants  []contract.Variant
	Execution string
}

// Publish makes the upload READY and current. If a newer upload or deletion is current, or
// if the upload has been erased, Publish removes its objects and returns Superseded.
func (p *Protocol) Publish(ctx context.Context, upload Upload) (contract.Manifest, error) {
	manifest := p.manifest(upload)

	err := p.Ledger.Complete(ctx, outcome(upload, manifest))
	if err == nil {
		err = p.Ledger.SetCurrent(ctx, manifest.Key, manifest.Version, manifest.Sequencer)
	}

	if err == nil {
		err = p.advance(ctx, manifest)
	}

	if err == nil {
		err = p.checkAgain(ctx, manifest)
	}

	if errorcode.Is(err, errorcode.Superseded) {
		if failure := p.withdraw(ctx, upload.Plan.Upload, manifest.Version, upload.Execution); failure != nil {
			err = failure // The cleanup failed; the caller gets Superseded after a retry.
		}
	}

	if err != nil {
		return contract.Manifest{}, fmt.Errorf("publish %s version %s: %w", manifest.Key, manifest.Version, err)
	}

	return manifest, nil
}

// advance writes the manifest, unless the existing manifest is newer.
func (p *Protocol) advance(ctx context.Context, manifest contract.Manifest) error {
	for range maxSwaps {
		published, etag, err := p.readManifest(ctx, manifest.Key)
		if err != nil {
			return err
		}

		if published.Sequencer > manifest.Sequencer {
			return nil
		}

		err = p.swap(ctx, manifest, etag)
		if !errors.Is(err, blobs.ErrChanged) {
			return err
		}
	}

	return contention("the manifest of " + manifest.Key)
}

// checkAgain returns Superseded if the upload was erased while it was being published. The
// erasure may have read the manifest before advance wrote it.
func (p *Protocol) checkAgain(ctx context.Context, manifest contract.Manifest) error {
	newest, _, err := p.Ledger.Current(ctx, manifest.Key)
	if err != nil {
		return err
	}

	item, _, err := p.Ledger.Item(ctx, manifest.Key, manifest.Version)
	if err != nil {
		return err
	}

	if item.Status != ledger.Ready || (newest.Erased && newest.Sequencer > manifest.Sequencer) {
		return errorcode.New(errorcode.Superseded, "")
	}

	return nil
}

// withdraw removes the objects of an upload that is superseded.
func (p *Protocol) withdraw(ctx context.Context, upload contract.Upload, version, owner string) error {
	// Change the item first. After that, reconcile writes no manifest that names this
	// version, because it is not READY.
	if err := p.Ledger.Supersede(ctx, upload, version, owner); err != nil {
		return err
	}

	if err := p.reconcile(ctx, upload.Key); err != nil {
		return err
	}

	_, err := Remove(ctx, p.Blobs, p.Bucket, upload.Key, version)

	return err
}

func (p *Protocol) manifest(upload Upload) contract.Manifest {
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

	manifest.Kept = upload.Master.Kept
	if slices.Contains(upload.Master.Stripped, "credentials") {
		manifest.Credentials = contract.CredentialsRemoved
	}

	for i, made := range upload.Variants {
		manifest.Variants[i] = contract.ManifestVariant{
			Name: made.Name, URL: keys.URL(p.CDN, made.Key), Width: made.Width, Height: made.Height,
			Bytes: made.Bytes, ContentType: made.ContentType, Alternatives: p.alternatives(made),
		}

		if manifest.Placeholder == "" {
			manifest.Placeholder, manifest.Color = made.Placeholder, made.Color
		}
	}

	return manifest
}

func (p *Protocol) alternatives(variant contract.Variant) []contract.ManifestAlternative {
	if len(variant.Alternatives) == 0 {
		return nil
	}

	alternatives := make([]contract.ManifestAlternative, len(variant.Alternatives))
	for i, made := range variant.Alternatives {
		alternatives[i] = contract.ManifestAlternative{
			URL: keys.URL(p.CDN, made.Key), Width: made.Width, Height: made.Height,
			Bytes: made.Bytes, ContentType: made.ContentType,
		}
	}

	return alternatives
}

func outcome(upload Upload, manifest contract.Manifest) ledger.Outcome {
	done := ledger.Outcome{
		Plan: upload.Plan, Stripped: upload.Master.Stripped, Kept: upload.Master.Kept, Variants: make([]ledger.Variant, len(manifest.Variants)),
		Placeholder: manifest.Placeholder, Color: manifest.Color,
	}
	for i, made := range manifest.Variants {
		done.Variants[i] = ledger.Variant(made)
	}

	return done
}
