package metrics

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"triptych/cli/internal/console/metrics/activity"
	"triptych/cli/internal/executions"
	"triptych/cli/internal/target"
	"triptych/shared/ledger"
)

const (
	// A summary that is older than maxAge is calculated again.
	maxAge = 3 * time.Second
	// overlap is the time before the previous reading that a reading covers again.
	overlap = time.Minute
	// A query returns pages of pageSize entries. The first maxPages pages of a query are
	// read: 20,000 entries. Further entries are not counted, and the page says so.
	pageSize = 1000
	maxPages = 20
)

// reader caches the entries of the last hour, so that it only has to read new entries.
type reader struct {
	stack *target.Target
	now   func() time.Time

	mu     sync.Mutex
	read   time.Time
	events map[string]activity.Event // by key and version
	runs   map[string]ended          // by ARN
	begun  map[string]time.Time      // running executions, by ARN
	cut    bool                      // some entries were not read
}

// ended is an execution that has ended.
type ended struct {
	start, stop time.Time
	bad         bool
}

// current holds the summary of the last hour, and the number of running executions.
type current struct {
	activity.Summary

	Running int
	Cut     bool
}

func (r *reader) sum(ctx context.Context) (current, error) {
	r.mu.Lock()
	defer r.mu.Unlock()

	now := r.now()

	if now.Sub(r.read) >= maxAge {
		if err := r.refresh(ctx, now); err != nil {
			return current{}, err
		}
	}

	var (
		events []activity.Event
		runs   []activity.Run
	)

	for _, event := range r.events {
		events = append(events, event)
	}

	for _, run := range r.runs {
		if run.bad {
			events = append(events, activity.Event{At: run.stop, Outcome: activity.Failed})
		} else {
			runs = append(runs, activity.Run{End: run.stop, Took: run.stop.Sub(run.start)})
		}
	}

	return current{Summary: activity.Sum(now, events, runs), Running: len(r.begun), Cut: r.cut}, nil
}

func (r *reader) refresh(ctx context.Context, now time.Time) error {
	since := now.Add(-activity.Span)

	if r.events == nil {
		r.events, r.runs, r.begun = map[string]activity.Event{}, map[string]ended{}, map[string]time.Time{}
	} else if last := r.read.Add(-overlap); last.After(since) {
		since = last
	}

	r.cut = false

	for status, outcome := range map[ledger.Status]activity.Outcome{
		ledger.Ready: activity.Ready, ledger.Rejected: activity.Rejected, ledger.Superseded: activity.Superseded,
	} {
		if err := r.readLedger(ctx, status, outcome, since); err != nil {
			return err
		}
	}

	if err := r.readRuns(ctx, since); err != nil {
		return err
	}

	r.read = now
	oldest := now.Add(-activity.Span)

	maps.DeleteFunc(r.events, func(_ string, event activity.Event) bool { return event.At.Before(oldest) })
	maps.DeleteFunc(r.runs, func(_ string, run ended) bool { return run.stop.Before(oldest) })

	return nil
}

func (r *reader) readLedger(ctx context.Context, status ledger.Status, outcome activity.Outcome, since time.Time) error {
	query := ledger.PageQuery{Status: status, Since: since.UTC().Format(ledger.TimeLayout), Limit: pageSize}

	for range maxPages {
		page, err := r.stack.Ledger.Page(ctx, query)
		if err != nil {
			return err
		}

		for i := range page.Items {
			item := &page.Items[i]
			if at, err := time.Parse(time.RFC3339, item.UpdatedAt); err == nil {
				r.events[item.Key+"\x00"+item.Version] = activity.Event{At: at, Outcome: outcome}
			}
		}

		if page.Next == nil {
			return nil
		}

		query.After = page.Next
	}

	r.cut = true

	return nil
}

// readRuns reads the executions that started at or after since, and those that were running
// at the previous reading. ListExecutions returns the most recent execution first, so the
// reading ends at the first older execution.
func (r *reader) readRuns(ctx context.Context, since time.Time) error {
	for _, begun := range r.begun {
		if begun.Before(since) {
			since = begun
		}
	}

	clear(r.begun)

	in := &sfn.ListExecutionsInput{StateMachineArn: &r.stack.Stack.PipelineARN, MaxResults: pageSize}

	for range maxPages {
		page, err := r.stack.SFN.ListExecutions(ctx, in)
		if err != nil {
			return fmt.Errorf("list the executions of the last hour: %w", err)
		}

		for i := range page.Executions {
			if aws.ToTime(page.Executions[i].StartDate).Before(since) {
				return nil
			}

			r.note(&page.Executions[i])
		}

		if page.NextToken == nil {
			return nil
		}

		in.NextToken = page.NextToken
	}

	r.cut = true

	return nil
}

func (r *reader) note(run *types.ExecutionListItem) {
	arn, start := aws.ToString(run.ExecutionArn), aws.ToTime(run.StartDate)

	if run.StopDate == nil {
		r.begun[arn] = start
		delete(r.runs, arn) // An ended execution runs again after a redrive.

		return
	}

	r.runs[arn] = ended{start: start, stop: *run.StopDate, bad: executions.EndedBadly(string(run.Status))}
}
