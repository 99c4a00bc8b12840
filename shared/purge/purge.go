// Package purge removes from the CDN's cache what has been erased from the bucket.
//
// CloudFront works on few invalidations at a time, and charges each path, so erasures
// share them. An erasure writes a pending purge into the ledger when its objects are gone
// ([ledger.Ledger.AddPurge]), and then calls [Purger.Purge] until the purge is no longer
// pending. One caller at a time has the turn: it creates invalidations for all purges that
// are pending, its own and the others', and deletes them.
//
// # Why nothing is lost
//
// A purge is written before the ledger's items of what was erased are deleted, and it is
// deleted after an invalidation that covers it has been created. Until then the execution
// that wrote the purge waits for it and is retried; so there is no process whose death
// could leave a purge to nobody. Should that execution fail for good, the next caller's
// turn takes its purge along. Two callers that both have the turn (one was stopped for
// longer than its turn lasts) create an invalidation too many, and nothing else.
package purge

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"triptych/shared/faults"
	"triptych/shared/ledger"
)

const (
	// hold is how long a turn lasts where its owner dies: longer than the function may
	// run (terraform/functions.json, 60 seconds).
	hold = 90 * time.Second
	// settle is how long nobody has the turn after the last one, so that the index no
	// longer has what was deleted: it would be invalidated twice.
	settle = time.Second
	// busyWait is how long nobody asks again after CloudFront had no room.
	busyWait = 5 * time.Second
	// listed is the most purges of one turn: they are read, and deleted one by one, in the
	// function's time.
	listed = 8000
	// deleting is how many purges are deleted at once, where each deleter has a share.
	deleting = 16
	share    = 25
)

// ErrBusy is what a [CDN] returns where too many invalidations are in progress.
var ErrBusy = errors.New("too many invalidations are in progress")

// Ledger is the table: see [ledger.Ledger].
type Ledger interface {
	Purging(ctx context.Context, key, id string) (bool, error)
	Purges(ctx context.Context, limit int) ([]ledger.Purge, error)
	RemovePurge(ctx context.Context, purge ledger.Purge) error
	TakeTurn(ctx context.Context, owner string, hold time.Duration) (bool, error)
	EndTurn(ctx context.Context, owner string, wait time.Duration) error
}

// CDN is CloudFront.
type CDN interface {
	// Invalidate creates an invalidation of these paths. The same reference with the same
	// paths is the same invalidation. The error is [ErrBusy] where there is no room for it.
	Invalidate(ctx context.Context, reference string, paths []string) error
}

// Purger purges one distribution by one stack's ledger.
type Purger struct {
	Ledger Ledger
	CDN    CDN
}

// Done counts what one call has done for all: 0 where another call has done it.
type Done struct {
	Purges int // purges that are no longer pending
	Paths  int // paths that were invalidated
}

// Purge returns when the invalidation has been created that a pending purge asks for, or
// with the fault PurgePending where that has to wait: for another caller's turn, or for
// CloudFront. Call it again later then.
func (p *Purger) Purge(ctx context.Context, key, id string) (Done, error) {
	done, err := p.purge(ctx, key, id)
	if err != nil {
		return done, fmt.Errorf("purge %s: %w", key, err)
	}

	return done, nil
}

func (p *Purger) purge(ctx context.Context, key, id string) (Done, error) {
	pending, err := p.Ledger.Purging(ctx, key, id)
	if err != nil || !pending {
		return Done{}, err
	}

	owner := rand.Text()

	mine, err := p.Ledger.TakeTurn(ctx, owner, hold)
	if err != nil {
		return Done{}, err
	}

	if !mine {
		return Done{}, faults.New(faults.PurgePending, "another one's turn")
	}

	done, err := p.all(ctx, ledger.Purge{Key: key, ID: id})
	wait := settle

	if errors.Is(err, ErrBusy) {
		wait, err = busyWait, nil
	}

	if err := errors.Join(err, p.Ledger.EndTurn(ctx, owner, wait)); err != nil {
		return done, err
	}

	pending, err = p.Ledger.Purging(ctx, key, id)
	if err == nil && pending {
		err = faults.New(faults.PurgePending, "%d others were purged", done.Purges)
	}

	return done, err
}

// all creates invalidations for what is pending until CloudFront has no room: then the
// error is ErrBusy.
func (p *Purger) all(ctx context.Context, own ledger.Purge) (Done, error) {
	pending, err := p.Ledger.Purges(ctx, listed)
	if err != nil {
		return Done{}, err
	}

	// The index may not have it yet.
	if !slices.ContainsFunc(pending, func(one ledger.Purge) bool { return one.Key == own.Key && one.ID == own.ID }) {
		pending = append(pending, own)
	}

	var done Done

	for left := groups(pending); len(left) > 0; {
		covered, err := p.some(ctx, left)
		if err != nil {
			return done, err
		}

		for i := range covered {
			if err := p.remove(ctx, left[i].purges); err != nil {
				return done, err
			}

			done.Purges += len(left[i].purges)
			done.Paths++
		}

		left = left[covered:]
	}

	return done, nil
}

// some creates one invalidation for the first groups: for as many as there is room for, at
// most maxPaths. The result is how many.
func (p *Purger) some(ctx context.Context, left []group) (int, error) {
	for count := min(maxPaths, len(left)); count > 0; count /= 2 {
		paths := make([]string, count)
		for i := range paths {
			paths[i] = left[i].path()
		}

		err := p.CDN.Invalidate(ctx, reference(left[:count], paths), paths)
		if err == nil {
			return count, nil
		}

		if !errors.Is(err, ErrBusy) {
			return 0, err
		}
	}

	return 0, ErrBusy
}

// reference names an invalidation by what it is for: sent again after a death, it is the
// same one.
func reference(covered []group, paths []string) string {
	names := slices.Clone(paths)

	for i := range covered {
		for _, one := range covered[i].purges {
			names = append(names, one.Key+" "+one.ID)
		}
	}

	slices.Sort(names)
	sum := sha256.Sum256([]byte(strings.Join(names, "\n")))

	return "triptych-" + hex.EncodeToString(sum[:])
}

func (p *Purger) remove(ctx context.Context, purges []ledger.Purge) error {
	var (
		work   sync.WaitGroup
		failed = make([]error, min(deleting, 1+len(purges)/share))
	)

	for first := range failed {
		work.Go(func() {
			for i := first; i < len(purges) && failed[first] == nil; i += len(failed) {
				failed[first] = p.Ledger.RemovePurge(ctx, purges[i])
			}
		})
	}

	work.Wait()

	return errors.Join(failed...)
}
