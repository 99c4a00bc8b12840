package replay

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"triptych/shared/contract"
	"triptych/shared/ledger"
)

// machines returns the stack's state machines.
func (r *Replay) machines() []string {
	var found []string

	for _, machine := range []string{r.Target.Stack.PipelineARN, r.Target.Stack.EraseARN, r.Target.Stack.FailARN} {
		if machine != "" {
			found = append(found, machine)
		}
	}

	return found
}

// gather reads all sources.
func (r *Replay) gather(ctx context.Context) ([]Entry, error) {
	sources := []func(context.Context) ([]Sighting, error){r.failedExecutions, r.undelivered, r.unfinished}

	for _, machine := range r.machines() {
		for _, status := range []types.ExecutionStatus{
			types.ExecutionStatusFailed, types.ExecutionStatusTimedOut, types.ExecutionStatusAborted,
		} {
			sources = append(sources, func(ctx context.Context) ([]Sighting, error) { return r.listed(ctx, machine, status) })
		}
	}

	found := make([][]Sighting, len(sources))

	err := each(ctx, len(sources), len(sources), func(ctx context.Context, i int) (err error) {
		found[i], err = sources[i](ctx)

		return err
	})
	if err != nil {
		return nil, err
	}

	var all []Sighting
	for _, some := range found {
		all = append(all, some...)
	}

	return Merge(all), nil
}

func (r *Replay) failedExecutions(ctx context.Context) ([]Sighting, error) {
	messages, err := r.receive(ctx, r.Target.Stack.FailedExecutionsQueueURL)
	seen := make([]Sighting, len(messages))

	for i := range messages {
		seen[i] = fromFailedExecution(messages[i].Message, messages[i].body, r.machines())
	}

	return seen, err
}

func (r *Replay) undelivered(ctx context.Context) ([]Sighting, error) {
	messages, err := r.receive(ctx, r.Target.Stack.UndeliveredEventsQueueURL)
	seen := make([]Sighting, len(messages))

	for i := range messages {
		seen[i] = fromUndelivered(messages[i].Message, messages[i].body, messages[i].attributes, r.machines())
	}

	return seen, err
}

// listed returns the executions of a state machine with one status.
func (r *Replay) listed(ctx context.Context, machine string, status types.ExecutionStatus) ([]Sighting, error) {
	var seen []Sighting

	pages := sfn.NewListExecutionsPaginator(r.sfn(), &sfn.ListExecutionsInput{
		StateMachineArn: &machine, StatusFilter: status, MaxResults: 1000,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list the executions of %s that are %s: %w", machine, status, err)
		}

		for i := range page.Executions {
			seen = append(seen, Sighting{
				Source: Execution, ExecutionARN: aws.ToString(page.Executions[i].ExecutionArn),
				RedriveCount: int(aws.ToInt32(page.Executions[i].RedriveCount)), At: aws.ToTime(page.Executions[i].StopDate),
			})
		}
	}

	return seen, nil
}

// unfinished returns the uploads that failed, and those whose lease has expired. The
// index may be out of date, so each item is read again.
func (r *Replay) unfinished(ctx context.Context) ([]Sighting, error) {
	var stale []ledger.Item

	now := time.Now()

	for _, status := range []ledger.Status{ledger.Processing, ledger.Failed} {
		err := r.Target.Ledger.Newest(ctx, status, func(item ledger.Item) bool {
			if needsReplay(item, now) {
				stale = append(stale, item)
			}

			return true
		})
		if err != nil {
			return nil, fmt.Errorf("list the uploads that are %s: %w", status, err)
		}
	}

	var seen []Sighting

	for i := range stale {
		item, found, err := r.Target.Ledger.Item(ctx, stale[i].Key, stale[i].Version)
		if err != nil {
			return nil, fmt.Errorf("read an unfinished upload: %w", err)
		}

		if found && needsReplay(item, now) {
			seen = append(seen, r.fromLedger(item))
		}
	}

	return seen, nil
}

// needsReplay reports whether an upload has failed, or is PROCESSING although no execution has
// a valid lease on it.
func needsReplay(item ledger.Item, now time.Time) bool {
	return item.Status == ledger.Failed || item.Status == ledger.Processing && item.LeaseUntil < now.Unix()
}

func (r *Replay) fromLedger(item ledger.Item) Sighting {
	owner := item.Owner
	if !slices.Contains(r.machines(), MachineARN(owner)) { // The owner is not an execution of this stack, so it will not finish the upload.
		owner = ExecutionARN(r.Target.Stack.PipelineARN, EventName(item.Key+"\n"+item.Version, owner))
	}

	at := time.Unix(item.LeaseUntil, 0)
	if item.Status == ledger.Failed {
		at, _ = time.Parse(ledger.TimeLayout, item.UpdatedAt) // The zero time is long ago.
	}

	return Sighting{
		Source: Ledger, ExecutionARN: owner, RedriveCount: item.Redrives, Upload: &item, At: at,
		Input: inputOf(r.Target.Stack.UploadsBucket, contract.Upload{
			Key: item.Key, VersionID: item.SourceVersionID, ETag: item.ETag, Bytes: item.Bytes, Sequencer: item.Sequencer,
		}),
	}
}
