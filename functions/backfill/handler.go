// Backfill sees to originals that are already in the uploads bucket. It is asked
// about some of them until each has come to an end: it decides anew each time, from
// S3 and the ledger, so that it may die at any moment, and be asked twice.
package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"triptych/shared/backfill"
	"triptych/shared/blobs"
	"triptych/shared/config"
	"triptych/shared/contract"
	"triptych/shared/faults"
	"triptych/shared/function"
	"triptych/shared/ledger"
	"triptych/shared/publish"
	"triptych/shared/recipe"
)

// pipeline starts executions: see [machine].
type pipeline interface {
	start(ctx context.Context, arn string, decision *backfill.Decision, verified time.Time) (outcome, error)
}

// restorer makes a version current again: see [publish.Protocol].
type restorer interface {
	Restore(ctx context.Context, item ledger.Item) error
}

type handler struct {
	decider  backfill.Decider
	made     backfill.Made // for backfills that verify
	pipeline pipeline
	restorer restorer
}

func newHandler(clients aws.Config, settings config.Function) function.Handler[contract.BackfillInput, contract.BackfillBatch] {
	objects, items := blobs.New(clients), ledger.New(clients, settings.LedgerTable, time.Now)

	return handler{
		decider:  backfill.Decider{Originals: objects, Ledger: items, Bucket: settings.UploadsBucket, MadeBucket: settings.VariantsBucket, Now: time.Now},
		made:     objects,
		pipeline: newMachine(clients),
		restorer: publish.New(clients, settings),
	}.handle
}

// outcome is where an original stands.
type outcome int

const (
	unchanged outcome = iota
	ready
	rejected
	superseded
	failed
	pending // Its execution is under way.
	over    // Its execution has ended well: the ledger knows how.
)

// atOnce bounds how many originals are looked at in parallel.
const atOnce = 16

func (h handler) handle(ctx context.Context, in contract.BackfillInput) (contract.BackfillBatch, error) {
	wanted, err := recipe.Parse([]byte(in.Recipe))
	if err != nil {
		return contract.BackfillBatch{}, fmt.Errorf("the state machine's recipe: %w", err)
	}

	h.decider.Variants, h.decider.Missing = wanted.Variants, in.Batch.Options.Missing

	if in.Batch.Options.Verify {
		h.decider.Made = h.made
	}

	out := contract.BackfillBatch{Options: in.Batch.Options, Items: []contract.BackfillItem{}, Round: in.Batch.Round + 1, Counts: in.Batch.Counts}

	came, err := h.all(ctx, in)
	if err != nil {
		return contract.BackfillBatch{}, fmt.Errorf("backfill: %w", err)
	}

	for i, item := range in.Batch.Items {
		if came[i] == pending {
			out.Items = append(out.Items, item)
		} else {
			count(&out.Counts, came[i])
		}
	}

	out.WaitSeconds = wait(in.Batch.Round)

	return out, nil
}

// all sees to every original. One that fails does not keep it from the others: what
// they come to is found when it is asked again.
func (h handler) all(ctx context.Context, in contract.BackfillInput) ([]outcome, error) {
	var (
		came    = make([]outcome, len(in.Batch.Items))
		errs    = make([]error, len(in.Batch.Items))
		places  = make(chan struct{}, atOnce)
		workers sync.WaitGroup
	)

	for i, item := range in.Batch.Items {
		places <- struct{}{}

		workers.Go(func() {
			defer func() { <-places }()

			came[i], errs[i] = h.see(ctx, item.Key, in)
		})
	}

	workers.Wait()

	return came, errors.Join(errs...)
}

// wait is how long to wait after a round: a picture takes seconds, and each round
// costs state transitions.
func wait(round int) int {
	const most, doublings = 30, 4

	return min(most, 1<<min(round, doublings+1))
}

func count(counts *contract.BackfillCounts, came outcome) {
	switch came {
	case unchanged, pending, over:
		counts.Unchanged++
	case ready:
		counts.Ready++
	case rejected:
		counts.Rejected++
	case superseded:
		counts.Superseded++
	case failed:
		counts.Failed++
	}
}

// see does what has to be done for one original. An execution may end while it is
// asked for, so the ledger is looked at again.
func (h handler) see(ctx context.Context, key string, in contract.BackfillInput) (outcome, error) {
	const looks = 2

	for range looks {
		came, err := h.look(ctx, key, in)
		if err != nil || came != over {
			return came, err
		}
	}

	return superseded, nil
}

func (h handler) look(ctx context.Context, key string, in contract.BackfillInput) (outcome, error) {
	decision, err := h.decider.Decide(ctx, key)
	if err != nil {
		return unchanged, err
	}

	switch decision.Action {
	case backfill.Restore:
		err := h.restorer.Restore(ctx, *decision.Item)
		if faults.Is(err, faults.Superseded) {
			return superseded, nil
		}

		return ready, err
	case backfill.Start:
		verified := time.Time{}
		if in.Batch.Options.Verify {
			verified = in.Batch.Options.Since
		}

		return h.pipeline.start(ctx, in.Pipeline, &decision, verified)
	case backfill.Nothing:
	}

	if item := decision.Item; item != nil && backfill.Owns(item) && item.UpdatedAt >= in.Batch.Options.Since.UTC().Format(ledger.TimeLayout) {
		return made(item.Status), nil
	}

	return unchanged, nil
}

// made is what this backfill's execution made of an original.
func made(status ledger.Status) outcome {
	switch status {
	case ledger.Ready:
		return ready
	case ledger.Rejected:
		return rejected
	case ledger.Failed:
		return failed
	case ledger.Superseded, ledger.Erased, ledger.Processing:
		return superseded
	default:
		return superseded
	}
}
