package picture

import (
	"context"
	"errors"
	"time"

	"triptych/picture/failure"
)

// Within runs work with a limit in seconds; 0 means no limit. Work that takes longer is
// rejected as TooSlow. If ctx itself ends, the error is not a rejection, because then the
// time of the caller is over.
func Within(ctx context.Context, seconds int, work func(context.Context) error) error {
	if seconds <= 0 {
		return work(ctx)
	}

	bounded, end := context.WithTimeout(ctx, time.Duration(seconds)*time.Second)
	defer end()

	err := work(bounded)
	if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) && bounded.Err() != nil && failure.KindOf(err) == "" {
		return failure.Wrap(failure.TooSlow, err, "processing takes longer than %d seconds", seconds)
	}

	return err
}
