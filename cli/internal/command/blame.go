package command

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"triptych/cli/internal/display"
	"triptych/cli/internal/target"
	"triptych/cli/internal/timeline"
	"triptych/shared/contract"
)

// blamedAtOnce bounds how many failed executions are asked about at once: each
// costs two calls, of which Step Functions allows some ten a second for long.
const blamedAtOnce = 4

// blame fills in of each execution that did not end well what failed, and why.
func (s *session) blame(ctx context.Context, stack *target.Target, page []execution) error {
	var (
		work  sync.WaitGroup
		slots = make(chan struct{}, blamedAtOnce)
		mu    sync.Mutex
		first error
	)

	for i := range page {
		if !endedBadly(page[i].Status) {
			continue
		}

		slots <- struct{}{}

		work.Go(func() {
			defer func() { <-slots }()

			if err := explain(ctx, stack.SFN, &page[i]); err != nil {
				mu.Lock()
				defer mu.Unlock()

				if first == nil {
					first = err
				}
			}
		})
	}

	work.Wait()

	return first
}

func endedBadly(status string) bool {
	switch types.ExecutionStatus(status) { //nolint:exhaustive // The others did not.
	case types.ExecutionStatusFailed, types.ExecutionStatusTimedOut, types.ExecutionStatusAborted:
		return true
	default:
		return false
	}
}

// explain reads what failed in an execution, and why.
func explain(ctx context.Context, client *sfn.Client, one *execution) error {
	about, err := client.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: aws.String(one.ExecutionARN)})
	if err != nil {
		return fmt.Errorf("describe the execution %s: %w", one.ExecutionARN, err)
	}

	one.Key = keyOf(about)
	one.Error = aws.ToString(about.Error)
	one.Cause, _, _ = strings.Cut(timeline.Reason(aws.ToString(about.Cause)), "\n")

	events, err := history(ctx, client, one.ExecutionARN)
	if err != nil {
		return err
	}

	if state, found := timeline.Blame(timeline.Build(events)); found {
		one.State = stateName(&state)
	}

	return nil
}

// stateName is a state's name, with its iteration where it stands in a Map.
func stateName(state *timeline.State) string {
	if state.Iteration < 0 {
		return state.Name
	}

	return fmt.Sprintf("%s [%d]", state.Name, state.Iteration)
}

// keyOf is the picture that an execution is about, or "".
func keyOf(about *sfn.DescribeExecutionOutput) string {
	var event struct {
		Detail contract.Event `json:"detail"`
	}

	if json.Unmarshal([]byte(aws.ToString(about.Input)), &event) != nil {
		return ""
	}

	return event.Detail.Object.Key
}

// history reads all events of an execution, without what went in and out.
func history(ctx context.Context, client *sfn.Client, arn string) ([]types.HistoryEvent, error) {
	var events []types.HistoryEvent

	pages := sfn.NewGetExecutionHistoryPaginator(client, &sfn.GetExecutionHistoryInput{
		ExecutionArn: aws.String(arn), IncludeExecutionData: aws.Bool(false),
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

// failureLine is the line of an execution that did not end well: when it began,
// which picture, in which state it ended and why.
func (s *session) failureLine(one execution, statusWidth int) string {
	parts := []string{s.paddedStatus(one.Status, statusWidth), s.style.Dim(display.Time(one.StartDate))}

	for _, part := range []string{
		s.style.Bold(display.Text(one.Key)), display.Text(one.State), s.codeAndReason(one.Error, one.Cause), s.style.Dim(display.Text(one.Name)),
	} {
		if part != "" {
			parts = append(parts, part)
		}
	}

	return strings.Join(append(parts, s.redriven(one.RedriveCount)...), "  ") + "\n"
}

func (s *session) redriven(times int32) []string {
	if times == 0 {
		return nil
	}

	return []string{s.style.Dim(fmt.Sprintf("redriven %d×", times))}
}

// took is how long an execution ran, or runs until now.
func (e *execution) took() time.Duration { return time.Duration(e.Millis) * time.Millisecond }
