package command

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"triptych/cli/internal/backfill"
	"triptych/cli/internal/display"
	"triptych/cli/internal/target"
)

type backfillOptions struct {
	prefix               string
	missing, verify, dry bool
	batches              int
}

const (
	defaultBatches = 4
	backfillLook   = time.Second
)

func (s *session) backfill() *cobra.Command {
	var options backfillOptions

	cmd := &cobra.Command{
		Use:   "backfill",
		Short: "Process existing originals that were missed, or processed by another recipe",
		Long: `Backfill checks the current version of every original in the uploads bucket, and
starts the pipeline for originals that today's recipe has not processed. These are
originals whose event was lost, and originals that are older than the stack. Without
--missing, they are also originals that another recipe has processed. Old URLs stay
valid. If you return to an earlier recipe, its variants still exist and are not made
again.

With --verify, backfill also compares the ledger, the manifest and the objects of
each original. It processes an original again if an object is missing or has another
size. Use it to restore lost variants and manifests. It verifies only the version
that is served, not versions of earlier uploads or recipes. Like --missing, it skips
originals that another recipe has processed, unless some of their objects are lost.

A state machine does the work, in batches of 100. This command starts it and shows
its progress. Ctrl-C ends the command, not the work. If you run the same command
again, it follows the execution if it is running, redrives it if it failed or was
stopped, or starts a new execution. It skips finished work, so nothing is done twice.
` + "`aws stepfunctions stop-execution`" + `
stops the execution.

--batches is the number of batches that are processed in parallel. More batches are
faster, and leave less of Lambda's concurrency for other uploads.

` + "`triptych replay`" + ` lists failed executions, and
` + "`triptych ls --status rejected`" + ` lists rejected originals.

With --json the last line has executionArn, mapRunArn, action (start, redrive or
follow), status, originals, unchanged, ready, rejected, superseded, failed, unseen
(originals in failed batches), error and cause. With --dry-run a line has key, version,
action (start or restore) and reason. In a dry run, this command makes the decisions
itself, with its own version of the image engine.

Exit codes: 0 success, 1 something failed, 3 some originals were rejected.`,
		Example: `  triptych backfill --missing --dry-run      # list missed originals; changes nothing
  triptych backfill --verify                 # restore lost objects
  triptych backfill --missing
  triptych backfill --prefix users/17/        # after a change of the recipe`,
		Args: arguments(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			const mostBatches = 1000

			if options.batches < 1 || options.batches > mostBatches {
				return wrongUsage("--batches must be 1 to %d", mostBatches)
			}

			stack, err := s.connect(cmd.Context())
			if err != nil {
				return err
			}

			if stack.Stack.BackfillARN == "" {
				return &target.Problem{
					What: "this stack has no state machine for backfills", Do: "apply the Terraform module of this version of Triptych",
				}
			}

			work := &backfill.Backfill{
				Target: stack, Prefix: options.prefix, Missing: options.missing || options.verify, Verify: options.verify, Batches: options.batches, Every: backfillLook,
			}

			if options.dry {
				return s.planBackfill(cmd.Context(), work)
			}

			return s.runBackfill(cmd.Context(), work)
		},
	}

	flags := cmd.Flags()
	flags.StringVar(&options.prefix, "prefix", "", "only originals whose key begins with this `prefix`")
	flags.BoolVar(&options.missing, "missing", false, "skip originals that another recipe has processed")
	flags.BoolVar(&options.verify, "verify", false, "compare the ledger with manifests and objects, and restore lost ones")
	flags.BoolVar(&options.dry, "dry-run", false, "print the planned actions, and change nothing")
	flags.IntVar(&options.batches, "batches", defaultBatches, "process `N` batches of 100 in parallel")

	return cmd
}

func (s *session) planBackfill(ctx context.Context, work *backfill.Backfill) error {
	looked, wanted := 0, 0
	progress := display.NewSpinner(s.progress, "originals checked")

	err := work.Plan(ctx, func(one backfill.Planned) error {
		looked++

		progress.Done()

		if one.Action == "none" {
			return nil
		}

		wanted++

		return progress.Around(func() error {
			if s.json {
				return s.object(one)
			}

			return s.text(fmt.Sprintf("%-7s  %s  %s\n", one.Action, s.style.Bold(display.Text(one.Key)), s.style.Muted("("+one.Reason+")")))
		})
	})

	progress.End()

	if err != nil {
		return work.Target.Explain(err)
	}

	if s.json {
		return nil
	}

	return s.text(fmt.Sprintf("%d of %d originals need work. Nothing was changed.\n", wanted, looked))
}

func (s *session) runBackfill(ctx context.Context, work *backfill.Backfill) error {
	progress := display.NewSpinner(s.progress, "originals processed")
	seen := int64(0)

	work.Progress = func(done, _ int64) {
		for ; seen < done; seen++ {
			progress.Done()
		}
	}

	result, err := work.Run(ctx)

	progress.End()

	if err != nil {
		return work.Target.Explain(err)
	}

	if err := s.showBackfill(result); err != nil {
		return err
	}

	switch {
	case result.Status != "SUCCEEDED" || result.Failed > 0 || result.Unseen > 0:
		return &reportedError{exitFailed}
	case result.Rejected > 0:
		return &reportedError{exitRejected}
	default:
		return nil
	}
}

func (s *session) showBackfill(result backfill.Result) error {
	if s.json {
		return s.object(result)
	}

	parts := []string{fmt.Sprintf("%d originals: %d ready", result.Originals, result.Ready)}

	for _, part := range []struct {
		count int64
		what  string
	}{
		{result.Unchanged, "unchanged"},
		{result.Rejected, "rejected (`triptych ls --status rejected`)"},
		{result.Superseded, "superseded"},
		{result.Failed, "failed (`triptych replay`)"},
		{result.Unseen, "not processed (run the command again)"},
	} {
		if part.count > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.count, part.what))
		}
	}

	line := s.style.Status(result.Status) + "  " + strings.Join(parts, ", ")

	if result.Error != "" {
		line += "\n" + s.style.Bad(display.Text(result.Error)) + " " + display.Text(result.Cause)
	}

	return s.text(line + "\n")
}
