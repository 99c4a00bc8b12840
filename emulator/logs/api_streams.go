package logs

import (
	"cmp"
	"context"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"triptych/emulator/awsapi"
)

// streamName is the rule for names.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html
var streamName = regexp.MustCompile(`^[^:*]{1,512}$`)

type streamInput struct {
	groupInput

	LogStreamName string `json:"logStreamName"`
}

func (s *Service) createLogStream(ctx context.Context, in streamInput) (struct{}, error) {
	g, err := s.find(ctx, "CreateLogStream", in.groupInput)
	if err != nil {
		return struct{}{}, err
	}

	if !streamName.MatchString(in.LogStreamName) {
		return struct{}{}, invalid("1 validation error detected: Value '%s' at 'logStreamName' failed to satisfy constraint: "+
			"Member must satisfy regular expression pattern: [^:*]*", in.LogStreamName)
	}

	if _, exists := g.file.list()[in.LogStreamName]; exists {
		return struct{}{}, awsapi.Errorf("ResourceAlreadyExistsException", "The specified log stream already exists")
	}

	return struct{}{}, g.file.append(s.config.Now(), Event{Stream: in.LogStreamName, Empty: true})
}

type describeStreamsInput struct {
	groupInput

	LogStreamNamePrefix string `json:"logStreamNamePrefix"`
	OrderBy             string `json:"orderBy"`
	Descending          bool   `json:"descending"`
	NextToken           string `json:"nextToken"`
	Limit               *int   `json:"limit"`
}

type describeStreamsOutput struct {
	LogStreams []streamDescription `json:"logStreams"`
	NextToken  string              `json:"nextToken,omitempty"`
}

// streamDescription is a stream in an answer. storedBytes is always 0, as on AWS.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogStream.html
type streamDescription struct {
	LogStreamName       string `json:"logStreamName"`
	CreationTime        int64  `json:"creationTime"`
	FirstEventTimestamp int64  `json:"firstEventTimestamp,omitempty"`
	LastEventTimestamp  int64  `json:"lastEventTimestamp,omitempty"`
	LastIngestionTime   int64  `json:"lastIngestionTime,omitempty"`
	UploadSequenceToken string `json:"uploadSequenceToken,omitempty"`
	Arn                 string `json:"arn"`
	StoredBytes         int64  `json:"storedBytes"`
}

const byLastEvent = "LastEventTime"

// describeLogStreams answers DescribeLogStreams. The token of the next page is the number of
// streams before it.
func (s *Service) describeLogStreams(ctx context.Context, in describeStreamsInput) (describeStreamsOutput, error) {
	g, err := s.find(ctx, "DescribeLogStreams", in.groupInput)
	if err != nil {
		return describeStreamsOutput{}, err
	}

	limit, err := limitOf(in.Limit, 50, 50)

	switch {
	case err != nil:
		return describeStreamsOutput{}, err
	case !slices.Contains([]string{"", "LogStreamName", byLastEvent}, in.OrderBy):
		return describeStreamsOutput{}, invalid("1 validation error detected: Value '%s' at 'orderBy' failed to satisfy constraint: "+
			"Member must satisfy enum value set: [LogStreamName, LastEventTime]", in.OrderBy)
	case in.OrderBy == byLastEvent && in.LogStreamNamePrefix != "":
		return describeStreamsOutput{}, invalid("Cannot order by LastEventTime with a logStreamNamePrefix.")
	}

	streams := g.file.list()
	names := slices.Sorted(maps.Keys(streams))
	names = slices.DeleteFunc(names, func(name string) bool { return !strings.HasPrefix(name, in.LogStreamNamePrefix) })

	if in.OrderBy == byLastEvent {
		slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(streams[a].last, streams[b].last) })
	}

	if in.Descending {
		slices.Reverse(names)
	}

	skip, err := strconv.Atoi(cmp.Or(in.NextToken, "0"))
	if err != nil || skip < 0 {
		return describeStreamsOutput{}, invalid("The specified nextToken is invalid.")
	}

	out := describeStreamsOutput{LogStreams: []streamDescription{}}

	for i, name := range names {
		if i < skip {
			continue
		}

		if len(out.LogStreams) == limit {
			out.NextToken = strconv.Itoa(i)

			break
		}

		one := streams[name]
		out.LogStreams = append(out.LogStreams, streamDescription{
			LogStreamName: name, CreationTime: one.created, FirstEventTimestamp: one.first, LastEventTimestamp: one.last,
			LastIngestionTime: one.ingested, Arn: s.arn(g.Name) + ":log-stream:" + name,
		})
	}

	return out, nil
}

type putEventsInput struct {
	streamInput

	LogEvents []struct {
		Timestamp int64  `json:"timestamp"`
		Message   string `json:"message"`
	} `json:"logEvents"`
}

type putEventsOutput struct {
	NextSequenceToken     string          `json:"nextSequenceToken"`
	RejectedLogEventsInfo *rejectedEvents `json:"rejectedLogEventsInfo,omitempty"`
}

type rejectedEvents struct {
	TooNewLogEventStartIndex *int `json:"tooNewLogEventStartIndex,omitempty"`
	TooOldLogEventEndIndex   *int `json:"tooOldLogEventEndIndex,omitempty"`
	ExpiredLogEventEndIndex  *int `json:"expiredLogEventEndIndex,omitempty"`
}

// Limits of PutLogEvents.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
const (
	maxBatchEvents = 10_000
	maxBatchBytes  = 1 << 20
	maxFuture      = 2 * time.Hour
	maxPast        = 14 * 24 * time.Hour
)

func (s *Service) putLogEvents(ctx context.Context, in putEventsInput) (putEventsOutput, error) { //nolint:cyclop // One check for each rule of a batch.
	g, err := s.find(ctx, "PutLogEvents", in.groupInput)
	if err != nil {
		return putEventsOutput{}, err
	}

	if _, exists := g.file.list()[in.LogStreamName]; !exists {
		return putEventsOutput{}, awsapi.Errorf("ResourceNotFoundException", "The specified log stream does not exist.")
	}

	if len(in.LogEvents) == 0 || len(in.LogEvents) > maxBatchEvents {
		return putEventsOutput{}, invalid("1 validation error detected: Value at 'logEvents' failed to satisfy constraint: "+
			"Member must have length between 1 and %d", maxBatchEvents)
	}

	now := s.config.Now()
	rejected := &rejectedEvents{}
	size, before := 0, int64(0)

	var events []Event

	for i, one := range in.LogEvents {
		size += len(one.Message) + overhead
		at := time.UnixMilli(one.Timestamp)

		switch {
		case one.Message == "":
			return putEventsOutput{}, invalid("1 validation error detected: Value '' at 'logEvents.%d.member.message' failed to satisfy constraint: "+
				"Member must have length greater than or equal to 1", i+1)
		case one.Timestamp < before:
			return putEventsOutput{}, invalid("Log events in a single PutLogEvents request must be in chronological order.")
		case at.After(now.Add(maxFuture)):
			if rejected.TooNewLogEventStartIndex == nil {
				rejected.TooNewLogEventStartIndex = &i
			}
		case at.Before(now.Add(-maxPast)):
			end := i + 1
			rejected.TooOldLogEventEndIndex = &end
		case g.expired(one.Timestamp, now):
			end := i + 1
			rejected.ExpiredLogEventEndIndex = &end
		default:
			events = append(events, Event{Stream: in.LogStreamName, Time: one.Timestamp, Message: one.Message})
		}

		before = one.Timestamp
	}

	if size > maxBatchBytes {
		return putEventsOutput{}, invalid("Upload too large: %d bytes exceeds limit of %d", size, maxBatchBytes)
	}

	out := putEventsOutput{NextSequenceToken: "0"}
	if *rejected != (rejectedEvents{}) {
		out.RejectedLogEventsInfo = rejected
	}

	if len(events) == 0 {
		return out, nil
	}

	return out, g.file.append(now, events...)
}

// expired reports whether an event is older than the group's retention.
func (g *group) expired(timestamp int64, now time.Time) bool {
	return g.Retention > 0 && time.UnixMilli(timestamp).Before(now.AddDate(0, 0, -g.Retention))
}
