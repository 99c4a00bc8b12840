package execution

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"triptych/cli/internal/display"
	"triptych/cli/internal/executions"
	"triptych/cli/internal/timeline"
)

// eventRow is one event of a history.
type eventRow struct {
	ID    int64
	After string // since the start of the execution
	Type  string
	State string
	Note  string
	Tone  string
}

// mostEvents is the maximum number of events on a page. A page shows only the last events
// of a longer history.
const mostEvents = 400

func eventRows(events []types.HistoryEvent, trace timeline.Trace, start time.Time) []eventRow {
	names := map[int64]string{}
	for i := range trace.States {
		names[trace.States[i].ID] = display.Text(executions.StateName(&trace.States[i]))
	}

	var rows []eventRow

	for i := max(0, len(events)-mostEvents); i < len(events); i++ {
		event := &events[i]
		name, cause := failureOf(event)

		row := eventRow{
			ID: event.Id, After: display.Duration(max(0, aws.ToTime(event.Timestamp).Sub(start))), Type: string(event.Type),
			State: names[trace.Of[event.Id]], Note: name, Tone: "idle",
		}

		if name != "" {
			row.Tone = "bad"
		}

		if reason := timeline.Reason(cause); reason != "" {
			row.Note = name + ": " + reason
		}

		rows = append(rows, row)
	}

	return rows
}

// failureOf returns the error and the cause in an event.
func failureOf(event *types.HistoryEvent) (name, cause string) {
	switch {
	case event.TaskFailedEventDetails != nil:
		return aws.ToString(event.TaskFailedEventDetails.Error), aws.ToString(event.TaskFailedEventDetails.Cause)
	case event.TaskTimedOutEventDetails != nil:
		return aws.ToString(event.TaskTimedOutEventDetails.Error), aws.ToString(event.TaskTimedOutEventDetails.Cause)
	case event.TaskStartFailedEventDetails != nil:
		return aws.ToString(event.TaskStartFailedEventDetails.Error), aws.ToString(event.TaskStartFailedEventDetails.Cause)
	case event.LambdaFunctionFailedEventDetails != nil:
		return aws.ToString(event.LambdaFunctionFailedEventDetails.Error), aws.ToString(event.LambdaFunctionFailedEventDetails.Cause)
	case event.LambdaFunctionTimedOutEventDetails != nil:
		return aws.ToString(event.LambdaFunctionTimedOutEventDetails.Error), aws.ToString(event.LambdaFunctionTimedOutEventDetails.Cause)
	case event.EvaluationFailedEventDetails != nil:
		return aws.ToString(event.EvaluationFailedEventDetails.Error), aws.ToString(event.EvaluationFailedEventDetails.Cause)
	case event.ExecutionFailedEventDetails != nil:
		return aws.ToString(event.ExecutionFailedEventDetails.Error), aws.ToString(event.ExecutionFailedEventDetails.Cause)
	case event.ExecutionTimedOutEventDetails != nil:
		return aws.ToString(event.ExecutionTimedOutEventDetails.Error), aws.ToString(event.ExecutionTimedOutEventDetails.Cause)
	case event.ExecutionAbortedEventDetails != nil:
		return aws.ToString(event.ExecutionAbortedEventDetails.Error), aws.ToString(event.ExecutionAbortedEventDetails.Cause)
	default:
		return "", ""
	}
}
