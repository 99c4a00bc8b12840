package workers_test

import (
	"strings"
	"sync/atomic"
	"testing"

	"triptych/picture/workers"
)

func panicky() { panic("out of paper") }

// A panic waits until the other work is done, and then reaches the goroutine that waits.
func TestGroup_panicReachesWaiter(t *testing.T) {
	t.Parallel()

	for name, run := range map[string]func(*workers.Group){
		"on a goroutine": func(g *workers.Group) { g.Go(panicky) },
		"here":           func(g *workers.Group) { g.Do(panicky) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var (
				group workers.Group
				done  atomic.Int64
			)

			defer func() {
				caught, ok := recover().(*workers.Panic)
				if !ok || caught.Value != "out of paper" || !strings.Contains(caught.Error(), "panicky") {
					t.Errorf("caught %v, want the panic with its stack", caught)
				}

				if done.Load() != 3 {
					t.Errorf("%d of 3 others were done", done.Load())
				}
			}()

			run(&group)

			for range 3 {
				group.Go(func() { done.Add(1) })
			}

			group.Wait()
			t.Error("waited without a panic")
		})
	}
}
