package command

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"golang.org/x/sync/errgroup"

	"triptych/cli/internal/display"
	"triptych/cli/internal/executions"
	"triptych/cli/internal/target"
)

// explainedAtOnce is the number of failed executions that are examined in parallel. Each
// execution needs two calls, and Step Functions allows about ten calls per second in the
// long run.
const explainedAtOnce = 4

// explainAll adds the failed state and the cause to each execution that did not succeed.
func (s *session) explainAll(ctx context.Context, stack *target.Target, page []execution) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(explainedAtOnce)

	for i := range page {
		if executions.EndedBadly(page[i].Status) {
			group.Go(func() error { return explain(ctx, stack.SFN, &page[i]) })
		}
	}

	return group.Wait()
}

// explain reads the failed state and the cause of one execution.
func explain(ctx context.Context, client *sfn.Client, one *execution) error {
	found, err := executions.Explain(ctx, client, one.ExecutionARN)
	if err != nil {
		return err
	}

	one.Key, one.State, one.Error, one.Cause = found.Key, found.State, found.Error, found.Cause

	return nil
}

// failureLine returns the line of an execution that did not succeed: its start time, its
// key, the state in which it ended, and the cause.
func (s *session) failureLine(one execution, statusWidth int) string {
	parts := []string{s.paddedStatus(one.Status, statusWidth), s.style.Muted(display.Time(one.StartDate))}

	for _, part := range []string{
		s.style.Bold(display.Text(one.Key)), display.Text(one.State), s.codeAndReason(one.Error, one.Cause), s.style.Muted(display.Text(one.Name)),
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

	return []string{s.style.Muted(fmt.Sprintf("redriven %d×", times))}
}

// took returns how long an execution ran, or how long it has been running.
func (e *execution) took() time.Duration { return time.Duration(e.Millis) * time.Millisecond }
