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

// maxChain bounds how many restarts of restarts are followed.
const maxChain = 200

// Eight attempts, five seconds apart at most, outlast what Step Functions' buckets
// of requests need to fill again (Developer Guide, "Quotas": DescribeExecution
// refills by 10 to 15 a second), and give up soon where nobody answers.
const (
	attempts   = 8
	maxBackoff = 5 * time.Second
)

// sfn is the client for many calls at once.
func (r *Replay) sfn() *sfn.Client {
	r.once.Do(func() {
		r.client = sfn.New(r.Target.SFN.Options(), func(o *sfn.Options) {
			o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) { o.MaxAttempts, o.MaxBackoff = attempts, maxBackoff })
		})
	})

	return r.client
}

// work is an entry with the execution that stands for it now.
type work struct {
	Entry

	last Run
	// before are the ARNs of the chain, the entry's own first.
	before []string
}

func (w *work) key() string {
	if w.Upload != nil {
		return w.Upload.Key
	}

	return cmp.Or(keyOf(w.last.Input), keyOf(w.Input))
}

// input is what a restart begins with.
func (w *work) input() string { return cmp.Or(w.last.Input, w.Input) }

// resolve finds, for every entry, the last of its restarts, joins those that are
// about the same one, and leaves out what has succeeded and left no trace.
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

// join makes one of the entries that the same execution stands for.
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
		// A lease may run out while a redrive is at work.
		alive := one.last.running() && one.Source == Ledger

		if !done && !alive {
			left = append(left, one)
		}
	}

	return left
}

// follow goes from an entry's execution to the last that took its place.
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

// describe reads an execution; one that Step Functions does not know is no error.
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

// decide chooses what to do, and asks for the definition where that matters.
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

// sameDefinition compares an execution's definition with its machine's of today.
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

// definition reads a machine's definition, once.
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
