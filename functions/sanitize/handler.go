// Sanitize writes the master: the original without its metadata, not one pixel
// re-encoded.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"

	"triptych/shared/blobs"
	"triptych/shared/config"
	"triptych/shared/contract"
	"triptych/shared/function"
	"triptych/shared/keys"
	"triptych/shared/metadata"
	"triptych/shared/protocol"
	"triptych/shared/telemetry"
)

// store reads originals and writes masters: see [blobs.Store].
type store interface {
	protocol.Deleter
	Open(ctx context.Context, bucket, key, versionID string) (io.ReadCloser, error)
	Put(ctx context.Context, bucket, key string, object blobs.Object) error
}

type handler struct {
	store    store
	variants string // bucket
}

func newHandler(clients aws.Config, settings config.Function) function.Handler[contract.SanitizeInput, contract.Master] {
	return handler{store: blobs.New(clients), variants: settings.VariantsBucket}.handle
}

func (h handler) handle(ctx context.Context, in contract.SanitizeInput) (contract.Master, error) {
	upload, version := in.Plan.Upload, in.Plan.Version
	ctx = telemetry.With(ctx,
		telemetry.Execution, in.Execution, telemetry.Key, upload.Key, telemetry.Version, version)

	format := metadata.Format(in.Plan.Image.Format)
	master := contract.Master{
		Key:         keys.Master(upload.Key, version, format.Extension()),
		ContentType: format.ContentType(),
	}

	original, err := h.store.Open(ctx, upload.Bucket, upload.Key, upload.VersionID)
	if errors.Is(err, blobs.ErrNotFound) {
		err = protocol.Displace(ctx, h.store, h.variants, master.Key)
	}

	if err != nil {
		return contract.Master{}, fmt.Errorf("sanitize: %w", err)
	}

	defer original.Close()

	// A master is never longer than its original by more than an orientation tag.
	const room = 256

	cleaned := metadata.NewBuffer(upload.Bytes + room)

	report, err := metadata.Sanitize(cleaned, original)
	if err != nil {
		return contract.Master{}, fmt.Errorf("sanitize %s: %w", upload.Key, err)
	}

	master.Bytes, master.Stripped = int64(cleaned.Len()), report.Removed

	err = h.store.Put(ctx, h.variants, master.Key, blobs.Object{
		Body: cleaned.Bytes(), ContentType: master.ContentType, CacheControl: blobs.Immutable,
	})
	if err != nil {
		return contract.Master{}, fmt.Errorf("sanitize: %w", err)
	}

	telemetry.Measure(ctx, telemetry.BytesOut, float64(master.Bytes))

	return master, nil
}
