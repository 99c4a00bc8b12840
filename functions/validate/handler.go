// Validate is the first step of the pipeline. It acquires the lease on an upload, reads
// the header of the file, checks it against the recipe's limits before any decoder runs,
// and returns the plan of the variants to make.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"

	"triptych/picture"
	"triptych/picture/metadata"
	"triptych/shared/blobs"
	"triptych/shared/config"
	"triptych/shared/contract"
	"triptych/shared/function"
	"triptych/shared/keys"
	"triptych/shared/publish"
	"triptych/shared/recipe"
	"triptych/shared/telemetry"
)

// claims acquires the lease on an upload, and ends the work on an upload whose original no
// longer exists: see [publish.Protocol].
type claims interface {
	Claim(ctx context.Context, upload contract.Upload, version, owner, replaces string) error
	MarkMissing(ctx context.Context, upload contract.Upload, version, owner string) error
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
		claims:    publish.New(clients, settings),
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

	version := keys.Version(upload.Identity(), wanted, picture.Revision)
	ctx = telemetry.With(ctx, telemetry.Version, version)

	if err := h.claims.Claim(ctx, upload, version, in.Execution, in.Replaces); err != nil {
		return contract.Plan{}, fmt.Errorf("validate: %w", err)
	}

	telemetry.Measure(ctx, telemetry.BytesIn, float64(upload.Bytes))

	image, err := h.inspect(ctx, upload, wanted)
	if errors.Is(err, blobs.ErrNotFound) { // The original was deleted before its event was handled.
		err = h.claims.MarkMissing(ctx, upload, version, in.Execution)
	}

	if err != nil {
		return contract.Plan{}, fmt.Errorf("validate: %w", err)
	}

	return contract.Plan{
		Upload: upload, Version: version, Image: image, Variants: wanted.Variants, Master: wanted.Master, MaxSeconds: wanted.Limits.MaxSeconds,
	}, nil
}

// inspect reads the header of the file and checks it against the limits.
func (h handler) inspect(ctx context.Context, upload contract.Upload, wanted recipe.Recipe) (contract.Image, error) {
	if err := wanted.Limits.CheckBytes(upload.Bytes); err != nil {
		return contract.Image{}, err
	}

	head := h.originals.ReaderAt(ctx, upload.Bucket, upload.Key, upload.VersionID, upload.Bytes)

	info, err := metadata.Inspect(head, upload.Bytes)
	if err != nil {
		return contract.Image{}, fmt.Errorf("inspect %s: %w", upload.Key, err)
	}

	width, height := info.Upright()
	if err := wanted.Check(string(info.Format), width, height, info.Frames); err != nil {
		return contract.Image{}, err
	}

	return contract.Image{
		Format: string(info.Format), ContentType: metadata.EntryOf(info.Format).ContentType,
		Width: width, Height: height, Orientation: info.Orientation, Frames: info.Frames,
	}, nil
}
