package logs

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"triptych/emulator/awsapi"
)

// maxPageEvents and maxPageBytes limit a page of events.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
const (
	maxPageEvents = 10_000
	maxPageBytes  = 1 << 20
	maxStreams    = 100
)

type filterInput struct {
	groupInput

	LogStreamNames      []string `json:"logStreamNames"`
	LogStreamNamePrefix string   `json:"logStreamNamePrefix"`
	StartTime           *int64   `json:"startTime"`
	EndTime             *int64   `json:"endTime"`
	FilterPattern       string   `json:"filterPattern"`
	NextToken           string   `json:"nextToken"`
	Limit               *int     `json:"limit"`
}

type filterOutput struct {
	Events             []filteredEvent `json:"events"`
	SearchedLogStreams []struct{}      `json:"searchedLogStreams"` // AWS's is empty too.
	NextToken          string          `json:"nextToken,omitempty"`
}

type filteredEvent struct {
	LogStreamName string `json:"logStreamName"`
	Timestamp     int64  `json:"timestamp"`
	Message       string `json:"message"`
	IngestionTime int64  `json:"ingestionTime"`
	EventID       string `json:"eventId"`
}

// eventID is the form of AWS's ids: 56 digits.
func eventID(id uint64) string { return fmt.Sprintf("%056d", id) }

// filterLogEvents answers FilterLogEvents: the events of a group that match. The token of
// the next page is the id of this page's last event.
func (s *Service) filterLogEvents(ctx context.Context, in filterInput) (filterOutput, error) { //nolint:cyclop // One check for each member of the request.
	g, err := s.find(ctx, "FilterLogEvents", in.groupInput)
	if err != nil {
		return filterOutput{}, err
	}

	limit, err := limitOf(in.Limit, maxPageEvents, maxPageEvents)

	switch {
	case err != nil:
		return filterOutput{}, err
	case len(in.LogStreamNames) > 0 && in.LogStreamNamePrefix != "":
		return filterOutput{}, invalid("LogStreamNames and LogStreamNamePrefix are mutually exclusive parameters.")
	case len(in.LogStreamNames) > maxStreams:
		return filterOutput{}, invalid("logStreamNames must have at most %d members", maxStreams)
	}

	for _, name := range in.LogStreamNames {
		if _, exists := g.file.list()[name]; !exists {
			return filterOutput{}, awsapi.Errorf("ResourceNotFoundException", "The specified log stream does not exist.")
		}
	}

	matches, err := parsePattern(in.FilterPattern)
	if err != nil {
		return filterOutput{}, err
	}

	after, err := strconv.ParseUint(cmp.Or(in.NextToken, "0"), 10, 64)
	if err != nil {
		return filterOutput{}, invalid("The specified nextToken is invalid.")
	}

	out := filterOutput{Events: []filteredEvent{}, SearchedLogStreams: []struct{}{}}
	now, size, last := s.config.Now(), 0, uint64(0)

	err = g.file.read(func(e *Event) bool {
		wanted := e.ID > after && !e.Empty && within(e.Time, in.StartTime, in.EndTime, true) && !g.expired(e.Time, now) &&
			strings.HasPrefix(e.Stream, in.LogStreamNamePrefix) && (len(in.LogStreamNames) == 0 || slices.Contains(in.LogStreamNames, e.Stream))
		if !wanted || !matches(e.Message) {
			return true
		}

		if size += len(e.Message) + overhead; len(out.Events) == limit || len(out.Events) > 0 && size > maxPageBytes {
			out.NextToken = strconv.FormatUint(last, 10)

			return false
		}

		last = e.ID
		out.Events = append(out.Events, filteredEvent{e.Stream, e.Time, e.Message, e.Ingested, eventID(e.ID)})

		return true
	})

	slices.SortStableFunc(out.Events, func(a, b filteredEvent) int { return cmp.Compare(a.Timestamp, b.Timestamp) })

	return out, err
}

// within reports whether a time is from start, and before end or equal to it.
func within(at int64, start, end *int64, endIncluded bool) bool {
	switch {
	case start != nil && at < *start:
		return false
	case end == nil:
		return true
	case endIncluded:
		return at <= *end
	default:
		return at < *end
	}
}

type getEventsInput struct {
	streamInput

	StartTime     *int64 `json:"startTime"`
	EndTime       *int64 `json:"endTime"`
	NextToken     string `json:"nextToken"`
	Limit         *int   `json:"limit"`
	StartFromHead bool   `json:"startFromHead"`
}

type getEventsOutput struct {
	Events            []event `json:"events"`
	NextForwardToken  string  `json:"nextForwardToken"`
	NextBackwardToken string  `json:"nextBackwardToken"`
}

type event struct {
	Timestamp     int64  `json:"timestamp"`
	Message       string `json:"message"`
	IngestionTime int64  `json:"ingestionTime"`
}

// getLogEvents answers GetLogEvents: the newest events of a stream, or the oldest with
// startFromHead. A token is "f/ID" for the events after the one with this id, and "b/ID" for
// those before it. At the end, the answer has the token of the request, as on AWS.
func (s *Service) getLogEvents(ctx context.Context, in getEventsInput) (getEventsOutput, error) { //nolint:cyclop // One check for each member of the request.
	g, err := s.find(ctx, "GetLogEvents", in.groupInput)
	if err != nil {
		return getEventsOutput{}, err
	}

	if _, exists := g.file.list()[in.LogStreamName]; !exists {
		return getEventsOutput{}, awsapi.Errorf("ResourceNotFoundException", "The specified log stream does not exist.")
	}

	limit, err := limitOf(in.Limit, maxPageEvents, maxPageEvents)
	if err != nil {
		return getEventsOutput{}, err
	}

	direction, text, _ := strings.Cut(in.NextToken, "/")

	from, err := strconv.ParseUint(cmp.Or(text, "0"), 10, 64)
	if err != nil || !slices.Contains([]string{"", "f", "b"}, direction) {
		return getEventsOutput{}, invalid("The specified nextToken is invalid.")
	}

	forward := direction == "f" || direction == "" && in.StartFromHead
	now := s.config.Now()

	var found []Event

	size := 0

	err = g.file.read(func(e *Event) bool {
		wanted := e.Stream == in.LogStreamName && !e.Empty && within(e.Time, in.StartTime, in.EndTime, false) && !g.expired(e.Time, now) &&
			(direction != "f" || e.ID > from) && (direction != "b" || e.ID < from)
		if !wanted {
			return true
		}

		size += len(e.Message) + overhead
		full := len(found) == limit || len(found) > 0 && size > maxPageBytes

		if full && forward {
			return false
		}

		found = append(found, *e)

		for len(found) > limit || len(found) > 1 && size > maxPageBytes { // Keep the newest.
			size -= len(found[0].Message) + overhead
			found = found[1:]
		}

		return true
	})
	if err != nil {
		return getEventsOutput{}, err
	}

	out := getEventsOutput{Events: []event{}, NextForwardToken: "f/" + strconv.FormatUint(from, 10), NextBackwardToken: "b/" + strconv.FormatUint(from, 10)}

	for _, e := range found {
		out.Events = append(out.Events, event{e.Time, e.Message, e.Ingested})
	}

	if len(found) > 0 {
		out.NextForwardToken = "f/" + strconv.FormatUint(found[len(found)-1].ID, 10)
		out.NextBackwardToken = "b/" + strconv.FormatUint(found[0].ID, 10)
	}

	return out, nil
}
