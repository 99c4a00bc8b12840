package page

import (
	"context"
	"sync"
	"time"

	"triptych/cli/internal/target"
)

// OutcomeTimeout is the maximum time to wait for the outcome of an upload or of a replay.
const OutcomeTimeout = 15 * time.Minute

// Site has the data that all pages of a console use: the stack, the clock, and the work in
// the background, which continues after its request. Create it with [NewSite], and close it.
type Site struct {
	Stack *target.Target
	Now   func() time.Time

	background context.Context //nolint:containedctx // It ends when the console is closed.
	end        context.CancelFunc
	work       sync.WaitGroup
}

// NewSite creates the site of a stack. Work in the background ends when ctx ends or when Close
// is called.
func NewSite(ctx context.Context, stack *target.Target, now func() time.Time) *Site {
	s := &Site{Stack: stack, Now: now}
	s.background, s.end = context.WithCancel(ctx)

	return s
}

// Go runs work in the background, which continues after its request. The context of the work
// ends when Close is called.
func (s *Site) Go(work func(ctx context.Context)) {
	s.work.Go(func() { work(s.background) })
}

// Done returns a channel that is closed when Close is called. Streams of events then end.
func (s *Site) Done() <-chan struct{} { return s.background.Done() }

// Close stops the work in the background, and waits for its end.
func (s *Site) Close() {
	s.end()
	s.work.Wait()
}
