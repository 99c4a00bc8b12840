package console

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync"

	"triptych/cli/internal/executions"
	"triptych/cli/internal/replay"
)

// failuresView is the list of `triptych replay`.
type failuresView struct {
	Groups []failureGroup
	Total  int
	// Hidden is the number of messages that another replay has received.
	Hidden int
}

// example is one failure of a group, with all details.
type example struct {
	executions.Failure

	ARN    string
	Reason string // reason for the redrive or the restart
}

const (
	// replaysAtOnce is how many entries a replay processes in parallel.
	replaysAtOnce = 16
	// mostExamples is the maximum number of groups with an example: each costs two calls.
	mostExamples = 20
)

// failures serves the page. Its list is fetched separately, because it takes longer the
// more failures there are.
func (c *Console) failures(w http.ResponseWriter, r *http.Request) error {
	return c.render(w, r, "failures", "Failures", c.job.state())
}

// failuresList serves the list.
func (c *Console) failuresList(w http.ResponseWriter, r *http.Request) error {
	found, hidden, err := c.listFailures(r.Context())
	if err != nil {
		return err
	}

	shown := failuresView{Groups: groupByCause(found), Total: len(found), Hidden: hidden}

	if err := c.addExamples(r.Context(), shown.Groups); err != nil {
		return err
	}

	return c.executePart(w, r, "failures", "list", shown)
}

func (c *Console) listFailures(ctx context.Context) (found []replay.Result, hidden int, err error) {
	// Two lists at the same time would receive each other's messages.
	c.listing.Lock()
	defer c.listing.Unlock()

	work := &replay.Replay{Target: c.stack, Concurrency: replaysAtOnce, Timeout: followTimeout, Ended: func(one replay.Result) error {
		found = append(found, one)

		return nil
	}}

	if err := work.List(ctx, nil); err != nil {
		return nil, 0, fmt.Errorf("list the failures: %w", err)
	}

	hidden, err = work.Hidden(ctx)

	return found, hidden, err
}

// addExamples adds the details of the first entry of each group.
func (c *Console) addExamples(ctx context.Context, groups []failureGroup) error {
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

			shown.Failure, failed[i] = executions.Explain(ctx, c.stack.SFN, first.ExecutionARN)
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

// startReplay starts a replay of the selected entries; the page receives its progress as
// events.
func (c *Console) startReplay(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &statusError{http.StatusBadRequest, "The form cannot be read", "Reload the page."}
	}

	chosen, all := r.PostForm["arn"], r.PostForm.Get("all") != ""

	if groups := r.PostForm["group"]; len(groups) > 0 && !all {
		of, err := c.ofGroups(r.Context(), groups)
		if err != nil {
			return err
		}

		chosen = append(chosen, of...)
	}

	if len(chosen) == 0 && !all {
		return &statusError{http.StatusBadRequest, "No entry is selected", "Select the entries to replay."}
	}

	if !c.job.begin() {
		return &statusError{http.StatusConflict, "A replay is already running", "Wait until it has ended."}
	}

	c.work.Go(func() { c.job.run(c.background, c.newReplay(), chosen, all) })

	http.Redirect(w, r, "/failures", http.StatusSeeOther)

	return nil
}

// ofGroups returns the executions of whole groups, also those that the page does not
// list.
func (c *Console) ofGroups(ctx context.Context, ids []string) ([]string, error) {
	found, _, err := c.listFailures(ctx)
	if err != nil {
		return nil, err
	}

	wanted := map[string]bool{}
	for _, id := range ids {
		wanted[id] = true
	}

	var arns []string

	for _, group := range groupByCause(found) {
		for i := range group.Entries {
			if arn := group.Entries[i].ExecutionARN; wanted[group.ID] && arn != "" {
				arns = append(arns, arn)
			}
		}
	}

	return arns, nil
}

func (c *Console) newReplay() *replay.Replay {
	return &replay.Replay{Target: c.stack, Concurrency: replaysAtOnce, Timeout: followTimeout}
}

func plainCount(count int, what string) string { return strconv.Itoa(count) + " " + what }
