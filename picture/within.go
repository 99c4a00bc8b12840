package picture

import (
	"context"
	"errors"
	"time"

	"triptych/picture/failure"
)

// Within does work that may take so many seconds; 0 is no bound. What takes longer
// is the fault TooSlow. The end of ctx itself is none: that is the function's own
// time, and its failure.
func Within(ctx context.Context, seconds int, work func(context.Context) error) error {
	if seconds <= 0 {
		return work(ctx)
	}

	bounded, end := context.WithTimeout(ctx, time.Duration(seconds)*time.Second)
	defer end()

	err := work(bounded)
	if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) && bounded.Err() != nil && failure.KindOf(err) == "" {
		return failure.Wrap(failure.TooSlow, err, "%d seconds are not enough", seconds)
	}

	return err
}
