package decoder

import (
	"context"
	"testing"
)

// A panic on any goroutine reaches whoever called.
func TestPanicsReachTheCaller(t *testing.T) {
	for _, threads := range []int{1, 4} {
		func() {
			defer func() {
				if value := recover(); value != "row 7" {
					t.Errorf("%d threads: recovered %v", threads, value)
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
