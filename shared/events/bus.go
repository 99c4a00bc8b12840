package events

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"triptych/shared/contract"
	"triptych/shared/errorcode"
)

// Bus sends events to an event bus of EventBridge.
type Bus struct {
	client *eventbridge.Client
	name   string
}

// NewBus returns the bus with a name.
func NewBus(clients aws.Config, name string) Bus {
	return Bus{client: eventbridge.NewFromConfig(clients), name: name}
}

// Ready sends the event of a published image.
func (b Bus) Ready(ctx context.Context, manifest contract.Manifest) error {
	return b.send(ctx, ImageReady, manifest.Key, manifest)
}

// Rejected sends the event of a rejected upload.
func (b Bus) Rejected(ctx context.Context, rejected Rejected) error {
	return b.send(ctx, ImageRejected, rejected.Key, rejected)
}

// Failed sends the event of an upload whose execution failed.
func (b Bus) Failed(ctx context.Context, failed Failed) error {
	return b.send(ctx, ImageFailed, failed.Key, failed)
}

// Erased sends the event of an erased image.
func (b Bus) Erased(ctx context.Context, erased Erased) error {
	return b.send(ctx, ImageErased, erased.Key, erased)
}

// errNotAccepted means that the call succeeded but EventBridge rejected the event.
var errNotAccepted = errors.New("the event bus did not accept the event")

// send sends one event. PutEvents may succeed as a call and fail for the entry, so both
// are checked.
func (b Bus) send(ctx context.Context, detailType, key string, detail any) error {
	text, err := json.Marshal(detail)
	if err != nil {
		return fmt.Errorf("encode the event %s of %s: %w", detailType, key, err)
	}

	out, err := b.client.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{{
		EventBusName: &b.name,
		Source:       aws.String(Source),
		DetailType:   &detailType,
		Detail:       aws.String(string(text)),
	}}})
	if err != nil {
		return errorcode.FromAWS(err, "send the event %s of %s", detailType, key)
	}

	if out.FailedEntryCount > 0 && len(out.Entries) > 0 {
		entry := out.Entries[0]
		err := fmt.Errorf("send the event %s of %s: %w: %s %s", detailType, key, errNotAccepted,
			aws.ToString(entry.ErrorCode), aws.ToString(entry.ErrorMessage))

		// These two errors are temporary (EventBridge API Reference,
		// PutEventsResultEntry).
		switch aws.ToString(entry.ErrorCode) {
		case "InternalFailure", "ThrottlingException":
			return errorcode.Wrap(errorcode.Transient, err, "")
		default:
			return err
		}
	}

	return nil
}
