package e2e_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// whatHappened describes the events of the executions of a key since a time. It is logged
// for a round that ends late.
func whatHappened(t *testing.T, against *target, key string, since time.Time) string {
	t.Helper()

	var told strings.Builder

	for _, machine := range []string{
		against.Stack.PipelineARN,
		strings.TrimSuffix(against.Stack.PipelineARN, "-pipeline") + "-erase",
	} {
		pages := sfn.NewListExecutionsPaginator(against.sfn(), &sfn.ListExecutionsInput{StateMachineArn: &machine})
		for pages.HasMorePages() {
			page, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}

			for i := range page.Executions {
				if page.Executions[i].StartDate.Before(since) {
					continue
				}

				arn := aws.ToString(page.Executions[i].ExecutionArn)

				one, err := against.sfn().DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: &arn})
				if err != nil {
					t.Fatal(err)
				}

				if !strings.Contains(aws.ToString(one.Input), `"`+key+`"`) {
					continue
				}

				fmt.Fprintf(&told, "%s %s\n", arn, one.Status)

				events := historyOf(t, against, arn, 0, false)
				for j := range events {
					fmt.Fprintf(&told, "  %s  %s%s\n", events[j].Timestamp.Format("05.000"), step(&events[j]), failure(&events[j]))
				}
			}
		}
	}

	return told.String()
}

// failure returns the error and cause of an event of a failure.
func failure(event *sfntypes.HistoryEvent) string {
	switch {
	case event.TaskFailedEventDetails != nil:
		return fmt.Sprintf(": %s: %s", aws.ToString(event.TaskFailedEventDetails.Error), aws.ToString(event.TaskFailedEventDetails.Cause))
	case event.TaskTimedOutEventDetails != nil:
		return fmt.Sprintf(": %s: %s", aws.ToString(event.TaskTimedOutEventDetails.Error), aws.ToString(event.TaskTimedOutEventDetails.Cause))
	default:
		return ""
	}
}
