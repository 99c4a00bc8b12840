// Erase removes everything that was generated from a deleted original: from the whole
// key, or from one version of it. Uploads that are newer than the deletion are kept.
// Erase also removes erased objects from the CDN's cache, and sends the event `Image Erased`.
package main

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"

	"triptych/shared/config"
	"triptych/shared/contract"
	"triptych/shared/events"
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

// bus tells the user's applications of the erasure: see [events.Bus].
type bus interface {
	Erased(ctx context.Context, erased events.Erased) error
}

type handler struct {
	eraser eraser
	bus    bus
	purger func(distribution string) purger
}

func newHandler(clients aws.Config, settings config.Function) function.Handler[contract.EraseInput, any] {
	return handler{
		publish.New(clients, settings),
		events.NewBus(clients, settings.EventBus),
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

	if err := h.announce(ctx, in, erased); err != nil {
		return nil, fmt.Errorf("erase: %w", err)
	}

	return contract.EraseOutput{
		Key: deleted.Key, Purge: erased.Purge, Versions: erased.Versions, Objects: erased.Objects, InFlight: erased.InFlight,
	}, nil
}

// announce sends the event of an erasure. The sweep, a day later, sends none: the first
// attempt has sent it.
func (h handler) announce(ctx context.Context, in contract.EraseInput, erased publish.Erased) error {
	if in.Sweep {
		return nil
	}

	deleted := in.Event.Upload()
	event := events.Erased{
		Key: deleted.Key, Sequencer: deleted.Sequencer, Versions: erased.Versions, Objects: erased.Objects,
	}

	if in.Event.DeletionType == contract.PermanentlyDeleted {
		event.VersionID = deleted.VersionID
	}

	return h.bus.Erased(ctx, event)
}

func (h handler) purge(ctx context.Context, in contract.EraseInput) (any, error) {
	ctx = telemetry.With(ctx, telemetry.Execution, in.Execution, telemetry.Key, in.Purge.Key)

	done, err := h.purger(in.Purge.Distribution).Purge(ctx, in.Purge.Key, in.Purge.ID)
	if err != nil {
		return nil, fmt.Errorf("erase: %w", err)
	}

	return contract.PurgeOutput{Purged: done.Purges, Paths: done.Paths}, nil
}
