// Erase removes what was made of an original that was deleted: of the key, or of
// one version of it. What is newer than the deletion stays.
package main

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"triptych/shared/blobs"
	"triptych/shared/config"
	"triptych/shared/contract"
	"triptych/shared/function"
	"triptych/shared/keys"
	"triptych/shared/ledger"
	"triptych/shared/protocol"
	"triptych/shared/telemetry"
)

// eraser removes what was made: see [protocol.Protocol].
type eraser interface {
	EraseKey(ctx context.Context, key, sequencer string) (protocol.Erased, error)
	EraseVersion(ctx context.Context, key, sourceVersionID string, sweep bool) (protocol.Erased, error)
}

type handler struct{ eraser eraser }

func newHandler(clients aws.Config, settings config.Function) function.Handler[contract.EraseInput, contract.EraseOutput] {
	return handler{&protocol.Protocol{
		Ledger: ledger.New(clients, settings.LedgerTable, time.Now), Blobs: blobs.New(clients),
		Bucket: settings.VariantsBucket, CDN: settings.CDN, Now: time.Now,
	}}.handle
}

func (h handler) handle(ctx context.Context, in contract.EraseInput) (contract.EraseOutput, error) {
	deleted := in.Event.Upload()
	ctx = telemetry.With(ctx, telemetry.Execution, in.Execution, telemetry.Key, deleted.Key)

	var (
		erased protocol.Erased
		err    error
	)

	if in.Event.DeletionType == contract.PermanentlyDeleted && deleted.VersionID != "" {
		erased, err = h.eraser.EraseVersion(ctx, deleted.Key, deleted.VersionID, in.Sweep)
	} else {
		erased, err = h.eraser.EraseKey(ctx, deleted.Key, deleted.Sequencer)
	}

	if err != nil {
		return contract.EraseOutput{}, fmt.Errorf("erase: %w", err)
	}

	return contract.EraseOutput{
		Key: deleted.Key, Path: keys.InvalidationPath(keys.Folder(deleted.Key)),
		Versions: erased.Versions, Objects: erased.Objects, InFlight: erased.InFlight,
	}, nil
}
