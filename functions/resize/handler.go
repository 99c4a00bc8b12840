// Resize makes one variant. It decodes the master, applies the orientation, resizes and
// encodes the image, and writes it under a URL that never changes.
package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"

	"triptych/picture"
	"triptych/shared/blobs"
	"triptych/shared/config"
	"triptych/shared/contract"
	"triptych/shared/errorcode"
	"triptych/shared/function"
	"triptych/shared/keys"
	"triptych/shared/publish"
	"triptych/shared/recipe"
	"triptych/shared/telemetry"
)

// store reads masters and writes variants: see [blobs.Store].
type store interface {
	publish.Variants
	Get(ctx context.Context, bucket, key, versionID string, maxBytes int64) ([]byte, string, error)
}

type handler struct {
	store    store
	variants string // name of the bucket
}

func newHandler(clients aws.Config, settings config.Function) function.Handler[contract.ResizeInput, contract.Variant] {
	return handler{store: blobs.New(clients), variants: settings.VariantsBucket}.handle
}

func (h handler) handle(ctx context.Context, in contract.ResizeInput) (contract.Variant, error) {
	key, version := in.Plan.Upload.Key, in.Plan.Version
	ctx = telemetry.With(ctx, telemetry.Execution, in.Execution,
		telemetry.Key, key, telemetry.Version, version, telemetry.Variant, in.Variant.Name)

	telemetry.Part(ctx) // Other invocations make the other variants of the image.

	master, _, err := h.store.Get(ctx, h.variants, in.Master.Key, "", in.Master.Bytes)
	if errors.Is(err, blobs.ErrNotFound) {
		err = h.removeOrphan(ctx, in)
	}

	if err != nil {
		return contract.Variant{}, fmt.Errorf("resize: %w", err)
	}

	var made []picture.Output

	err = picture.Within(ctx, in.Plan.MaxSeconds, func(ctx context.Context) (err error) {
		made, err = picture.Process(ctx, master, in.Variant)

		return err
	})
	if err != nil {
		return contract.Variant{}, fmt.Errorf("resize %s to %s: %w", key, in.Variant.Name, err)
	}

	variant := contract.Variant{
		Name: in.Variant.Name, Key: keys.Variant(key, version, in.Variant.Name, made[0].Extension),
		Width: made[0].Width, Height: made[0].Height,
		Bytes: int64(len(made[0].Data)), ContentType: made[0].ContentType,
	}

	for _, file := range made[0].Alternatives {
		variant.Alternatives = append(variant.Alternatives, contract.Alternative{
			Key: keys.Variant(key, version, variant.Name, file.Extension), Width: file.Width, Height: file.Height,
			Bytes: int64(len(file.Data)), ContentType: file.ContentType,
		})
	}

	if in.Variant.Fit == recipe.Inside {
		shown, err := picture.Placeholder(ctx, made[0].Data)
		if err != nil {
			return contract.Variant{}, fmt.Errorf("make the placeholder of %s: %w", variant.Key, err)
		}

		variant.Placeholder, variant.Color = base64.StdEncoding.EncodeToString(shown.ThumbHash), shown.Color
	}

	// Write the alternatives first: as soon as the primary exists, the CDN may serve an
	// alternative.
	for _, file := range slices.Backward(append(made[:1:1], made[0].Alternatives...)) {
		err = publish.PutVariant(ctx, h.store, h.variants, in.Master.Key, keys.Variant(key, version, variant.Name, file.Extension),
			blobs.Object{Body: file.Data, ContentType: file.ContentType, CacheControl: blobs.Immutable})
		if err != nil {
			return contract.Variant{}, fmt.Errorf("resize: %w", err)
		}
	}

	telemetry.Measure(ctx, telemetry.BytesOut, float64(variant.Bytes))

	return variant, nil
}

// removeOrphan removes objects that an earlier attempt may have written.
func (h handler) removeOrphan(ctx context.Context, in contract.ResizeInput) error {
	var err error

	for _, extension := range picture.Extensions(in.Variant.Format) {
		object := keys.Variant(in.Plan.Upload.Key, in.Plan.Version, in.Variant.Name, extension)

		err = publish.RemoveOrphan(ctx, h.store, h.variants, object)
		if !errorcode.Is(err, errorcode.Superseded) {
			return err
		}
	}

	return err
}
