package command

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"golang.org/x/sync/errgroup"

	"triptych/cli/internal/executions"
	"triptych/cli/internal/target"
)

// explainedAtOnce is the number of executions that are examined in parallel. An execution
// needs one call, and a failed one needs two.
const explainedAtOnce = 4

// explainAll adds the key to each execution. If an execution did not succeed, explainAll also
// adds the failed state and the cause.
func (s *session) explainAll(ctx context.Context, stack *target.Target, page []execution) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(explainedAtOnce)

	for i := range page {
		group.Go(func() error { return explain(ctx, stack.SFN, &page[i]) })
	}

	return group.Wait()
}

func explain(ctx context.Context, client *sfn.Client, one *execution) error {
	if !executions.EndedBadly(one.Status) {
		var err error

		one.Key, err = executions.ReadKey(ctx, client, one.ExecutionARN)

		return err
	}

	found, err := executions.Explain(ctx, client, one.ExecutionARN)
	if err != nil {
		return err
	}

	one.Key, one.State, one.Error, one.Cause = found.Key, found.State, found.Error, found.Cause

	return nil
}

func (s *session) redriven(times int32) []string {
	if times == 0 {
		return nil
	}

	return []string{s.style.Muted(fmt.Sprintf("redriven %d×", times))}
}

// took returns how long an execution ran, or how long it has been running.
func (e *execution) took() time.Duration { return time.Duration(e.Millis) * time.Millisecond }
