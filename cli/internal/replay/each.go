package replay

import (
	"context"
	"sync"
)

// each calls do with 0 to count-1, at most atOnce calls in parallel. The first error
// stops the others.
func each(ctx context.Context, count, atOnce int, do func(ctx context.Context, i int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)

	var (
		work  sync.WaitGroup
		slots = make(chan struct{}, max(1, atOnce))
	)

	for i := range count {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
		}

		if ctx.Err() != nil {
			break
		}

		work.Go(func() {
			defer func() { <-slots }()

			if err := do(ctx, i); err != nil {
				cancel(err)
			}
		})
	}

	work.Wait()

	return context.Cause(ctx)
}
