package command

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"triptych/cli/internal/display"
	"triptych/cli/internal/inquiry"
	"triptych/cli/internal/target"
)

// blamedAtOnce bounds how many failed executions are asked about at once: each
// costs two calls, of which Step Functions allows some ten a second for long.
const blamedAtOnce = 4

// blame fills in of each execution that did not end well what failed, and why.
func (s *session) blame(ctx context.Context, stack *target.Target, page []execution) error {
	var (
		work  sync.WaitGroup
		slots = make(chan struct{}, blamedAtOnce)
		mu    sync.Mutex
		first error
	)

	for i := range page {
		if !inquiry.EndedBadly(page[i].Status) {
			continue
		}

		slots <- struct{}{}

		work.Go(func() {
			defer func() { <-slots }()

			if err := explain(ctx, stack.SFN, &page[i]); err != nil {
				mu.Lock()
				defer mu.Unlock()

				if first == nil {
					first = err
				}
			}
		})
	}

	work.Wait()

	return first
}

// explain reads what failed in an execution, and why.
func explain(ctx context.Context, client *sfn.Client, one *execution) error {
	found, err := inquiry.Explain(ctx, client, one.ExecutionARN)
	if err != nil {
		return err
	}

	one.Key, one.State, one.Error, one.Cause = found.Key, found.State, found.Error, found.Cause

	return nil
}

// failureLine is the line of an execution that did not end well: when it began,
// which picture, in which state it ended and why.
func (s *session) failureLine(one execution, statusWidth int) string {
	parts := []string{s.paddedStatus(one.Status, statusWidth), s.style.Dim(display.Time(one.StartDate))}

	for _, part := range []string{
		s.style.Bold(display.Text(one.Key)), display.Text(one.State), s.codeAndReason(one.Error, one.Cause), s.style.Dim(display.Text(one.Name)),
	} {
		if part != "" {
			parts = append(parts, part)
		}
	}

	return strings.Join(append(parts, s.redriven(one.RedriveCount)...), "  ") + "\n"
}

func (s *session) redriven(times int32) []string {
	if times == 0 {
		return nil
	}

	return []string{s.style.Dim(fmt.Sprintf("redriven %d×", times))}
}

// took is how long an execution ran, or runs until now.
func (e *execution) took() time.Duration { return time.Duration(e.Millis) * time.Millisecond }
