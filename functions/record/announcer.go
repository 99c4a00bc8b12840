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
	"triptych/shared/faults"
)

// The event that the user's application can act on.
const (
	eventSource = "triptych"
	imageReady  = "Image Ready"
)

// announcer tells the world that an image is ready.
type announcer interface {
	announce(ctx context.Context, manifest contract.Manifest) error
}

// bus announces on an event bus.
type bus struct {
	client *eventbridge.Client
	name   string
}

func newAnnouncer(clients aws.Config, name string) announcer {
	return bus{client: eventbridge.NewFromConfig(clients), name: name}
}

// errNotTaken means that EventBridge answered the call, and refused the event.
var errNotTaken = errors.New("the event bus did not take the event")

// announce puts the manifest on the bus. PutEvents may succeed as a call and fail
// for the entry, so both are looked at.
func (b bus) announce(ctx context.Context, manifest contract.Manifest) error {
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
		return faults.FromAWS(err, "announce %s", manifest.Key)
	}

	if out.FailedEntryCount > 0 && len(out.Entries) > 0 {
		entry := out.Entries[0]
		err := fmt.Errorf("announce %s: %w: %s %s", manifest.Key, errNotTaken,
			aws.ToString(entry.ErrorCode), aws.ToString(entry.ErrorMessage))

		// The two that pass by themselves (EventBridge API Reference, PutEventsResultEntry).
		switch aws.ToString(entry.ErrorCode) {
		case "InternalFailure", "ThrottlingException":
			return faults.Wrap(faults.Transient, err, "")
		default:
			return err
		}
	}

	return nil
}
