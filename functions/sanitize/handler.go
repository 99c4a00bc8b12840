// Sanitize writes the master: the original without its metadata. Pixels are re-encoded
// only for TIFF and BMP, and for HEIC and AVIF if the recipe does not want them as they are.
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
	"triptych/shared/errorcode"
	"triptych/shared/function"
	"triptych/shared/keys"
	"triptych/shared/publish"
	"triptych/shared/telemetry"
)

// store reads originals and writes masters: see [blobs.Store].
type store interface {
	publish.Deleter
	Open(ctx context.Context, bucket, key, versionID string) (io.ReadCloser, error)
	Put(ctx context.Context, bucket, key string, object blobs.Object) error
}

type handler struct {
	store    store
	variants string // name of the bucket
}

func newHandler(clients aws.Config, settings config.Function) function.Handler[contract.SanitizeInput, contract.Master] {
	return handler{store: blobs.New(clients), variants: settings.VariantsBucket}.handle
}

func (h handler) handle(ctx context.Context, in contract.SanitizeInput) (contract.Master, error) {
	upload, version := in.Plan.Upload, in.Plan.Version
	ctx = telemetry.With(ctx,
		telemetry.Execution, in.Execution, telemetry.Key, upload.Key, telemetry.Version, version)

	format := metadata.Format(in.Plan.Image.Format)

	original, err := h.store.Open(ctx, upload.Bucket, upload.Key, upload.VersionID)
	if errors.Is(err, blobs.ErrNotFound) {
		err = h.removeOrphan(ctx, in)
	}

	if err != nil {
		return contract.Master{}, fmt.Errorf("sanitize: %w", err)
	}

	defer original.Close()

	var (
		cleaned picture.Output
		report  metadata.Report
	)

	err = picture.Within(ctx, in.Plan.MaxSeconds, func(ctx context.Context) (err error) {
		cleaned, report, err = picture.Clean(ctx, format, in.Plan.Master, original, upload.Bytes)

		return err
	})
	if err != nil {
		return contract.Master{}, fmt.Errorf("sanitize %s: %w", upload.Key, err)
	}

	master := contract.Master{
		Key:         keys.Master(upload.Key, version, cleaned.Extension),
		ContentType: cleaned.ContentType, Bytes: int64(len(cleaned.Data)), Stripped: report.Removed, Kept: report.Kept,
	}

	err = h.store.Put(ctx, h.variants, master.Key, blobs.Object{
		Body: cleaned.Data, ContentType: master.ContentType, CacheControl: blobs.Immutable,
	})
	if err != nil {
		return contract.Master{}, fmt.Errorf("sanitize: %w", err)
	}

	telemetry.Measure(ctx, telemetry.BytesOut, float64(master.Bytes))

	return master, nil
}

// removeOrphan removes objects that an earlier attempt may have written.
func (h handler) removeOrphan(ctx context.Context, in contract.SanitizeInput) error {
	var err error

	for _, extension := range picture.MasterExtensions(metadata.Format(in.Plan.Image.Format), in.Plan.Master) {
		err = publish.RemoveOrphan(ctx, h.store, h.variants, keys.Master(in.Plan.Upload.Key, in.Plan.Version, extension))
		if !errorcode.Is(err, errorcode.Superseded) {
			return err
		}
	}

	return err
}
