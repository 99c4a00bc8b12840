package failures

import (
	"context"
	"fmt"
	"net/http"
	"sync"

	"triptych/cli/internal/console/page"
	"triptych/cli/internal/executions"
	"triptych/cli/internal/replay"
)

const (
	// replaysAtOnce is the number of entries that a replay processes in parallel.
	replaysAtOnce = 16
	// mostExamples is the maximum number of groups with an example. Each example costs two
	// calls.
	mostExamples = 20
	// askedAtOnce is the number of examples that are read in parallel.
	askedAtOnce = 8
)

// list answers with the list.
func (p *Page) list(w http.ResponseWriter, r *http.Request) error {
	found, hidden, err := p.read(r.Context())
	if err != nil {
		return err
	}

	shown := view{Groups: groupByCause(found), Total: len(found), Hidden: hidden}

	if err := p.addExamples(r.Context(), shown.Groups); err != nil {
		return err
	}

	return template.RenderPart(w, r, "list", shown)
}

// read lists the failures, and counts the messages that another replay has received.
func (p *Page) read(ctx context.Context) (found []replay.Result, hidden int, err error) {
	// Read only one list at a time. Two lists at the same time would hide messages from
	// each other.
	p.listing.Lock()
	defer p.listing.Unlock()

	work := p.newReplay()
	work.Ended = func(one replay.Result) error {
		found = append(found, one)

		return nil
	}

	if err := work.List(ctx, nil); err != nil {
		return nil, 0, fmt.Errorf("list the failures: %w", err)
	}

	hidden, err = work.Hidden(ctx)

	return found, hidden, err
}

// addExamples adds the details of the first entry of each group.
func (p *Page) addExamples(ctx context.Context, groups []group) error {
	var (
		work   sync.WaitGroup
		failed = make([]error, len(groups))
		slots  = make(chan struct{}, askedAtOnce)
	)

	for i := range groups[:min(len(groups), mostExamples)] {
		first := &groups[i].Entries[0]
		shown := &groups[i].Example
		shown.ARN, shown.Reason, shown.Key = first.ExecutionARN, first.Reason, first.Key

		if !executions.EndedBadly(first.Status) {
			continue
		}

		slots <- struct{}{}

		work.Go(func() {
			defer func() { <-slots }()

			shown.Failure, failed[i] = executions.Explain(ctx, p.site.Stack.SFN, first.ExecutionARN)
		})
	}

	work.Wait()

	for _, err := range failed {
		if err != nil {
			return err
		}
	}

	return nil
}

// newReplay returns a Replay of the stack. It can list failed work, or retry it.
func (p *Page) newReplay() *replay.Replay {
	return &replay.Replay{Target: p.site.Stack, Concurrency: replaysAtOnce, Timeout: page.OutcomeTimeout}
}
