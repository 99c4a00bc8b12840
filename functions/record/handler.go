// Record ends an execution: it completes the ledger, publishes the manifest and
// tells the world, or, in reject mode, writes down why there is nothing to
// publish.
package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"triptych/shared/blobs"
	"triptych/shared/config"
	"triptych/shared/contract"
	"triptych/shared/faults"
	"triptych/shared/function"
	"triptych/shared/keys"
	"triptych/shared/ledger"
	"triptych/shared/picture"
	"triptych/shared/protocol"
	"triptych/shared/recipe"
	"triptych/shared/telemetry"
)

// publisher makes an upload the current one: see [protocol.Protocol].
type publisher interface {
	Publish(ctx context.Context, upload protocol.Upload) (contract.Manifest, error)
}

// rejections writes down why an upload was refused: see [ledger.Ledger.Reject].
type rejections interface {
	Reject(
		ctx context.Context, upload contract.Upload, version, owner string, fault *faults.Fault,
	) (ledger.Status, error)
}

type handler struct {
	publisher  publisher
	rejections rejections
	objects    protocol.Objects
	announcer  announcer
	variants   string // bucket
}

func newHandler(clients aws.Config, settings config.Function) function.Handler[contract.RecordInput, contract.RecordOutput] {
	items := ledger.New(clients, settings.LedgerTable, time.Now)
	objects := blobs.New(clients)

	return handler{
		publisher: &protocol.Protocol{
			Ledger: items, Blobs: objects, Bucket: settings.VariantsBucket, CDN: settings.CDN, Now: time.Now,
		},
		rejections: items,
		objects:    objects,
		announcer:  newAnnouncer(clients, settings.EventBus),
		variants:   settings.VariantsBucket,
	}.handle
}

// errNothing means that the state machine asked for neither of the two things
// that Record does.
var errNothing = errors.New("the input has neither a plan with its master to publish, nor an event with its fault to write down")

func (h handler) handle(ctx context.Context, in contract.RecordInput) (contract.RecordOutput, error) {
	ctx = telemetry.With(ctx, telemetry.Execution, in.Execution)

	switch {
	case in.Event != nil && in.Fault != nil:
		return h.reject(ctx, in)
	case in.Plan != nil && in.Master != nil:
		return h.publish(ctx, in)
	default:
		return contract.RecordOutput{}, errNothing
	}
}

func (h handler) publish(ctx context.Context, in contract.RecordInput) (contract.RecordOutput, error) {
	ctx = telemetry.With(ctx, telemetry.Key, in.Plan.Upload.Key, telemetry.Version, in.Plan.Version)

	manifest, err := h.publisher.Publish(ctx, protocol.Upload{
		Plan: *in.Plan, Master: *in.Master, Variants: in.Variants, Execution: in.Execution,
	})
	if err != nil {
		return contract.RecordOutput{}, fmt.Errorf("record: %w", err)
	}

	if err := h.announcer.announce(ctx, manifest); err != nil {
		return contract.RecordOutput{}, fmt.Errorf("record: %w", err)
	}

	return contract.RecordOutput{Key: manifest.Key, Version: manifest.Version, Status: string(ledger.Ready)}, nil
}

// reject writes the fault down and leaves nothing of the upload behind. Where
// another execution has ended it otherwise meanwhile, that stands, and so does what
// was made.
func (h handler) reject(ctx context.Context, in contract.RecordInput) (contract.RecordOutput, error) {
	wanted, err := recipe.Parse([]byte(in.Recipe))
	if err != nil {
		return contract.RecordOutput{}, fmt.Errorf("the state machine's recipe: %w", err)
	}

	upload, fault := in.Event.Upload(), in.Fault.Fault()
	version := keys.Version(upload.Identity(), wanted.Variants, picture.Revision)
	ctx = telemetry.With(ctx, telemetry.Key, upload.Key, telemetry.Version, version)

	status, err := h.rejections.Reject(ctx, upload, version, in.Execution, fault)
	if err != nil {
		return contract.RecordOutput{}, fmt.Errorf("record the rejection of %s: %w", upload.Key, err)
	}

	if status != ledger.Rejected {
		return contract.RecordOutput{Key: upload.Key, Version: version, Status: string(status)}, nil
	}

	if fault.Code != faults.BadKey { // Nothing was ever written for such a key.
		if _, err := protocol.Remove(ctx, h.objects, h.variants, upload.Key, version); err != nil {
			return contract.RecordOutput{}, fmt.Errorf("sweep up after %s: %w", upload.Key, err)
		}
	}

	return contract.RecordOutput{
		Key: upload.Key, Version: version, Status: string(status),
		Code: fault.Code.Public(), Reason: fault.Reason,
	}, nil
}
