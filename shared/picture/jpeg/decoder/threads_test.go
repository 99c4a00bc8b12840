package decoder

import (
	"context"
	"testing"

	"triptych/shared/picture/workers"
)

// A panic on any goroutine reaches whoever called.
func TestPanicsReachTheCaller(t *testing.T) {
	for _, threads := range []int{1, 4} {
		func() {
			defer func() {
				if caught, ok := recover().(*workers.Panic); !ok || caught.Value != "row 7" {
					t.Errorf("%d threads: recovered %v", threads, caught)
				}
			}()

			d := &decoder{ctx: context.Background(), threads: threads}
			err := d.inParallel(20, func(row int) {
				if row == 7 {
					panic("row 7")
				}
			})
			t.Errorf("%d threads: no panic, %v", threads, err)
		}()
	}
}
