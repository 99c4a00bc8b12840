// Erase removes everything that was generated from a deleted original: from the whole
// key, or from one version of it. Uploads that are newer than the deletion are kept.
// Erase also removes erased objects from the CDN's cache.
package main

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"

	"triptych/shared/config"
	"triptych/shared/contract"
	"triptych/shared/function"
	"triptych/shared/ledger"
	"triptych/shared/publish"
	"triptych/shared/purge"
	"triptych/shared/telemetry"
)

// eraser removes objects and items: see [publish.Protocol].
type eraser interface {
	EraseKey(ctx context.Context, key, sequencer string, attempt publish.Attempt) (publish.Erased, error)
	EraseVersion(ctx context.Context, key, sourceVersionID string, attempt publish.Attempt) (publish.Erased, error)
}

// purger removes erased objects from a CDN's cache: see [purge.Purger].
type purger interface {
	Purge(ctx context.Context, key, id string) (purge.Done, error)
}

type handler struct {
	eraser eraser
	purger func(distribution string) purger
}

func newHandler(clients aws.Config, settings config.Function) function.Handler[contract.EraseInput, any] {
	return handler{
		publish.New(clients, settings),
		func(distribution string) purger {
			items := ledger.New(clients, settings.LedgerTable, time.Now)

			return &purge.Purger{Ledger: items, CDN: cdn{cloudfront.NewFromConfig(clients), distribution}}
		},
	}.handle
}

func (h handler) handle(ctx context.Context, in contract.EraseInput) (any, error) {
	if in.Purge != nil {
		return h.purge(ctx, in)
	}

	deleted := in.Event.Upload()
	ctx = telemetry.With(ctx, telemetry.Execution, in.Execution, telemetry.Key, deleted.Key)

	var (
		attempt = publish.Attempt{BegunBefore: in.BegunBefore, Sweep: in.Sweep}
		erased  publish.Erased
		err     error
	)

	if in.Event.DeletionType == contract.PermanentlyDeleted && deleted.VersionID != "" {
		erased, err = h.eraser.EraseVersion(ctx, deleted.Key, deleted.VersionID, attempt)
	} else {
		erased, err = h.eraser.EraseKey(ctx, deleted.Key, deleted.Sequencer, attempt)
	}

	if err != nil {
		return nil, fmt.Errorf("erase: %w", err)
	}

	return contract.EraseOutput{
		Key: deleted.Key, Purge: erased.Purge, Versions: erased.Versions, Objects: erased.Objects, InFlight: erased.InFlight,
	}, nil
}

func (h handler) purge(ctx context.Context, in contract.EraseInput) (any, error) {
	ctx = telemetry.With(ctx, telemetry.Execution, in.Execution, telemetry.Key, in.Purge.Key)

	done, err := h.purger(in.Purge.Distribution).Purge(ctx, in.Purge.Key, in.Purge.ID)
	if err != nil {
		return nil, fmt.Errorf("erase: %w", err)
	}

	return contract.PurgeOutput{Purged: done.Purges, Paths: done.Paths}, nil
}
