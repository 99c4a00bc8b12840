package command

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"triptych/cli/internal/display"
	"triptych/cli/internal/replay"
	"triptych/cli/internal/target"
)

type replayOptions struct {
	all, dry    bool
	concurrency int
	timeout     time.Duration
}

const (
	defaultReplays       = 16
	defaultReplayTimeout = 10 * time.Minute
)

func (s *session) replay() *cobra.Command {
	var options replayOptions

	cmd := &cobra.Command{
		Use:   "replay [KEY|EXECUTION…|--all]",
		Short: "Retry failed executions: redrive where possible, otherwise restart",
		Long: `Replay lists all failed work: the failed-executions queue, the executions that
failed, timed out or were stopped, the uploads whose execution no longer exists, and
the events that could not be delivered. Without a KEY, an EXECUTION or --all, it
prints that list and changes nothing.

A failed execution is redriven if possible: the same execution continues at the failed
step, with the current functions. After 14 days, or if the definition of the state
machine has changed, it is restarted: a new execution with the same input replaces it.
The reason is printed.

No work is done twice, even if replay runs twice. A message is deleted from its queue
when its replay has succeeded. --all continues until the list is empty, or until no
entry succeeds any more. It prints a line for each attempt.

A rejected upload is retried only if its KEY is given.

With --json a line has key, executionArn (the execution that the status is about; after
a restart, the new execution), source (dead-letter, execution, ledger or undelivered),
action (redrive, restart or none), status, error, reason, and replaces (the execution
that a restart replaces).

Exit codes: 0 all succeeded, 1 some failed again.`,
		Example: `  triptych replay                       # list failed work, and the planned actions
  triptych replay holiday/photo.jpg
  triptych replay --all
  triptych replay --all --dry-run --json | jq -r 'select(.action == "restart") | .key'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case options.all && len(args) > 0:
				return wrongUsage("--all cannot be combined with KEYs or EXECUTIONs")
			case options.concurrency < 1:
				return wrongUsage("--concurrency must be at least 1")
			case options.timeout <= 0:
				return wrongUsage("--timeout must be more than 0")
			}

			stack, err := s.connect(cmd.Context())
			if err != nil {
				return err
			}

			return s.runReplay(cmd.Context(), stack, args, options)
		},
	}

	flags := cmd.Flags()
	flags.BoolVar(&options.all, "all", false, "replay all failed work")
	flags.BoolVar(&options.dry, "dry-run", false, "print the planned actions, and change nothing")
	flags.IntVar(&options.concurrency, "concurrency", defaultReplays, "replay `N` entries in parallel")
	flags.DurationVar(&options.timeout, "timeout", defaultReplayTimeout, "wait this `duration` for the end of each execution")

	return cmd
}

func (s *session) runReplay(ctx context.Context, stack *target.Target, names []string, options replayOptions) error {
	var (
		progress = display.NewCount(s.progress, 0, "replayed")
		listing  = options.dry || (!options.all && len(names) == 0)
		entries  int
	)

	work := &replay.Replay{
		Target: stack, Concurrency: options.concurrency, Timeout: options.timeout,
		Found: func(found int) {
			entries += found

			progress.End()

			if !listing {
				progress = display.NewCount(s.progress, found, "replayed")
			}
		},
		Ended: func(result replay.Result) error {
			progress.Done()

			return progress.Around(func() error { return s.replayed(result) })
		},
	}

	left, err := s.replayWhat(ctx, work, names, options.all, listing)

	progress.End()

	hidden := 0
	if err == nil && !s.json {
		hidden, err = work.Hidden(ctx)
	}

	if errors.Is(err, replay.ErrUnknown) {
		return &target.Problem{
			What: err.Error(), Do: "`triptych ls` and `triptych executions` list uploads and executions, `triptych replay` lists failed work", Cause: err,
		}
	}

	if err != nil {
		return stack.Explain(err)
	}

	if err := s.replaySummary(entries, left, hidden, listing); err != nil {
		return err
	}

	if left > 0 {
		return &reportedError{exitFailed}
	}

	return nil
}

func (s *session) replayWhat(ctx context.Context, work *replay.Replay, names []string, all, listing bool) (int, error) {
	switch {
	case listing:
		return 0, work.List(ctx, names)
	case all:
		return work.All(ctx)
	default:
		return work.Named(ctx, names)
	}
}

// replayed prints one entry: its name, the action and its reason, and the outcome.
func (s *session) replayed(result replay.Result) error {
	if s.json {
		return s.object(result)
	}

	const statusWidth = len("SUCCEEDED")

	subject := display.Text(result.Key)
	if subject == "" {
		subject = display.Text(replay.Name(result.ExecutionARN))
	}

	line := s.paddedStatus(result.Status, statusWidth) + "  " + fmt.Sprintf("%-7s", result.Action) + "  " + s.style.Bold(subject) +
		s.style.Muted("  ("+string(result.Source)+") ") + display.Text(result.Reason)
	if result.Error != "" {
		line += "; " + s.style.Bad(display.Text(result.Error))
	}

	return s.text(strings.TrimRight(line, " ") + "\n")
}

func (s *session) replaySummary(entries, left, hidden int, listing bool) error {
	if hidden > 0 {
		text := fmt.Sprintf("Another replay has received messages: %d. They become visible again in half a minute: then run the command again.\n", hidden)
		if err := s.text(s.style.Warning(text)); err != nil {
			return err
		}
	}

	switch {
	case s.json:
		return nil
	case entries == 0 && hidden > 0:
		return nil
	case entries == 0:
		return s.text("Nothing has failed.\n")
	case listing:
		return s.text(s.style.Muted("Nothing was changed. `triptych replay --all` replays all entries, `triptych replay KEY` one.") + "\n")
	case left > 0:
		return s.text(s.asCalled(fmt.Sprintf("Failed again: %d. `triptych executions NAME` shows the cause.\n", left)))
	default:
		return nil
	}
}
