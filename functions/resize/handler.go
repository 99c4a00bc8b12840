// Resize makes one variant: it decodes the master, turns it upright, resizes and
// encodes it, and puts it under an URL that never changes.
package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"

	"triptych/shared/blobs"
	"triptych/shared/config"
	"triptych/shared/contract"
	"triptych/shared/function"
	"triptych/shared/keys"
	"triptych/shared/metadata"
	"triptych/shared/picture"
	"triptych/shared/protocol"
	"triptych/shared/telemetry"
)

// store reads masters and writes variants: see [blobs.Store].
type store interface {
	protocol.Variants
	Get(ctx context.Context, bucket, key, versionID string, maxBytes int64) ([]byte, string, error)
}

type handler struct {
	store    store
	variants string // bucket
}

func newHandler(clients aws.Config, settings config.Function) function.Handler[contract.ResizeInput, contract.Variant] {
	return handler{store: blobs.New(clients), variants: settings.VariantsBucket}.handle
}

func (h handler) handle(ctx context.Context, in contract.ResizeInput) (contract.Variant, error) {
	key, version := in.Plan.Upload.Key, in.Plan.Version
	ctx = telemetry.With(ctx, telemetry.Execution, in.Execution,
		telemetry.Key, key, telemetry.Version, version, telemetry.Variant, in.Variant.Name)

	master, _, err := h.store.Get(ctx, h.variants, in.Master.Key, "", in.Master.Bytes)
	if errors.Is(err, blobs.ErrNotFound) {
		extension := metadata.Format(in.Variant.Format).Extension()
		err = protocol.Displace(ctx, h.store, h.variants, keys.Variant(key, version, in.Variant.Name, extension))
	}

	if err != nil {
		return contract.Variant{}, fmt.Errorf("resize: %w", err)
	}

	made, err := picture.Process(ctx, master, in.Variant)
	if err != nil {
		return contract.Variant{}, fmt.Errorf("resize %s to %s: %w", key, in.Variant.Name, err)
	}

	variant := contract.Variant{
		Name: in.Variant.Name, Key: keys.Variant(key, version, in.Variant.Name, made[0].Extension),
		Width: made[0].Width, Height: made[0].Height,
		Bytes: int64(len(made[0].Data)), ContentType: made[0].ContentType,
	}

	err = protocol.Place(ctx, h.store, h.variants, in.Master.Key, variant.Key, blobs.Object{
		Body: made[0].Data, ContentType: variant.ContentType, CacheControl: blobs.Immutable,
	})
	if err != nil {
		return contract.Variant{}, fmt.Errorf("resize: %w", err)
	}

	return variant, nil
}
