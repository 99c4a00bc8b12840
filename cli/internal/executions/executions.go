// Package executions reads executions from Step Functions: their histories, their keys, and
// the causes of their failures.
package executions

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"triptych/cli/internal/timeline"
	"triptych/shared/contract"
)

// Failure is the cause of a failed execution.
type Failure struct {
	Key    string // of the photo, or ""
	Status string // of the execution
	State  string // the last state, with its iteration: "MakeVariant [1]"
	Error  string
	Cause  string // its first line
}

// EndedBadly reports whether this is the status of an execution that failed, timed out or
// was stopped.
func EndedBadly(status string) bool {
	switch types.ExecutionStatus(status) { // The others are not failures.
	case types.ExecutionStatusFailed, types.ExecutionStatusTimedOut, types.ExecutionStatusAborted:
		return true
	default:
		return false
	}
}

// Took returns the duration of an execution from its start to its stop. If it has no stop,
// the execution is running, and its duration ends now.
func Took(start, stop *time.Time, now time.Time) time.Duration {
	if stop == nil {
		return max(0, now.Sub(aws.ToTime(start)))
	}

	return stop.Sub(aws.ToTime(start))
}

// Explain reads the failed state and the cause of an execution.
func Explain(ctx context.Context, client *sfn.Client, arn string) (Failure, error) {
	about, err := client.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: aws.String(arn)})
	if err != nil {
		return Failure{}, fmt.Errorf("describe the execution %s: %w", arn, err)
	}

	found := Failure{Key: Key(aws.ToString(about.Input)), Status: string(about.Status), Error: aws.ToString(about.Error)}
	found.Cause, _, _ = strings.Cut(timeline.Reason(aws.ToString(about.Cause)), "\n")

	events, err := History(ctx, client, arn, false)
	if err != nil {
		return Failure{}, err
	}

	if state, cause := timeline.Cause(timeline.Build(events)); cause {
		found.State = StateName(&state)
	}

	return found, nil
}

// ReadKey reads the key of the image that an execution is about. It returns "" if the input
// has none.
func ReadKey(ctx context.Context, client *sfn.Client, arn string) (string, error) {
	about, err := client.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: aws.String(arn)})
	if err != nil {
		return "", fmt.Errorf("describe the execution %s: %w", arn, err)
	}

	return Key(aws.ToString(about.Input)), nil
}

// StateName returns the name of a state, with its iteration if it is part of a Map.
func StateName(state *timeline.State) string {
	if state.Iteration < 0 {
		return state.Name
	}

	return fmt.Sprintf("%s [%d]", state.Name, state.Iteration)
}

// NameOf returns the name in the ARN of an execution: the text after the last colon.
func NameOf(arn string) string { return arn[strings.LastIndexByte(arn, ':')+1:] }

// Key returns the key of the photo in the input of an execution, or "".
func Key(input string) string {
	var event struct {
		Detail contract.Event `json:"detail"`
	}

	if json.Unmarshal([]byte(input), &event) != nil {
		return ""
	}

	return event.Detail.Object.Key
}

// History reads all events of an execution. The inputs and outputs of its states are
// included only if withData is true.
func History(ctx context.Context, client *sfn.Client, arn string, withData bool) ([]types.HistoryEvent, error) {
	var events []types.HistoryEvent

	pages := sfn.NewGetExecutionHistoryPaginator(client, &sfn.GetExecutionHistoryInput{
		ExecutionArn: aws.String(arn), IncludeExecutionData: aws.Bool(withData), MaxResults: 1000,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("read the history of %s: %w", arn, err)
		}

		events = append(events, page.Events...)
	}

	return events, nil
}
