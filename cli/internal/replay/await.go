package replay

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"triptych/shared/contract"
	"triptych/shared/ledger"
)

const (
	firstDelay = 100 * time.Millisecond
	lastDelay  = 3 * time.Second
	// appearWithin is the maximum delay of DescribeExecution, which is eventually
	// consistent (API Reference, DescribeExecution).
	appearWithin = 30 * time.Second
	// anyCount is a value of seen: any end of the execution is the expected end.
	anyCount = -1
)

// await waits for the end of an execution. The parameter seen is the number of redrives before
// the replay: await ignores a failure with this number of redrives or fewer. If Timeout expires,
// it returns the execution in its current state. If settled is true, the execution continues
// without help.
func (r *Replay) await(ctx context.Context, arn string, seen int) (run Run, settled bool, err error) {
	begun := time.Now()

	for delay := firstDelay; ; delay = min(delay*3/2, lastDelay) {
		run, err = r.describe(ctx, arn)
		if err != nil {
			return run, false, err
		}

		behind := !run.Exists || run.failed() && run.RedriveCount <= seen

		switch {
		case behind && time.Since(begun) > appearWithin:
			return run, false, fmt.Errorf("the execution %s was started, but Step Functions does not list it", arn)
		case behind:
		case !run.running():
			return run, false, nil
		case time.Since(begun) > r.Timeout:
			return run, false, nil
		default:
			if settled, err = r.sweeps(ctx, arn); settled || err != nil {
				return run, settled, err
			}
		}

		select {
		case <-time.After(delay):
		case <-ctx.Done():
			return run, false, ctx.Err()
		}
	}
}

// sweeps reports whether an erasure has removed the objects and waits for its sweep. A command
// does not wait for the sweep, because this takes too long.
func (r *Replay) sweeps(ctx context.Context, arn string) (bool, error) {
	if MachineARN(arn) != r.Target.Stack.EraseARN {
		return false, nil
	}

	out, err := r.sfn().GetExecutionHistory(ctx, &sfn.GetExecutionHistoryInput{
		ExecutionArn: &arn, ReverseOrder: true, MaxResults: 1,
	})
	if err != nil {
		return false, fmt.Errorf("read the history of %s: %w", arn, err)
	}

	return len(out.Events) > 0 && out.Events[0].Type == types.HistoryEventTypeWaitStateEntered, nil
}

// rejection describes an execution that succeeded and rejected its upload.
func rejection(output string) string {
	var record contract.RecordOutput
	if json.Unmarshal([]byte(output), &record) != nil || record.Status != string(ledger.Rejected) {
		return ""
	}

	return "; then it was rejected: " + record.Code
}
