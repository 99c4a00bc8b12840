package picture_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"triptych/picture"
	"triptych/picture/failure"
)

func TestWithin(t *testing.T) {
	wait := func(ctx context.Context) error {
		<-ctx.Done()

		return fmt.Errorf("decode: %w", ctx.Err())
	}
	broken := errors.New("failed")

	ended, end := context.WithTimeout(context.Background(), time.Millisecond)
	defer end()

	for name, test := range map[string]struct {
		ctx     context.Context
		seconds int
		work    func(context.Context) error
		code    failure.Kind
		want    error
	}{
		"quick":               {context.Background(), 1, func(context.Context) error { return nil }, "", nil},
		"fails":               {context.Background(), 1, func(context.Context) error { return broken }, "", broken},
		"slow":                {context.Background(), 1, wait, failure.TooSlow, context.DeadlineExceeded},
		"the function's time": {ended, 1, wait, "", context.DeadlineExceeded},
		"no bound":            {ended, 0, wait, "", context.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			err := picture.Within(test.ctx, test.seconds, test.work)
			if !errors.Is(err, test.want) || failure.KindOf(err) != test.code {
				t.Errorf("got %v", err)
			}
		})
	}
}
