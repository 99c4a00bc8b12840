package page

import (
	"context"
	"sync"
	"time"

	"triptych/cli/internal/target"
)

// OutcomeTimeout is how long the outcome of an upload or of a replay is awaited.
const OutcomeTimeout = 15 * time.Minute

// Site is what all pages of a console have in common: the stack, the clock, and the work
// that continues after its request. Create it with [NewSite], and close it.
type Site struct {
	Stack *target.Target
	Now   func() time.Time

	background context.Context //nolint:containedctx // It is the lifetime of the console.
	end        context.CancelFunc
	work       sync.WaitGroup
}

// NewSite creates the site of a stack. Work in the background ends when ctx ends, or at
// Close.
func NewSite(ctx context.Context, stack *target.Target, now func() time.Time) *Site {
	s := &Site{Stack: stack, Now: now}
	s.background, s.end = context.WithCancel(ctx)

	return s
}

// Go runs work that continues after its request. Its context ends at Close.
func (s *Site) Go(work func(ctx context.Context)) {
	s.work.Go(func() { work(s.background) })
}

// Done returns a channel that is closed at Close. A stream of events ends then.
func (s *Site) Done() <-chan struct{} { return s.background.Done() }

// Close stops the work in the background, and waits for its end.
func (s *Site) Close() {
	s.end()
	s.work.Wait()
}
