package model_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"triptych/shared/errorcode"
	"triptych/shared/keys"
	"triptych/shared/ledger"
	"triptych/shared/publish"
	"triptych/shared/purge"
)

// cache is the CDN: the erased objects that it may have cached, and the invalidations
// that were created, in the order of their times.
type cache struct {
	clock         int
	gone          map[string]int // by object: the time of the erasure
	invalidations []invalidation
	references    map[string]string // paths by reference
	busy          int               // how many of the next invalidations are rejected, because too many are in progress
}

type invalidation struct {
	at    int
	paths []string
}

type erasing struct{}

// erased is called by the bucket for each deleted object. It ignores the objects that an
// upload itself removes, because no manifest contained them.
func (c *cache) erased(ctx context.Context, object string) {
	if ctx.Value(erasing{}) == nil {
		return
	}

	if c.gone == nil {
		c.gone = map[string]int{}
	}

	c.clock++
	c.gone[object] = c.clock
}

// Invalidate implements [purge.CDN].
func (c *cache) Invalidate(ctx context.Context, reference string, paths []string) error {
	if err := step(ctx); err != nil {
		return err
	}

	if c.busy > 0 {
		c.busy--

		return purge.ErrBusy
	}

	if c.references == nil {
		c.references = map[string]string{}
	}

	asked := strings.Join(paths, " ")
	if before, known := c.references[reference]; known && before != asked {
		return fmt.Errorf("the reference %s stands for %s, and now for %s", reference, before, asked)
	}

	if _, known := c.references[reference]; known {
		return nil // The invalidation exists already.
	}

	c.references[reference] = asked
	c.clock++
	c.invalidations = append(c.invalidations, invalidation{c.clock, paths})

	return nil
}

// purged reports whether an invalidation removes the cached copies of an object.
func (c *cache) purged(object string) bool {
	return slices.ContainsFunc(c.invalidations, func(one invalidation) bool {
		return one.at > c.gone[object] && slices.ContainsFunc(one.paths, func(path string) bool {
			return strings.HasPrefix(keys.Path(object), strings.TrimSuffix(path, "*"))
		})
	})
}

// erase is the task of an erasure. A later attempt knows that there was an earlier one.
func (w *environment) erase(attempt func(ctx context.Context, attempt publish.Attempt) (publish.Erased, error)) task {
	begun := false

	return func(ctx context.Context) error {
		before := begun
		begun = true

		erased, err := attempt(context.WithValue(ctx, erasing{}, true), publish.Attempt{BegunBefore: before})
		w.inFlight = w.inFlight || erased.InFlight

		if err == nil && erased.Purge != "" {
			w.purges = append(w.purges, erased.Purge)
		}

		return err
	}
}

func (w *environment) purger() *purge.Purger { return &purge.Purger{Ledger: w.ledger, CDN: &w.cdn} }

// purge is the task after an erasure. A purge that has to wait is called again when all
// other executions have ended: see checkPurges.
func (w *environment) purge(ctx context.Context) error {
	for _, id := range slices.Clone(w.purges) {
		if _, err := w.purger().Purge(ctx, w.key, id); err != nil {
			return err
		}
	}

	return nil
}

// checkPurges resumes the executions that wait for a purge, and checks the guarantee for
// the CDN: no cache has an erased object.
func (w *environment) checkPurges() error {
	w.cdn.busy = 0

	for _, id := range w.purges {
		w.later += 10 * time.Minute // Longer than a turn (see [purge.Purger]).

		if _, err := w.purger().Purge(context.Background(), w.key, id); err != nil {
			return fmt.Errorf("purge at the end: %w", err)
		}
	}

	left, err := w.ledger.PurgesOf(context.Background(), w.key)
	if len(w.purges) > 0 && len(left) > 0 {
		err = errors.Join(err, fmt.Errorf("purges are left: %v", left))
	}

	for object := range w.cdn.gone {
		if !w.cdn.purged(object) {
			err = errors.Join(err, fmt.Errorf("%s is erased, and may be in caches", object))
		}
	}

	return err
}

// sharedPurges returns scenarios of erasures that purge the CDN at the same time, in any
// order.
func sharedPurges() map[string]scenario {
	one, two := upload{at: 1, execution: "one"}, upload{at: 2, execution: "two"}
	made := func(w *environment, uploads ...upload) {
		for _, u := range uploads {
			run([]execution{{tasks: w.process(u)}}, func([]int, int) (int, bool) { return 0, false })
		}
	}

	return map[string]scenario{
		"a deletion, and its purge": {
			history: history{uploads: []int{1}, deleted: 2},
			actors: func(w *environment) []execution {
				made(w, one)

				return []execution{{tasks: append(w.deleteKey(2), w.purge)}}
			},
			late: func(w *environment) []execution { return []execution{{tasks: w.deleteKey(2)}} },
		},
		"a deletion twice, and the purges": {
			history: history{uploads: []int{1}, deleted: 2},
			actors: func(w *environment) []execution {
				made(w, one)

				return []execution{{tasks: append(w.deleteKey(2), w.purge)}, {tasks: append(w.deleteKey(2), w.purge)}}
			},
			late: func(w *environment) []execution { return []execution{{tasks: w.deleteKey(2)}} },
		},
		"two versions permanently deleted, and too many invalidations in progress": {
			history: history{uploads: []int{1, 2}, permanent: []int{1, 2}},
			actors: func(w *environment) []execution {
				made(w, one, two)

				w.cdn.busy = 1

				return []execution{{tasks: append(w.deleteVersion(1), w.purge)}, {tasks: append(w.deleteVersion(2), w.purge)}}
			},
			late: func(w *environment) []execution {
				return []execution{{tasks: w.sweepVersion(1)}, {tasks: w.sweepVersion(2)}}
			},
		},
	}
}

// TestPurge_others checks that one invalidation covers the purges of other erasures, so
// that one call is enough for all.
func TestPurge_others(t *testing.T) {
	fixture := newFixture(t)
	w := fixture.environment()

	for _, key := range []string{"a.jpg", "b.jpg", "b.jpg", w.key} {
		id, err := w.ledger.AddPurge(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}

		w.purges = append(w.purges, id)
	}

	done, err := w.purger().Purge(t.Context(), w.key, w.purges[3])
	if err != nil || done != (purge.Done{Purges: 4, Paths: 3}) {
		t.Errorf("%+v, %v", done, err)
	}

	// The other erasures find that their purges are done.
	if done, err := w.purger().Purge(t.Context(), "b.jpg", w.purges[2]); err != nil || done != (purge.Done{}) {
		t.Errorf("%+v, %v", done, err)
	}

	if len(w.cdn.invalidations) != 1 {
		t.Errorf("%d invalidations", len(w.cdn.invalidations))
	}
}

// TestPurge_turns checks that only one caller at a time has the turn to create
// invalidations. A turn ends when its owner releases it, or after its time.
func TestPurge_turns(t *testing.T) {
	w := newFixture(t).environment()
	id, err := w.ledger.AddPurge(t.Context(), w.key)
	taken, other := w.ledger.TakeTurn(t.Context(), "another", time.Minute)

	if err := errors.Join(err, other); err != nil || !taken {
		t.Fatalf("taken %v, %v", taken, err)
	}

	wait := func(why string) {
		t.Helper()

		if _, err := w.purger().Purge(t.Context(), w.key, id); !errorcode.Is(err, errorcode.PurgePending) {
			t.Errorf("%s: %v", why, err)
		}
	}

	wait("another's turn")

	w.later += 2 * time.Minute
	w.cdn.busy = 1

	wait("CloudFront rejects further invalidations")

	w.later += 100 * time.Millisecond

	wait("CloudFront rejected an invalidation a moment ago")

	if err := w.ledger.EndTurn(t.Context(), "another", 0); err != nil {
		t.Fatal(err)
	}

	wait("the previous owner of the turn ends it")

	w.later += 10 * time.Second

	if _, err := w.purger().Purge(t.Context(), w.key, id); err != nil {
		t.Error(err)
	}
}

// TestPurge_reference checks that a death between an invalidation and the deletion of its
// purges causes no second invalidation.
func TestPurge_reference(t *testing.T) {
	w := newFixture(t).environment()

	id, err := w.ledger.AddPurge(t.Context(), w.key)
	if err != nil {
		t.Fatal(err)
	}

	dying := &purge.Purger{Ledger: undeleting{w.ledger}, CDN: &w.cdn}
	if _, err := dying.Purge(t.Context(), w.key, id); !errors.Is(err, errDied) {
		t.Fatal(err)
	}

	w.later += 10 * time.Minute

	if _, err := w.purger().Purge(t.Context(), w.key, id); err != nil || len(w.cdn.invalidations) != 1 {
		t.Errorf("%d invalidations, %v", len(w.cdn.invalidations), err)
	}
}

// undeleting is a ledger whose callers die before they delete a purge.
type undeleting struct{ *ledger.Ledger }

func (undeleting) RemovePurge(context.Context, ledger.Purge) error { return errDied }
