// Record ends an execution. It completes the ledger, publishes the manifest and sends the
// event. In reject mode it records the reason of the rejection and sends its event instead.
package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"triptych/picture"
	"triptych/shared/config"
	"triptych/shared/contract"
	"triptych/shared/errorcode"
	"triptych/shared/events"
	"triptych/shared/function"
	"triptych/shared/keys"
	"triptych/shared/ledger"
	"triptych/shared/publish"
	"triptych/shared/recipe"
	"triptych/shared/telemetry"
)

// ending completes or rejects uploads: see [publish.Protocol].
type ending interface {
	Publish(ctx context.Context, upload publish.Upload) (contract.Manifest, error)
	Reject(
		ctx context.Context, upload contract.Upload, version, owner string, rejection *errorcode.Error,
	) (ledger.Status, error)
}

// bus tells the user's applications of the outcome: see [events.Bus].
type bus interface {
	Ready(ctx context.Context, manifest contract.Manifest) error
	Rejected(ctx context.Context, rejected events.Rejected) error
}

type handler struct {
	ending ending
	bus    bus
	now    func() time.Time
}

func newHandler(clients aws.Config, settings config.Function) function.Handler[contract.RecordInput, contract.RecordOutput] {
	return handler{
		ending: publish.New(clients, settings),
		bus:    events.NewBus(clients, settings.EventBus),
		now:    time.Now,
	}.handle
}

// errNothing means that the input is neither a publication nor a rejection.
var errNothing = errors.New("the input has neither a plan with its master to publish, nor an event with its rejection to record")

func (h handler) handle(ctx context.Context, in contract.RecordInput) (contract.RecordOutput, error) {
	ctx = telemetry.With(ctx, telemetry.Execution, in.Execution)

	switch {
	case in.Event != nil && in.Rejection != nil:
		return h.reject(ctx, in)
	case in.Plan != nil && in.Master != nil:
		return h.publish(ctx, in)
	default:
		return contract.RecordOutput{}, errNothing
	}
}

func (h handler) publish(ctx context.Context, in contract.RecordInput) (contract.RecordOutput, error) {
	ctx = telemetry.With(ctx, telemetry.Key, in.Plan.Upload.Key, telemetry.Version, in.Plan.Version)

	manifest, err := h.ending.Publish(ctx, publish.Upload{
		Plan: *in.Plan, Master: *in.Master, Variants: in.Variants, Execution: in.Execution,
	})
	if err != nil {
		return contract.RecordOutput{}, fmt.Errorf("record: %w", err)
	}

	if err := h.bus.Ready(ctx, manifest); err != nil {
		return contract.RecordOutput{}, fmt.Errorf("record: %w", err)
	}

	telemetry.Count(ctx, telemetry.Ready, "")

	if uploaded, err := time.Parse(time.RFC3339, in.UploadedAt); err == nil {
		telemetry.Measure(ctx, telemetry.UploadToReady, float64(h.now().Sub(uploaded).Milliseconds()))
	}

	return contract.RecordOutput{Key: manifest.Key, Version: manifest.Version, Status: string(ledger.Ready)}, nil
}

// reject records the rejection, and sends its event.
func (h handler) reject(ctx context.Context, in contract.RecordInput) (contract.RecordOutput, error) {
	wanted, err := recipe.Parse([]byte(in.Recipe))
	if err != nil {
		return contract.RecordOutput{}, fmt.Errorf("the state machine's recipe: %w", err)
	}

	upload, rejection := in.Event.Upload(), in.Rejection.Decode()
	version := keys.Version(upload.Identity(), wanted, picture.Revision)
	ctx = telemetry.With(ctx, telemetry.Key, upload.Key, telemetry.Version, version)

	status, err := h.ending.Reject(ctx, upload, version, in.Execution, rejection)
	if err != nil {
		return contract.RecordOutput{}, fmt.Errorf("record: %w", err)
	}

	out := contract.RecordOutput{Key: upload.Key, Version: version, Status: string(status)}
	if status == ledger.Rejected {
		out.Code, out.Reason = rejection.Code.Public(), rejection.Reason

		rejected := events.Rejected{Upload: events.Of(upload, version, in.Execution), Code: out.Code, Reason: out.Reason}
		if err := h.bus.Rejected(ctx, rejected); err != nil {
			return contract.RecordOutput{}, fmt.Errorf("record: %w", err)
		}
	}

	telemetry.Count(ctx, outcomeOf(status), out.Code)

	return out, nil
}

// outcomeOf returns the outcome of an attempt to reject an upload. Any status other than
// REJECTED is the work of another execution.
func outcomeOf(status ledger.Status) telemetry.Outcome {
	switch status {
	case ledger.Rejected:
		return telemetry.Rejected
	case ledger.Superseded, ledger.Erased:
		return telemetry.Superseded
	case ledger.Ready, ledger.Processing, ledger.Failed:
		return telemetry.AlreadyDone
	default:
		return telemetry.AlreadyDone
	}
}
