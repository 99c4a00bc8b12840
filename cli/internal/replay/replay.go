package replay

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"triptych/cli/internal/target"
)

// Replay retries the failed work of one stack.
type Replay struct {
	Target *target.Target
	// Concurrency is the number of entries that are processed in parallel; at least 1.
	Concurrency int
	// Timeout is the maximum wait for the end of each execution.
	Timeout time.Duration

	// Found is called with the number of entries, once for each round. Ended is called
	// with the result of each entry, one call at a time. Found may be nil.
	Found func(entries int)
	Ended func(Result) error

	once   sync.Once
	client *sfn.Client

	mu          sync.Mutex
	definitions map[string]string   // by the ARN of the state machine
	removed     map[string]struct{} // messages, by id
}

// List reports the action for each entry, for all failed work or for the names (keys,
// names or ARNs of executions). It changes nothing.
func (r *Replay) List(ctx context.Context, names []string) error {
	return r.round(ctx, names, func(ctx context.Context, one *work) (Result, error) {
		chosen, err := r.decide(ctx, one)

		return planned(one, chosen), err
	}, func(Result) bool { return true })
}

// Named replays the failed work for the names (keys, names or ARNs of executions), and returns
// the number of executions that failed again.
func (r *Replay) Named(ctx context.Context, names []string) (failed int, err error) {
	err = r.round(ctx, names, r.perform, func(result Result) bool {
		if !result.OK() {
			failed++
		}

		return true
	})

	return failed, err
}

// All replays all failed work in rounds, until the list is empty or a round has no success. It
// returns the number of entries that are left. If another replay has received messages, All
// waits until they are deleted or visible again.
func (r *Replay) All(ctx context.Context) (left int, err error) {
	done := map[string]bool{}
	shown := time.Now().Add((hideSeconds + 2) * time.Second) // At this time, all messages that are hidden now are visible.

	for {
		progress := 0
		left = 0

		err := r.round(ctx, nil, r.perform, func(result Result) bool {
			known := done[result.entry]

			switch {
			case !result.OK():
				left++
			case result.Action != None && !known:
				done[result.entry] = true // If the entry is listed again, its next success is not progress.
				progress++
			}

			return !known || !result.settled // Report an erasure that waits for its sweep only once.
		})
		if err != nil || left > 0 && progress == 0 {
			return left, err
		}

		if progress > 0 {
			continue
		}

		hidden, err := r.Hidden(ctx)
		if err != nil || hidden == 0 || time.Now().After(shown) {
			return left, err
		}
	}
}

// round makes the list once, and calls do with each entry, several in parallel. It passes each
// result to count, one at a time. If count returns true, it reports the result.
func (r *Replay) round(
	ctx context.Context, names []string, do func(context.Context, *work) (Result, error), count func(Result) bool,
) error {
	entries, err := r.gather(ctx)
	if err != nil {
		return err
	}

	defer r.releaseAll(ctx, entries)

	found, err := r.resolve(ctx, entries)
	if err != nil {
		return err
	}

	if len(names) > 0 {
		if found, err = r.choose(ctx, found, names); err != nil {
			return err
		}
	}

	if r.Found != nil {
		r.Found(len(found))
	}

	var telling sync.Mutex

	return each(ctx, len(found), r.Concurrency, func(ctx context.Context, i int) error {
		result, err := do(ctx, &found[i])
		if err != nil {
			return err
		}

		telling.Lock()
		defer telling.Unlock()

		if !count(result) {
			return nil
		}

		return r.Ended(result)
	})
}

// releaseWithin is the maximum time that an interrupted replay needs to release its
// messages.
const releaseWithin = 3 * time.Second

// releaseAll makes all remaining messages visible.
func (r *Replay) releaseAll(ctx context.Context, entries []Entry) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseWithin)
	defer cancel()

	for i := range entries {
		r.release(ctx, entries[i].Messages)
	}
}

// ErrUnknown means that nothing is known about a name.
var ErrUnknown = errors.New("it is neither the key of an upload nor an execution")
