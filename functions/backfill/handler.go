// Backfill processes originals that are already in the uploads bucket. It is called
// repeatedly with a batch of originals, until each of them has a final outcome. Each call
// selects the actions again from S3 and the ledger. So a call may end at any point, and
// may be repeated.
package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"golang.org/x/sync/errgroup"

	"triptych/shared/backfill"
	"triptych/shared/blobs"
	"triptych/shared/config"
	"triptych/shared/contract"
	"triptych/shared/errorcode"
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

// outcome is the state of an original in a backfill.
type outcome int

const (
	unchanged outcome = iota
	ready
	rejected
	superseded
	failed
	pending // Its execution is running.
	ended   // Its execution has succeeded; the ledger has the outcome.
)

// atOnce is the maximum number of originals that are processed in parallel.
const atOnce = 16

func (h handler) handle(ctx context.Context, in contract.BackfillInput) (contract.BackfillBatch, error) {
	wanted, err := recipe.Parse([]byte(in.Recipe))
	if err != nil {
		return contract.BackfillBatch{}, fmt.Errorf("the state machine's recipe: %w", err)
	}

	h.decider.Recipe, h.decider.Missing = wanted, in.Batch.Options.Missing

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

// all processes every original. An error for one original does not stop the others: the
// next call finds their outcomes.
func (h handler) all(ctx context.Context, in contract.BackfillInput) ([]outcome, error) {
	var (
		came  = make([]outcome, len(in.Batch.Items))
		errs  = make([]error, len(in.Batch.Items))
		group errgroup.Group
	)

	group.SetLimit(atOnce)

	for i, item := range in.Batch.Items {
		group.Go(func() error {
			came[i], errs[i] = h.process(ctx, item.Key, in)

			return nil // Errors are collected in errs, so that all of them are returned.
		})
	}

	_ = group.Wait()

	return came, errors.Join(errs...)
}

// wait returns the delay after a round, in seconds. The pipeline takes seconds for an
// image, so the first delays are short. Each round costs state transitions, so later
// delays are longer.
func wait(round int) int {
	const most, doublings = 30, 4

	return min(most, 1<<min(round, doublings+1))
}

func count(counts *contract.BackfillCounts, came outcome) {
	switch came {
	case unchanged, pending, ended:
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

// process processes one original. If the execution of the original has ended since the
// ledger was read, process reads the ledger again.
func (h handler) process(ctx context.Context, key string, in contract.BackfillInput) (outcome, error) {
	const looks = 2

	for range looks {
		came, err := h.look(ctx, key, in)
		if err != nil || came != ended {
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
		if errorcode.Is(err, errorcode.Superseded) {
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
		return outcomeOf(item.Status), nil
	}

	return unchanged, nil
}

// outcomeOf returns the outcome of an original that this backfill's execution has processed.
func outcomeOf(status ledger.Status) outcome {
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
