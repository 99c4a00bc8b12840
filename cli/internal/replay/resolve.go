package replay

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// maxChain is the maximum number of restarts in a chain that follow reads.
const maxChain = 200

// The retries of throttled calls: eight attempts, at most five seconds apart. In this time,
// the token buckets of Step Functions are refilled (Developer Guide, "Quotas": for
// DescribeExecution by 10 to 15 requests per second). If the service does not answer, the
// calls still fail soon.
const (
	attempts   = 8
	maxBackoff = 5 * time.Second
)

// sfn returns a client for many parallel calls.
func (r *Replay) sfn() *sfn.Client {
	r.once.Do(func() {
		r.client = sfn.New(r.Target.SFN.Options(), func(o *sfn.Options) {
			o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) { o.MaxAttempts, o.MaxBackoff = attempts, maxBackoff })
		})
	})

	return r.client
}

// work is an entry with its current execution.
type work struct {
	Entry

	last Run
	// before has the ARNs of the chain. The first is the ExecutionARN of the entry.
	before []string
}

func (w *work) key() string {
	if w.Upload != nil {
		return w.Upload.Key
	}

	return cmp.Or(keyOf(w.last.Input), keyOf(w.Input))
}

// input returns the input for a restart.
func (w *work) input() string { return cmp.Or(w.last.Input, w.Input) }

// resolve finds the last execution in the chain of every entry, and joins the entries that
// have the same last execution. It omits entries that have succeeded and have no messages to
// delete.
func (r *Replay) resolve(ctx context.Context, entries []Entry) ([]work, error) {
	found := make([]work, len(entries))

	err := each(ctx, len(entries), r.Concurrency, func(ctx context.Context, i int) (err error) {
		found[i], err = r.follow(ctx, entries[i])

		return err
	})
	if err != nil {
		return nil, err
	}

	return join(found), nil
}

// join combines the entries that have the same current execution.
func join(found []work) []work {
	var (
		joined []work
		places = map[string]int{}
	)

	for _, one := range found {
		place, known := places[one.last.ARN]

		switch {
		case one.last.ARN != "" && known:
			joined[place].absorb(one.Entry)
			joined[place].before = append(joined[place].before, one.before...)
		default:
			places[one.last.ARN] = len(joined)
			joined = append(joined, one)
		}
	}

	left := joined[:0]

	for _, one := range joined {
		if one.Asked || len(one.Messages) > 0 {
			left = append(left, one)

			continue
		}

		done := one.last.Status == types.ExecutionStatusSucceeded && one.Upload == nil
		// A redriven execution may run after its lease has expired.
		alive := one.last.running() && one.Source == Ledger

		if !done && !alive {
			left = append(left, one)
		}
	}

	return left
}

// follow finds the last execution of an entry's chain: it reads the execution that replaced
// the entry's execution, then the execution that replaced this one, and so on.
func (r *Replay) follow(ctx context.Context, entry Entry) (work, error) {
	found := work{Entry: entry, before: []string{entry.ExecutionARN}}
	if entry.ExecutionARN == "" {
		return found, nil
	}

	last, err := r.describe(ctx, entry.ExecutionARN)
	if err != nil {
		return work{}, err
	}

	if !last.Exists {
		last.RedriveCount = entry.RedriveCount
	}

	for range maxChain {
		if last.running() {
			break
		}

		next, err := r.describe(ctx, ExecutionARN(MachineARN(last.ARN), RestartName(last.ARN, last.RedriveCount)))
		if err != nil {
			return work{}, err
		}

		if !next.Exists {
			break
		}

		last = next
		found.before = append(found.before, last.ARN)
	}

	found.last = last

	return found, nil
}

// describe reads an execution. If Step Functions does not have it, describe returns no error,
// and Exists is false.
func (r *Replay) describe(ctx context.Context, arn string) (Run, error) {
	out, err := r.sfn().DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &arn})
	if _, gone := errors.AsType[*types.ExecutionDoesNotExist](err); gone {
		return Run{ARN: arn}, nil
	}

	if _, never := errors.AsType[*types.InvalidArn](err); never {
		return Run{ARN: arn}, nil
	}

	if err != nil {
		return Run{}, fmt.Errorf("describe the execution %s: %w", arn, err)
	}

	return Run{
		ARN: arn, Exists: true, Status: out.Status, Input: aws.ToString(out.Input), Output: aws.ToString(out.Output),
		Error: aws.ToString(out.Error), Cause: aws.ToString(out.Cause),
		RedriveCount:  int(aws.ToInt32(out.RedriveCount)),
		RedriveStatus: out.RedriveStatus, RedriveReason: aws.ToString(out.RedriveStatusReason),
	}, nil
}

// decide chooses the action, and reads the definition if the choice depends on it.
func (r *Replay) decide(ctx context.Context, one *work) (Decision, error) {
	if one.last.failed() && one.last.RedriveStatus == types.ExecutionRedriveStatusRedrivable {
		same, err := r.sameDefinition(ctx, one.last.ARN)
		if err != nil {
			return Decision{}, err
		}

		one.last.SameDefinition = same
	}

	return Choose(&one.Entry, &one.last), nil
}

// sameDefinition reports whether an execution has the current definition of its state machine.
func (r *Replay) sameDefinition(ctx context.Context, arn string) (bool, error) {
	began, err := r.sfn().DescribeStateMachineForExecution(ctx, &sfn.DescribeStateMachineForExecutionInput{ExecutionArn: &arn})
	if err != nil {
		return false, fmt.Errorf("read the definition of the execution %s: %w", arn, err)
	}

	today, err := r.definition(ctx, MachineARN(arn))
	if err != nil {
		return false, err
	}

	return aws.ToString(began.Definition) == today, nil
}

// definition returns the definition of a state machine. It reads each definition only once.
func (r *Replay) definition(ctx context.Context, machine string) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()

	if known, ok := r.definitions[machine]; ok {
		return known, nil
	}

	out, err := r.sfn().DescribeStateMachine(ctx, &sfn.DescribeStateMachineInput{StateMachineArn: &machine})
	if err != nil {
		return "", fmt.Errorf("read the definition of %s: %w", machine, err)
	}

	if r.definitions == nil {
		r.definitions = map[string]string{}
	}

	r.definitions[machine] = aws.ToString(out.Definition)

	return r.definitions[machine], nil
}
