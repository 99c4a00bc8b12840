package replay

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"triptych/cli/internal/target"
)

// Replay works on one stack's failures.
type Replay struct {
	Target *target.Target
	// Concurrency is how many entries are worked on at once; at least 1.
	Concurrency int
	// Timeout is how long the end of each is waited for.
	Timeout time.Duration

	// Found is called with how many entries there are, once for each round, and
	// Ended with the result of each, one call at a time. Found may be nil.
	Found func(entries int)
	Ended func(Result) error

	once   sync.Once
	client *sfn.Client

	mu          sync.Mutex
	definitions map[string]string   // by the machine's ARN
	removed     map[string]struct{} // messages, by their id
}

// List says of everything that failed, or of what names name (keys, executions'
// names or ARNs), what would be done. It changes nothing.
func (r *Replay) List(ctx context.Context, names []string) error {
	return r.round(ctx, names, func(ctx context.Context, one *work) (Result, error) {
		chosen, err := r.decide(ctx, one)

		return planned(one, chosen), err
	}, func(Result) bool { return true })
}

// Named replays what names name, and gives how many failed again.
func (r *Replay) Named(ctx context.Context, names []string) (failed int, err error) {
	err = r.round(ctx, names, r.perform, func(result Result) bool {
		if !result.OK() {
			failed++
		}

		return true
	})

	return failed, err
}

// All replays everything that failed, again and again, until the list is empty or
// nothing on it succeeds any more. It gives how many are left. For messages that
// another replay has in its hands it waits until they are done or come back.
func (r *Replay) All(ctx context.Context) (left int, err error) {
	done := map[string]bool{}
	shown := time.Now().Add((hideSeconds + 2) * time.Second) // By then all that is hidden now.

	for {
		progress := 0
		left = 0

		err := r.round(ctx, nil, r.perform, func(result Result) bool {
			known := done[result.entry]

			switch {
			case !result.OK():
				left++
			case result.Action != None && !known:
				done[result.entry] = true // What comes back after a success is no progress.
				progress++
			}

			return !known || !result.settled // An erasure that sweeps was told of.
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

// round makes the list once, and has do done with each entry, several at a time.
// Each result is counted and, where count says so, told before the next one is.
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

// releaseWithin bounds how long an interrupted replay still takes.
const releaseWithin = 3 * time.Second

// releaseAll shows all messages again that are still there.
func (r *Replay) releaseAll(ctx context.Context, entries []Entry) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseWithin)
	defer cancel()

	for i := range entries {
		r.release(ctx, entries[i].Messages)
	}
}

// ErrUnknown is that of a name that nothing is known of.
var ErrUnknown = errors.New("neither a picture's key nor an execution is named so")
