package console

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"triptych/cli/internal/console/activity"
	"triptych/cli/internal/executions"
	"triptych/cli/internal/target"
	"triptych/shared/ledger"
)

const (
	// activityAge is the maximum age of the summary.
	activityAge = 3 * time.Second
	// activityOverlap is how far each reading reaches back behind the previous one.
	activityOverlap = time.Minute
	// activityPage and activityPages limit how much one reading reads from each source: 20,000
	// entries. More entries are not counted, and the page says so.
	activityPage  = 1000
	activityPages = 20
)

// activityReader caches the last hour, so that only new entries are read.
type activityReader struct {
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

// activityNow is the last hour, and the current moment.
type activityNow struct {
	activity.Summary

	Running int
	Cut     bool
}

func (p *activityReader) sum(ctx context.Context) (activityNow, error) {
	p.mu.Lock()
	defer p.mu.Unlock()

	now := p.now()

	if now.Sub(p.read) >= activityAge {
		if err := p.refresh(ctx, now); err != nil {
			return activityNow{}, err
		}
	}

	var (
		events []activity.Event
		runs   []activity.Run
	)

	for _, event := range p.events {
		events = append(events, event)
	}

	for _, run := range p.runs {
		if run.bad {
			events = append(events, activity.Event{At: run.stop, Outcome: activity.Failed})
		} else {
			runs = append(runs, activity.Run{End: run.stop, Took: run.stop.Sub(run.start)})
		}
	}

	return activityNow{Summary: activity.Sum(now, events, runs), Running: len(p.begun), Cut: p.cut}, nil
}

func (p *activityReader) refresh(ctx context.Context, now time.Time) error {
	since := now.Add(-activity.Span)

	if p.events == nil {
		p.events, p.runs, p.begun = map[string]activity.Event{}, map[string]ended{}, map[string]time.Time{}
	} else if last := p.read.Add(-activityOverlap); last.After(since) {
		since = last
	}

	p.cut = false

	for status, outcome := range map[ledger.Status]activity.Outcome{
		ledger.Ready: activity.Ready, ledger.Rejected: activity.Rejected, ledger.Superseded: activity.Superseded,
	} {
		if err := p.readLedger(ctx, status, outcome, since); err != nil {
			return err
		}
	}

	if err := p.readRuns(ctx, since); err != nil {
		return err
	}

	p.read = now
	oldest := now.Add(-activity.Span)

	maps.DeleteFunc(p.events, func(_ string, event activity.Event) bool { return event.At.Before(oldest) })
	maps.DeleteFunc(p.runs, func(_ string, run ended) bool { return run.stop.Before(oldest) })

	return nil
}

func (p *activityReader) readLedger(ctx context.Context, status ledger.Status, outcome activity.Outcome, since time.Time) error {
	query := ledger.PageQuery{Status: status, Since: since.UTC().Format(timeLayout), Limit: activityPage}

	for range activityPages {
		page, err := p.stack.Ledger.Page(ctx, query)
		if err != nil {
			return err
		}

		for i := range page.Items {
			item := &page.Items[i]
			if at, err := time.Parse(time.RFC3339, item.UpdatedAt); err == nil {
				p.events[item.Key+"\x00"+item.Version] = activity.Event{At: at, Outcome: outcome}
			}
		}

		if page.Next == nil {
			return nil
		}

		query.After = page.Next
	}

	p.cut = true

	return nil
}

// readRuns reads the executions that began since a time, or that were running at the
// previous reading. They are listed in the order in which they began.
func (p *activityReader) readRuns(ctx context.Context, since time.Time) error {
	for _, begun := range p.begun {
		if begun.Before(since) {
			since = begun
		}
	}

	clear(p.begun)

	in := &sfn.ListExecutionsInput{StateMachineArn: &p.stack.Stack.PipelineARN, MaxResults: activityPage}

	for range activityPages {
		page, err := p.stack.SFN.ListExecutions(ctx, in)
		if err != nil {
			return fmt.Errorf("list the executions of the last hour: %w", err)
		}

		for i := range page.Executions {
			if aws.ToTime(page.Executions[i].StartDate).Before(since) {
				return nil
			}

			p.note(&page.Executions[i])
		}

		if page.NextToken == nil {
			return nil
		}

		in.NextToken = page.NextToken
	}

	p.cut = true

	return nil
}

func (p *activityReader) note(run *types.ExecutionListItem) {
	arn, start := aws.ToString(run.ExecutionArn), aws.ToTime(run.StartDate)

	if run.StopDate == nil {
		p.begun[arn] = start
		delete(p.runs, arn) // It failed and was redriven.

		return
	}

	p.runs[arn] = ended{start: start, stop: *run.StopDate, bad: executions.EndedBadly(string(run.Status))}
}
