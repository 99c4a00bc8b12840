// Fail records in the ledger that an execution of the pipeline failed, timed out, was
// stopped or was redriven. It sends the event of a failure.
package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"

	"triptych/picture"
	"triptych/shared/config"
	"triptych/shared/contract"
	"triptych/shared/events"
	"triptych/shared/function"
	"triptych/shared/keys"
	"triptych/shared/ledger"
	"triptych/shared/publish"
	"triptych/shared/recipe"
	"triptych/shared/telemetry"
)

// failures records the ends of executions: see [publish.Protocol].
type failures interface {
	Fail(ctx context.Context, upload contract.Upload, version string, failure ledger.Failure) error
	FailedVersion(ctx context.Context, key string, failure ledger.Failure) (version string, failed bool, err error)
	Resume(ctx context.Context, key, execution string, redrives int) error
}

// bus tells the user's applications of the failure: see [events.Bus].
type bus interface {
	Failed(ctx context.Context, failed events.Failed) error
}

type handler struct {
	failures failures
	bus      bus
}

func newHandler(clients aws.Config, settings config.Function) function.Handler[contract.FailInput, contract.FailOutput] {
	return handler{publish.New(clients, settings), events.NewBus(clients, settings.EventBus)}.handle
}

// running is the status of an execution that was redriven. Step Functions sends its
// events on a best-effort basis. If this event is lost, the ledger says FAILED until the
// execution ends, and then has the correct outcome.
//
// https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
const running = "RUNNING"

// maxReasonBytes limits the part of a cause that the ledger keeps. A cause can have 32
// KiB; the execution's history contains all of it.
const maxReasonBytes = 500

func (h handler) handle(ctx context.Context, in contract.FailInput) (contract.FailOutput, error) {
	var input struct {
		Detail contract.Event `json:"detail"`
	}

	if err := json.Unmarshal([]byte(in.Change.Input), &input); err != nil {
		return contract.FailOutput{}, fmt.Errorf("read the input of the execution %s: %w", in.Change.ExecutionARN, err)
	}

	upload := input.Detail.Upload()
	ctx = telemetry.With(ctx, telemetry.Execution, in.Change.ExecutionARN, telemetry.Key, upload.Key)

	if err := h.write(ctx, in, upload); err != nil {
		return contract.FailOutput{}, fmt.Errorf("fail: %w", err)
	}

	return contract.FailOutput{Key: upload.Key, Status: in.Change.Status}, nil
}

func (h handler) write(ctx context.Context, in contract.FailInput, upload contract.Upload) error {
	if in.Change.Status == running {
		return h.failures.Resume(ctx, upload.Key, in.Change.ExecutionARN, in.Change.RedriveCount)
	}

	wanted, err := recipe.Parse([]byte(in.Recipe))
	if err != nil {
		return fmt.Errorf("the state machine's recipe: %w", err)
	}

	failure := ledger.Failure{
		Execution: in.Change.ExecutionARN, Redrives: in.Change.RedriveCount, Code: in.Change.Error, Reason: cut(in.Change.Cause),
	}
	if failure.Code == "" { // The execution timed out, or was stopped without an error.
		failure.Code = in.Change.Status
	}

	version := keys.Version(upload.Identity(), wanted, picture.Revision)
	if err := h.failures.Fail(ctx, upload, version, failure); err != nil {
		return err
	}

	return h.announce(ctx, upload, failure)
}

// announce sends the event of a failure if the ledger says FAILED because of it. That is
// not so if another execution completed the upload, or if it was redriven or erased.
func (h handler) announce(ctx context.Context, upload contract.Upload, failure ledger.Failure) error {
	version, failed, err := h.failures.FailedVersion(ctx, upload.Key, failure)
	if err != nil || !failed {
		return err
	}

	return h.bus.Failed(ctx, events.Failed{
		Upload: events.Of(upload, version, failure.Execution),
		Code:   failure.Code, Reason: failure.Reason, Redrives: failure.Redrives,
	})
}

// cut truncates a text to maxReasonBytes, between two characters.
func cut(text string) string {
	if len(text) <= maxReasonBytes {
		return text
	}

	end := 0

	for at := range text {
		if at > maxReasonBytes {
			break
		}

		end = at
	}

	return text[:end]
}
