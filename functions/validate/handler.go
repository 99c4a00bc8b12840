// Validate is the pipeline's first step: it claims the work on an upload, reads
// the head of the file, holds it against the recipe's limits before any decoder
// runs, and answers with the plan of what to make.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"triptych/shared/blobs"
	"triptych/shared/config"
	"triptych/shared/contract"
	"triptych/shared/faults"
	"triptych/shared/function"
	"triptych/shared/keys"
	"triptych/shared/ledger"
	"triptych/shared/metadata"
	"triptych/shared/picture"
	"triptych/shared/protocol"
	"triptych/shared/recipe"
	"triptych/shared/telemetry"
)

// claims takes the work on an upload, and gives it up: see [protocol.Protocol].
type claims interface {
	Claim(ctx context.Context, upload contract.Upload, version, owner, replaces string) error
	Miss(ctx context.Context, upload contract.Upload, version, owner string) error
}

// originals reads parts of an object version: see [blobs.Store.ReaderAt].
type originals interface {
	ReaderAt(ctx context.Context, bucket, key, versionID string, size int64) io.ReaderAt
}

type handler struct {
	claims    claims
	originals originals
}

func newHandler(clients aws.Config, settings config.Function) function.Handler[contract.ValidateInput, contract.Plan] {
	objects := blobs.New(clients)

	return handler{
		claims: &protocol.Protocol{
			Ledger: ledger.New(clients, settings.LedgerTable, time.Now), Blobs: objects,
			Bucket: settings.VariantsBucket, CDN: settings.CDN, Now: time.Now,
		},
		originals: objects,
	}.handle
}

func (h handler) handle(ctx context.Context, in contract.ValidateInput) (contract.Plan, error) {
	upload := in.Event.Upload()
	ctx = telemetry.With(ctx, telemetry.Execution, in.Execution, telemetry.Key, upload.Key)

	wanted, err := recipe.Parse([]byte(in.Recipe))
	if err != nil {
		return contract.Plan{}, fmt.Errorf("the state machine's recipe: %w", err)
	}

	if err := keys.Validate(upload.Key); err != nil {
		return contract.Plan{}, err
	}

	version := keys.Version(upload.Identity(), wanted.Variants, picture.Revision)
	ctx = telemetry.With(ctx, telemetry.Version, version)

	if err := h.claims.Claim(ctx, upload, version, in.Execution, in.Replaces); err != nil {
		return contract.Plan{}, fmt.Errorf("validate: %w", err)
	}

	image, err := h.inspect(ctx, upload, wanted.Limits)
	if errors.Is(err, blobs.ErrNotFound) { // Deleted before its event came to be handled.
		err = h.claims.Miss(ctx, upload, version, in.Execution)
	}

	if err != nil {
		return contract.Plan{}, fmt.Errorf("validate: %w", err)
	}

	return contract.Plan{Upload: upload, Version: version, Image: image, Variants: wanted.Variants}, nil
}

// inspect reads the head of the file and holds it against the limits.
func (h handler) inspect(ctx context.Context, upload contract.Upload, limits recipe.Limits) (contract.Image, error) {
	if upload.Bytes > limits.MaxBytes {
		return contract.Image{}, faults.New(faults.TooManyBytes,
			"it has %d bytes; at most %d are accepted", upload.Bytes, limits.MaxBytes)
	}

	head := h.originals.ReaderAt(ctx, upload.Bucket, upload.Key, upload.VersionID, upload.Bytes)

	info, err := metadata.Inspect(head, upload.Bytes)
	if err != nil {
		return contract.Image{}, fmt.Errorf("inspect %s: %w", upload.Key, err)
	}

	if pixels := int64(info.Width) * int64(info.Height); pixels > limits.MaxPixels {
		return contract.Image{}, faults.New(faults.TooManyPixels,
			"it has %d × %d, which is %d pixels; at most %d are accepted", info.Width, info.Height, pixels, limits.MaxPixels)
	}

	if info.Frames > limits.MaxFrames {
		return contract.Image{}, faults.New(faults.TooManyFrames,
			"it has %d frames; at most %d are accepted", info.Frames, limits.MaxFrames)
	}

	image := contract.Image{
		Format: string(info.Format), ContentType: info.Format.ContentType(),
		Width: info.Width, Height: info.Height, Orientation: info.Orientation, Frames: info.Frames,
	}

	// Orientations 5 to 8 lie on their side (Exif 2.32, 4.6.4 A, tag 0x0112).
	const firstSideways = 5
	if image.Orientation >= firstSideways {
		image.Width, image.Height = image.Height, image.Width
	}

	return image, nil
}
