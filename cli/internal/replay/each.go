package replay

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// each calls do with 0 to count-1, at most atOnce calls in parallel. After the first
// error, no further call starts, and the context of the running calls is canceled.
func each(ctx context.Context, count, atOnce int, do func(ctx context.Context, i int) error) error {
	group, within := errgroup.WithContext(ctx)
	group.SetLimit(max(1, atOnce))

	for i := 0; i < count && within.Err() == nil; i++ {
		group.Go(func() error {
			if err := within.Err(); err != nil {
				return err
			}

			return do(within, i)
		})
	}

	if err := group.Wait(); err != nil {
		return err
	}

	return context.Cause(ctx)
}
