package backfill

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"triptych/cli/internal/target"
)

// Backfill is one backfill with its options.
type Backfill struct {
	Target  *target.Target
	Prefix  string
	Missing bool
	// Verify also compares the ledger with the manifests and the objects.
	Verify bool
	// Batches is the number of batches of 100 originals that are processed in parallel.
	Batches int
	// Every is the interval at which the execution is checked.
	Every time.Duration
	// Progress is called with the number of originals that are finished, and the number
	// of originals that have been listed so far.
	Progress func(done, listed int64)
}

// The values of [Result.Action].
const (
	Started  = "start"
	Redriven = "redrive"
	Followed = "follow"
)

// Result is the outcome of a backfill.
type Result struct {
	Counts

	ExecutionARN string `json:"executionArn"`
	MapRunARN    string `json:"mapRunArn"`
	Action       string `json:"action"` // start, redrive or follow
	Status       string `json:"status"` // of the execution
	Originals    int64  `json:"originals"`
	// Unseen counts the originals of batches that failed. Their outcomes are unknown.
	Unseen int64  `json:"unseen"`
	Error  string `json:"error"`
	Cause  string `json:"cause"`
}

// Counts are the counts in the output of the execution: see contract.BackfillCounts,
// which omits zeros.
type Counts struct {
	Unchanged  int64 `json:"unchanged"`
	Ready      int64 `json:"ready"`
	Rejected   int64 `json:"rejected"`
	Superseded int64 `json:"superseded"`
	Failed     int64 `json:"failed"`
}

// input is the input of the state machine.
type input struct {
	Prefix  string `json:"prefix"`
	Missing bool   `json:"missing"`
	Verify  bool   `json:"verify,omitempty"` // absent in the input from older commands
	Batches int    `json:"batches"`
}

// Run follows, redrives or starts an execution, and waits for its end.
func (b *Backfill) Run(ctx context.Context) (Result, error) {
	text, err := json.Marshal(input{b.Prefix, b.Missing, b.Verify, b.Batches})
	if err != nil {
		return Result{}, fmt.Errorf("encode the input: %w", err)
	}

	result, err := b.begin(ctx, string(text))
	if err != nil {
		return Result{}, err
	}

	return b.follow(ctx, result)
}

// begin follows, redrives or starts an execution.
func (b *Backfill) begin(ctx context.Context, text string) (Result, error) {
	earlier, err := b.earlier(ctx, text)
	if err != nil {
		return Result{}, err
	}

	switch {
	case earlier == nil || earlier.Status == types.ExecutionStatusSucceeded:
	case earlier.Status == types.ExecutionStatusRunning:
		return Result{ExecutionARN: aws.ToString(earlier.ExecutionArn), Action: Followed}, nil
	default:
		possible, err := b.redrivable(ctx, earlier)
		if err != nil {
			return Result{}, err
		}

		if possible {
			_, err := b.Target.SFN.RedriveExecution(ctx, &sfn.RedriveExecutionInput{ExecutionArn: earlier.ExecutionArn})

			return Result{ExecutionARN: aws.ToString(earlier.ExecutionArn), Action: Redriven}, err
		}
	}

	out, err := b.Target.SFN.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: &b.Target.Stack.BackfillARN, Input: &text})
	if err != nil {
		return Result{}, fmt.Errorf("start the backfill: %w", err)
	}

	return Result{ExecutionARN: aws.ToString(out.ExecutionArn), Action: Started}, nil
}

// earlier returns the newest execution with the same input, or nil if none of the last
// executions has that input.
func (b *Backfill) earlier(ctx context.Context, text string) (*sfn.DescribeExecutionOutput, error) {
	const last = 10

	list, err := b.Target.SFN.ListExecutions(ctx, &sfn.ListExecutionsInput{StateMachineArn: &b.Target.Stack.BackfillARN, MaxResults: last})
	if err != nil {
		return nil, fmt.Errorf("list the backfills: %w", err)
	}

	for _, execution := range list.Executions {
		out, err := b.Target.SFN.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: execution.ExecutionArn})
		if err != nil {
			return nil, fmt.Errorf("describe the backfill %s: %w", aws.ToString(execution.Name), err)
		}

		if aws.ToString(out.Input) == text {
			return out, nil
		}
	}

	return nil, nil //nolint:nilnil // No execution has this input.
}

// redrivable reports whether an execution can be redriven and would do the same work as a
// new execution. A redrive uses the definition, and so the recipe, with which the execution
// was started.
func (b *Backfill) redrivable(ctx context.Context, earlier *sfn.DescribeExecutionOutput) (bool, error) {
	if earlier.RedriveStatus != types.ExecutionRedriveStatusRedrivable {
		return false, nil
	}

	then, err := b.Target.SFN.DescribeStateMachineForExecution(ctx, &sfn.DescribeStateMachineForExecutionInput{ExecutionArn: earlier.ExecutionArn})
	if err != nil {
		return false, fmt.Errorf("read the definition of the earlier backfill: %w", err)
	}

	now, err := b.Target.SFN.DescribeStateMachine(ctx, &sfn.DescribeStateMachineInput{StateMachineArn: &b.Target.Stack.BackfillARN})
	if err != nil {
		return false, fmt.Errorf("read the backfill's definition: %w", err)
	}

	return aws.ToString(then.Definition) == aws.ToString(now.Definition), nil
}

// follow checks an execution until it has ended.
func (b *Backfill) follow(ctx context.Context, result Result) (Result, error) {
	for {
		out, err := b.Target.SFN.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &result.ExecutionARN})
		if err != nil {
			return Result{}, fmt.Errorf("describe the backfill: %w", err)
		}

		// Read the Map Run after the execution: when the execution has ended, the Map Run
		// no longer changes.
		if err := b.mapRun(ctx, &result); err != nil {
			return Result{}, err
		}

		if out.Status != types.ExecutionStatusRunning && out.Status != types.ExecutionStatusPendingRedrive {
			result.Status, result.Error, result.Cause = string(out.Status), aws.ToString(out.Error), aws.ToString(out.Cause)

			if out.Output != nil {
				if err := json.Unmarshal([]byte(*out.Output), &result.Counts); err != nil {
					return Result{}, fmt.Errorf("read the backfill's output: %w", err)
				}
			}

			return result, nil
		}

		select {
		case <-ctx.Done():
			return Result{}, ctx.Err()
		case <-time.After(b.Every):
		}
	}
}

// mapRun reads the progress of the newest Map Run.
func (b *Backfill) mapRun(ctx context.Context, result *Result) error {
	list, err := b.Target.SFN.ListMapRuns(ctx, &sfn.ListMapRunsInput{ExecutionArn: &result.ExecutionARN, MaxResults: 1})
	if err != nil {
		return fmt.Errorf("find the backfill's Map Run: %w", err)
	}

	if len(list.MapRuns) == 0 {
		return nil
	}

	run, err := b.Target.SFN.DescribeMapRun(ctx, &sfn.DescribeMapRunInput{MapRunArn: list.MapRuns[0].MapRunArn})
	if err != nil {
		return fmt.Errorf("describe the backfill's Map Run: %w", err)
	}

	items := run.ItemCounts
	result.MapRunARN, result.Originals = aws.ToString(run.MapRunArn), items.Total
	result.Unseen = items.Failed + items.TimedOut + items.Aborted + items.Pending

	if b.Progress != nil {
		b.Progress(items.Succeeded+items.Failed+items.TimedOut, items.Total)
	}

	return nil
}
