// Package purge removes erased objects from the CDN's cache.
//
// CloudFront processes few invalidations at a time and charges for each path, so erasures
// share them. An erasure records a pending purge in the ledger after its objects are
// removed ([ledger.Ledger.AddPurge]). Then it calls [Purger.Purge] until the purge is no
// longer pending. One caller at a time has the turn. This caller creates invalidations for
// all pending purges, including those of other callers, and deletes these purges.
//
// # Why no purge is lost
//
// A purge is recorded before the ledger's items of the erased upload are deleted. It is
// deleted after an invalidation that covers it has been created. Until then, the execution
// that recorded the purge keeps calling Purge. If that execution fails permanently, the next
// caller with the turn handles its purge. Two callers may both have the turn, if
// one of them was paused for longer than its turn lasts. Then they create one invalidation
// too many, and do no other harm.
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
	"time"

	"golang.org/x/sync/errgroup"

	"triptych/shared/errorcode"
	"triptych/shared/ledger"
)

const (
	// hold is the duration after which a turn ends even if its owner has died. It is longer
	// than the function may run (terraform/functions.json, 60 seconds).
	hold = 90 * time.Second
	// pause is the pause after a turn. The index is eventually consistent: after the
	// pause, it no longer contains the deleted purges, so they are not invalidated twice.
	pause = time.Second
	// busyWait is the pause after CloudFront reported that it is busy.
	busyWait = 5 * time.Second
	// listed is the maximum number of purges in one turn. So many purges can be read, and
	// deleted one by one, within the function's timeout.
	listed = 8000
	// deleting is the number of purges that are deleted in parallel.
	deleting = 16
)

// ErrBusy is returned by a [CDN] if too many invalidations are in progress.
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
	// Invalidate creates an invalidation of these paths. A repeated call with the same
	// reference and the same paths creates no second invalidation. The error is [ErrBusy]
	// if CloudFront accepts no more invalidations at the moment.
	Invalidate(ctx context.Context, reference string, paths []string) error
}

// Purger creates invalidations for one distribution. It reads the pending purges from the
// ledger of one stack.
type Purger struct {
	Ledger Ledger
	CDN    CDN
}

// Done counts the purges that one call handled for all callers. It is 0 if another call
// handled them.
type Done struct {
	Purges int // purges that are no longer pending
	Paths  int // paths that were invalidated
}

// Purge returns no error if an invalidation for the purge has been created. It returns the
// error PurgePending if another caller has the turn, or if CloudFront accepts no more
// invalidations. Then call Purge again later.
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
		return Done{}, errorcode.New(errorcode.PurgePending, "another caller has the turn")
	}

	done, err := p.all(ctx, ledger.Purge{Key: key, ID: id})
	wait := pause

	if errors.Is(err, ErrBusy) {
		wait, err = busyWait, nil
	}

	if err := errors.Join(err, p.Ledger.EndTurn(ctx, owner, wait)); err != nil {
		return done, err
	}

	pending, err = p.Ledger.Purging(ctx, key, id)
	if err == nil && pending {
		err = errorcode.New(errorcode.PurgePending, "%d other purges were handled first", done.Purges)
	}

	return done, err
}

// all creates invalidations for the pending purges. It stops with ErrBusy when CloudFront
// accepts no more.
func (p *Purger) all(ctx context.Context, own ledger.Purge) (Done, error) {
	pending, err := p.Ledger.Purges(ctx, listed)
	if err != nil {
		return Done{}, err
	}

	// The index may not contain the caller's purge yet.
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

// some creates one invalidation. It covers as many of the first groups as CloudFront
// accepts, and at most maxPaths. The result is the number of covered groups.
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

// reference returns a name that depends only on the content of an invalidation. If the
// request is repeated after a crash, CloudFront creates no second invalidation.
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
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(deleting)

	for _, purge := range purges {
		group.Go(func() error { return p.Ledger.RemovePurge(ctx, purge) })
	}

	return group.Wait()
}
