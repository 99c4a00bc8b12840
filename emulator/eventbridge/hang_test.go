package eventbridge_test

import (
	"context"
	"encoding/json"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"triptych/emulator/awsapi"
	"triptych/emulator/eventbridge"
)

// hanger is a target and a queue that never answers its first calls.
type hanger struct {
	mu    sync.Mutex
	hangs int
	calls []time.Time
}

func (h *hanger) call(ctx context.Context) error {
	h.mu.Lock()
	h.calls = append(h.calls, time.Now())
	hang := len(h.calls) <= h.hangs
	h.mu.Unlock()

	if !hang {
		return nil
	}

	<-ctx.Done()

	return ctx.Err()
}

func (h *hanger) Deliver(ctx context.Context, _ string, _ json.RawMessage) error { return h.call(ctx) }

func (h *hanger) Send(ctx context.Context, _, _ string, _ map[string]string) error {
	return h.call(ctx)
}

// A target that hangs is retried like any target that fails, until its policy ends the
// attempts.
func TestTarget_hangs(t *testing.T) {
	t.Parallel()

	const within, last = 30 * time.Second, 10 * time.Minute

	denied := &refuser{err: awsapi.Errorf("AccessDenied", "no")}

	for name, test := range map[string]struct {
		target, queue *hanger // If target is nil, the target denies access.
		calls         int     // Calls of the target, or of the queue if target is nil.
		letters       int
		between       time.Duration // Between two calls: at least the timeout, and less than this more.
	}{
		"once":                {target: &hanger{hangs: 1}, queue: &hanger{}, calls: 2, between: time.Second},
		"always":              {target: &hanger{hangs: 9}, queue: &hanger{}, calls: 3, letters: 1, between: time.Second},
		"a dead-letter queue": {queue: &hanger{hangs: 2}, calls: 3, letters: 3, between: last + time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				policy := &eventbridge.RetryPolicy{MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 2}
				target, observed := eventbridge.Target(denied), test.queue

				if test.target != nil {
					target, observed = test.target, test.target
				}

				bus := startBus(t, open(t, filepath.Join(t.TempDir(), "db")), test.queue, bounded("uploads", target, policy))

				if err := bus.Put(t.Context(), created("a")); err != nil {
					t.Fatal(err)
				}

				time.Sleep(time.Hour)
				synctest.Wait()

				if len(observed.calls) != test.calls || len(test.queue.calls) != test.letters || pending(t, bus) != 0 {
					t.Fatalf("%d calls, %d of the queue, %d pending", len(observed.calls), len(test.queue.calls), pending(t, bus))
				}

				for i := 1; i < test.calls; i++ {
					if took := observed.calls[i].Sub(observed.calls[i-1]); took < within || took > within+test.between {
						t.Errorf("call %d came %v after the previous one", i+1, took)
					}
				}
			})
		})
	}
}

// Close does not wait for a target that hangs, and does not count the attempt.
func TestBus_Close_cancelsDeliveries(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		bus := newBus(t, open(t, filepath.Join(t.TempDir(), "db")), uploads("uploads", &hanger{hangs: 1}))

		if err := bus.Start(); err != nil {
			t.Fatal(err)
		}

		if err := bus.Put(t.Context(), created("a")); err != nil {
			t.Fatal(err)
		}

		synctest.Wait()

		begun := time.Now()
		if err := bus.Close(); err != nil || time.Since(begun) != 0 || pending(t, bus) != 1 {
			t.Errorf("%v after %v, %d pending", err, time.Since(begun), pending(t, bus))
		}
	})
}
