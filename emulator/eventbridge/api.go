package eventbridge

import (
	"context"
	"errors"
	"math"
	"strings"
	"time"

	"triptych/emulator/awsapi"
	"triptych/emulator/eventbridge/pattern"
)

// Limits of PutEvents.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
const (
	maxEntries      = 10
	maxRequestBytes = 1 << 20
	timeBytes       = 14 // The number of bytes that AWS counts for an entry's Time.
)

// API returns EventBridge's protocol.
func (b *Bus) API() *awsapi.Service {
	return &awsapi.Service{
		Name:        "EventBridge",
		ContentType: "application/x-amz-json-1.1",
		Operations:  b.operations(),
	}
}

type putEventsInput struct {
	Entries []putEventsEntry
}

type putEventsEntry struct {
	Source       string
	DetailType   string
	Detail       string
	Resources    []string
	Time         *float64 // Seconds since 1970.
	EventBusName string
}

type putEventsOutput struct {
	FailedEntryCount int
	Entries          []putEventsResult
}

type putEventsResult struct {
	EventID      string `json:"EventId,omitempty"`
	ErrorCode    string `json:",omitempty"`
	ErrorMessage string `json:",omitempty"`
}

func (b *Bus) putEvents(ctx context.Context, in putEventsInput) (putEventsOutput, error) {
	if len(in.Entries) == 0 || len(in.Entries) > maxEntries {
		return putEventsOutput{}, awsapi.Errorf("ValidationException",
			"1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length between 1 and %d", maxEntries)
	}

	if err := b.config.Authorize(ctx, "events:PutEvents", BusARN(b.config.Region, b.config.Account)); err != nil {
		return putEventsOutput{}, err
	}

	size := 0
	for i := range in.Entries {
		size += in.Entries[i].bytes()
	}

	if size > maxRequestBytes {
		return putEventsOutput{}, awsapi.Errorf("ValidationException", "Total size of the entries in the request is over the limit.")
	}

	var out putEventsOutput

	for i := range in.Entries {
		result := b.putEntry(&in.Entries[i])
		if result.ErrorCode != "" {
			out.FailedEntryCount++
		}

		out.Entries = append(out.Entries, result)
	}

	return out, nil
}

// bytes returns the size of an entry, as AWS calculates it.
func (e *putEventsEntry) bytes() int {
	size := len(e.Source) + len(e.DetailType) + len(e.Detail)
	for _, resource := range e.Resources {
		size += len(resource)
	}

	if e.Time != nil {
		size += timeBytes
	}

	return size
}

func (e *putEventsEntry) validate() error {
	switch {
	case e.Source == "":
		return awsapi.Errorf("InvalidArgument", "Parameter Source is not valid. Reason: Source is a required argument.")
	case e.DetailType == "":
		return awsapi.Errorf("InvalidArgument", "Parameter DetailType is not valid. Reason: DetailType is a required argument.")
	case e.Detail == "":
		return awsapi.Errorf("InvalidArgument", "Parameter Detail is not valid. Reason: Detail is a required argument.")
	case !isObject([]byte(e.Detail)):
		return awsapi.Errorf("MalformedDetail", "Detail is malformed.")
	case strings.HasPrefix(e.Source, "aws."): // The prefix is reserved for AWS services.
		return awsapi.Errorf("NotAuthorizedForSourceException", "Not authorized for the source.")
	}

	return nil
}

func (b *Bus) putEntry(entry *putEventsEntry) putEventsResult {
	err := entry.validate()
	if err == nil {
		event := Event{Source: entry.Source, DetailType: entry.DetailType, Resources: entry.Resources, Detail: []byte(entry.Detail)}

		if entry.Time != nil {
			whole, fraction := math.Modf(*entry.Time)
			event.Time = time.Unix(int64(whole), int64(fraction*float64(time.Second)))
		}

		if !b.isOurs(entry.EventBusName) {
			// PutEvents reports the error in this entry only and accepts the other entries
			// (EventBridge API Reference, PutEvents, PutEventsResultEntry).
			return putEventsResult{ErrorCode: "ResourceNotFoundException", ErrorMessage: "Event bus " + entry.EventBusName + " does not exist."}
		}

		var id string
		if id, err = b.put(event); err == nil {
			return putEventsResult{EventID: id}
		}
	}

	var failure *awsapi.Error
	if !errors.As(err, &failure) {
		b.config.Logger.Error("an event was not accepted", "error", err)

		failure = awsapi.Errorf("InternalFailure", "%v", err)
	}

	return putEventsResult{ErrorCode: failure.Code, ErrorMessage: failure.Message}
}

// isOurs reports whether bus is the name or the ARN of the only bus.
func (b *Bus) isOurs(bus string) bool {
	return bus == "" || bus == BusName || bus == BusARN(b.config.Region, b.config.Account)
}

type testPatternInput struct {
	Event        string
	EventPattern string
}

type testPatternOutput struct {
	Result bool
}

func (b *Bus) testEventPattern(ctx context.Context, in testPatternInput) (testPatternOutput, error) {
	if err := b.config.Authorize(ctx, "events:TestEventPattern", "*"); err != nil {
		return testPatternOutput{}, err
	}

	parsed, err := pattern.Parse([]byte(in.EventPattern))
	if err != nil {
		return testPatternOutput{}, awsapi.Errorf("InvalidEventPatternException", "%v", err)
	}

	matches, err := parsed.Match([]byte(in.Event))
	if err != nil {
		return testPatternOutput{}, awsapi.Errorf("ValidationException", "Parameter Event is not valid. %v", err)
	}

	return testPatternOutput{Result: matches}, nil
}
