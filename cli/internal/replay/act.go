package replay

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"triptych/cli/internal/timeline"
	"triptych/shared/ledger"
)

// statusUnknown is the status of an execution that Step Functions no longer has.
const statusUnknown = "UNKNOWN"

// planned returns the result of an entry before any action.
func planned(one *work, chosen Decision) Result {
	result := Result{
		Key: one.key(), ExecutionARN: one.last.ARN, Source: one.Source,
		Action: chosen.Action, Reason: chosen.Reason, Status: string(one.last.Status),
		Error: cmp.Or(chosen.Problem, failureText(&one.last)),
	}

	switch {
	case one.last.Exists:
	case one.Source == Undelivered && one.ExecutionARN != "":
		result.Status = StatusUndelivered
	default:
		result.Status = statusUnknown
	}

	if chosen.Action == Restart && result.Status != StatusUndelivered {
		result.Replaces = one.last.ARN
	}

	return result
}

// failureText returns the error and the cause of an execution, on one line.
func failureText(run *Run) string {
	reason, _, _ := strings.Cut(timeline.Reason(run.Cause), "\n")

	return strings.Join(nonEmpty(run.Error, reason), ": ")
}

func nonEmpty(parts ...string) []string {
	var found []string

	for _, part := range parts {
		if part != "" {
			found = append(found, part)
		}
	}

	return found
}

// perform replays one entry and waits for its end. If the replay has succeeded, it deletes the
// messages of the entry from their queue.
func (r *Replay) perform(ctx context.Context, one *work) (Result, error) {
	result, err := r.replay(ctx, one)
	result.entry = one.ExecutionARN

	if ctx.Err() != nil {
		return result, context.Cause(ctx)
	}

	if err != nil {
		result.Error = r.Target.Explain(err).Error()

		if result.OK() {
			result.Status = StatusFailed
		}
	}

	if result.Status != StatusSucceeded {
		// Keep only one message about a repeated failure. If the others cannot be deleted
		// now, this does no harm: the list has one entry for all of them.
		_ = r.remove(ctx, outdated(one.Messages))

		return result, nil
	}

	err = r.tidy(ctx, one, result.ExecutionARN)
	if err == nil {
		err = r.remove(ctx, one.Messages)
	}

	if err != nil {
		result.Error = "the replay succeeded, but its messages could not be deleted, so the next replay will list it again: " + r.Target.Explain(err).Error()
	}

	return result, nil
}

func (r *Replay) replay(ctx context.Context, one *work) (Result, error) {
	chosen, err := r.decide(ctx, one)
	result := planned(one, chosen)

	switch {
	case err != nil:
		return result, err
	case chosen.Problem != "":
		return result, nil
	case chosen.Action == Redrive:
		if chosen, err = r.redrive(ctx, one, chosen); err != nil {
			return result, err
		}

		result = planned(one, chosen)
	case chosen.Action == None && !one.last.running():
		return result, nil
	}

	seen := one.last.RedriveCount
	if one.last.running() {
		seen = anyCount // Another process redrove the execution, so its number of redrives is unknown.
	}

	if chosen.Action == Restart {
		if result.ExecutionARN, err = r.restart(ctx, one); err != nil {
			return result, err
		}

		seen = anyCount
	}

	ended, settled, err := r.await(ctx, result.ExecutionARN, seen)
	if err != nil {
		return result, err
	}

	result.Status, result.Error, result.settled = string(ended.Status), failureText(&ended), settled

	switch {
	case settled:
		result.Reason += "; the erasure is done except the sweep, which starts after half an hour"
	case ended.running():
		result.Error = fmt.Sprintf("it is still running after %v: run the command again later", r.Timeout)
	default:
		result.Reason += rejection(ended.Output)
	}

	return result, nil
}

// redrive redrives an execution. If Step Functions refuses it, redrive returns another
// decision.
func (r *Replay) redrive(ctx context.Context, one *work, chosen Decision) (Decision, error) {
	_, err := r.sfn().RedriveExecution(ctx, &sfn.RedriveExecutionInput{
		ExecutionArn: aws.String(one.last.ARN), ClientToken: aws.String(RedriveToken(one.last.ARN, one.last.RedriveCount)),
	})

	refused, ok := errors.AsType[*types.ExecutionNotRedrivable](err)
	if !ok {
		if err != nil {
			return chosen, fmt.Errorf("redrive the execution %s: %w", one.last.ARN, err)
		}

		return chosen, nil
	}

	now, err := r.describe(ctx, one.last.ARN)
	if err != nil {
		return chosen, err
	}

	if now.RedriveCount > one.last.RedriveCount || !now.failed() {
		return Decision{Action: None, Reason: "another replay has already redriven it"}, nil
	}

	return Decision{Action: Restart, Reason: "it cannot be redriven" + because(refused.ErrorMessage())}, nil
}

// restart starts the execution that replaces the failed execution, unless it was already
// started. It returns the ARN of the new execution.
func (r *Replay) restart(ctx context.Context, one *work) (string, error) {
	machine := MachineARN(one.last.ARN)
	name, input := Name(one.last.ARN), one.input()

	if one.Source != Undelivered || one.last.Exists {
		replaced, err := r.replaced(ctx, one)
		if err != nil {
			return one.last.ARN, err
		}

		name = RestartName(one.last.ARN, one.last.RedriveCount)

		if input, err = withReplaces(input, replaced); err != nil {
			return one.last.ARN, err
		}
	}

	arn := ExecutionARN(machine, name)

	_, err := r.sfn().StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: &machine, Name: &name, Input: &input})
	if _, taken := errors.AsType[*types.ExecutionAlreadyExists](err); err != nil && !taken {
		return one.last.ARN, fmt.Errorf("start the execution %s: %w", arn, err)
	}

	return arn, nil
}

// replaced returns the execution that the restart replaces. The restart acquires its lease on
// the upload. Usually the result is the failed execution. There is one exception: the failed
// execution has not claimed the upload, and another execution, which is not running, owns
// the lease. Then the result is the owner of the lease.
func (r *Replay) replaced(ctx context.Context, one *work) (string, error) {
	upload, ok := uploadOf(one.input())
	if !ok || MachineARN(one.last.ARN) != r.Target.Stack.PipelineARN {
		return one.last.ARN, nil
	}

	items, err := r.Target.Ledger.Versions(ctx, upload.Key)
	if err != nil {
		return "", fmt.Errorf("find the owner of the lease: %w", err)
	}

	holder := ""

	for i := range items {
		open := items[i].Status == ledger.Processing || items[i].Status == ledger.Failed || items[i].Status == ledger.Rejected
		same := items[i].Sequencer == upload.Sequencer && items[i].SourceVersionID == upload.VersionID

		switch {
		case !open || !same:
		case items[i].Owner == one.last.ARN:
			return one.last.ARN, nil
		default:
			holder = items[i].Owner
		}
	}

	if holder == "" {
		return one.last.ARN, nil
	}

	owner, err := r.describe(ctx, holder)
	if err != nil || owner.running() {
		return one.last.ARN, err
	}

	return holder, nil
}
