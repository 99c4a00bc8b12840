package main

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

// The event for the user's applications.
const (
	eventSource = "triptych"
	imageReady  = "Image Ready"
)

// notifier sends the event that an image is ready.
type notifier interface {
	notify(ctx context.Context, manifest contract.Manifest) error
}

// bus sends events to an event bus.
type bus struct {
	client *eventbridge.Client
	name   string
}

func newNotifier(clients aws.Config, name string) notifier {
	return bus{client: eventbridge.NewFromConfig(clients), name: name}
}

// errNotAccepted means that the call succeeded but EventBridge rejected the event.
var errNotAccepted = errors.New("the event bus did not accept the event")

// notify sends the manifest to the bus. PutEvents may succeed as a call and fail for
// the entry, so both are checked.
func (b bus) notify(ctx context.Context, manifest contract.Manifest) error {
	detail, err := json.Marshal(manifest)
	if err != nil {
		return fmt.Errorf("encode the event: %w", err)
	}

	out, err := b.client.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{{
		EventBusName: &b.name,
		Source:       aws.String(eventSource),
		DetailType:   aws.String(imageReady),
		Detail:       aws.String(string(detail)),
	}}})
	if err != nil {
		return errorcode.FromAWS(err, "send the event for %s", manifest.Key)
	}

	if out.FailedEntryCount > 0 && len(out.Entries) > 0 {
		entry := out.Entries[0]
		err := fmt.Errorf("send the event for %s: %w: %s %s", manifest.Key, errNotAccepted,
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
