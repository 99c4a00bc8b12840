package replay

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
)

// ErrNotFailed means that the execution to replay did not fail.
var ErrNotFailed = errors.New("the execution did not fail, so there is nothing to replay")

// Redrive redrives one failed execution, and does not wait for its end. The messages about the
// execution stay in their queues: List, Named and All handle them.
func (r *Replay) Redrive(ctx context.Context, arn string) error {
	run, err := r.failedRun(ctx, arn)
	if err != nil {
		return err
	}

	_, err = r.sfn().RedriveExecution(ctx, &sfn.RedriveExecutionInput{
		ExecutionArn: &arn, ClientToken: aws.String(RedriveToken(arn, run.RedriveCount)),
	})
	if err != nil {
		return fmt.Errorf("redrive the execution %s: %w", arn, err)
	}

	return nil
}

// Restart starts the execution that replaces a failed execution, unless it was already
// started. It returns the ARN of the new execution, and does not wait for its end.
func (r *Replay) Restart(ctx context.Context, arn string) (string, error) {
	run, err := r.failedRun(ctx, arn)
	if err != nil {
		return "", err
	}

	return r.restart(ctx, &work{
		Entry: Entry{Sighting: Sighting{Source: Execution, ExecutionARN: arn, RedriveCount: run.RedriveCount}},
		last:  run, before: []string{arn},
	})
}

func (r *Replay) failedRun(ctx context.Context, arn string) (Run, error) {
	run, err := r.describe(ctx, arn)
	if err != nil {
		return run, err
	}

	if !run.Exists || !run.failed() {
		return run, fmt.Errorf("replay the execution %s: %w", arn, ErrNotFailed)
	}

	return run, nil
}
