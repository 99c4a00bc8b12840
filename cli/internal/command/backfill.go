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
		Short: "Make variants of originals that are already there: missed, or of another recipe",
		Long: `Backfill looks at the current version of every original in the uploads bucket and
starts the pipeline where today's recipe has not been through: for originals whose
event was lost or that are older than the stack, and, unless --missing is given, for
those that another recipe has made. Old URLs go on working. A recipe that comes back
is not rendered again: its variants are still there.

With --verify, backfill also compares the ledger, the manifest and the objects of
each picture, and makes a picture again of which something is missing or has another
size. This is how variants and manifests are restored. It verifies the version that
is served, and not those of former uploads or recipes. It leaves alone what another
recipe has made, as --missing does, unless something of it is lost.

A state machine does it, in batches of 100; this command starts it and shows how far
it is. Ctrl-C ends the watching, not the work. Asked again for the same, the command
follows what runs, redrives what failed or was stopped, or starts anew; whatever is
done is found done, and nothing is done twice. ` + "`aws stepfunctions stop-execution`" + `
stops it.

--batches is how many batches are in the pipeline at once: more is faster, and
leaves less of Lambda's concurrency to the uploads of the day.

What fails in the pipeline is listed by ` + "`triptych replay`" + `, what is rejected by
` + "`triptych ls --status rejected`" + `.

With --json the last line has executionArn, mapRunArn, action (start, redrive or
follow), status, originals, unchanged, ready, rejected, superseded, failed, unseen
(in batches that failed themselves), error and cause. With --dry-run a line has key,
version, action (start or restore) and reason; it is this command that decides then,
by its own version of the picture engine.

Exit codes: 0 all well, 1 something failed, 3 some originals were rejected.`,
		Example: `  triptych backfill --missing --dry-run      # what was missed? changes nothing
  triptych backfill --verify                 # make again what is lost
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
	flags.BoolVar(&options.missing, "missing", false, "leave alone what another recipe has made")
	flags.BoolVar(&options.verify, "verify", false, "make again what is lost: compare the ledger with manifests and objects")
	flags.BoolVar(&options.dry, "dry-run", false, "say what would be done, and change nothing")
	flags.IntVar(&options.batches, "batches", defaultBatches, "have `N` batches of 100 in the pipeline at once")

	return cmd
}

func (s *session) planBackfill(ctx context.Context, work *backfill.Backfill) error {
	looked, wanted := 0, 0
	progress := display.NewSpinner(s.Err, "looked at")

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

			return s.text(fmt.Sprintf("%-7s  %s  %s\n", one.Action, s.style.Bold(display.Text(one.Key)), s.style.Dim("("+one.Reason+")")))
		})
	})

	progress.End()

	if err != nil {
		return work.Target.Explain(err)
	}

	if s.json {
		return nil
	}

	return s.text(fmt.Sprintf("%d of %d originals. Nothing was changed.\n", wanted, looked))
}

func (s *session) runBackfill(ctx context.Context, work *backfill.Backfill) error {
	progress := display.NewSpinner(s.Err, "originals seen to")
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

	parts := []string{fmt.Sprintf("%d originals: %d made", result.Originals, result.Ready)}

	for _, part := range []struct {
		count int64
		what  string
	}{
		{result.Unchanged, "needed nothing"},
		{result.Rejected, "rejected (`triptych ls --status rejected`)"},
		{result.Superseded, "superseded meanwhile"},
		{result.Failed, "failed (`triptych replay`)"},
		{result.Unseen, "not seen to (ask again)"},
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
