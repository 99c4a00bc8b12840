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
		Short: "Do what failed after all: redrive it, or restart it",
		Long: `Replay makes one list of everything that failed: the dead-letter queue, the
executions that failed, timed out or were stopped, the uploads whose execution is
gone, and the events that could not be delivered. Without a KEY, an EXECUTION or
--all it shows that list and changes nothing.

What is replayed is redriven where that is possible: the same execution goes on at
the step that failed, and runs the functions as they are now. After 14 days, or where
the state machine's definition has changed, it is restarted: a new execution of the
same input takes its place. The reason is shown.

Asked twice, it does nothing twice. A message leaves its queue when its replay has
succeeded. --all goes on until nothing is left, or until nothing succeeds any more; a
line is printed for each attempt.

A picture that was rejected is tried again where its KEY is named, and only there.

With --json a line has key, executionArn (the execution that status is about: after a
restart the new one), source (dead-letter, execution, ledger or undelivered), action
(redrive, restart or none), status, error, reason, and replaces (the execution whose
place a restart takes).

Exit codes: 0 all succeeded, 1 some failed again.`,
		Example: `  triptych replay                       # the list: what failed, and what would be done
  triptych replay holiday/photo.jpg
  triptych replay --all
  triptych replay --all --dry-run --json | jq -r 'select(.action == "restart") | .key'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case options.all && len(args) > 0:
				return wrongUsage("--all is everything: name nothing beside it")
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
	flags.BoolVar(&options.all, "all", false, "replay everything that failed")
	flags.BoolVar(&options.dry, "dry-run", false, "say what would be done, and change nothing")
	flags.IntVar(&options.concurrency, "concurrency", defaultReplays, "replay `N` at once")
	flags.DurationVar(&options.timeout, "timeout", defaultReplayTimeout, "wait for the end of each for this `duration`")

	return cmd
}

func (s *session) runReplay(ctx context.Context, stack *target.Target, names []string, options replayOptions) error {
	var (
		progress = display.NewCount(s.Err, 0, "replayed")
		listing  = options.dry || (!options.all && len(names) == 0)
		entries  int
	)

	work := &replay.Replay{
		Target: stack, Concurrency: options.concurrency, Timeout: options.timeout,
		Found: func(found int) {
			entries += found

			progress.End()

			if !listing {
				progress = display.NewCount(s.Err, found, "replayed")
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
			What: err.Error(), Do: "`triptych ls` and `triptych executions` list what there is, `triptych replay` what failed", Cause: err,
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
		s.style.Dim("  ("+string(result.Source)+") ") + display.Text(result.Reason)
	if result.Error != "" {
		line += "; " + s.style.Bad(display.Text(result.Error))
	}

	return s.text(strings.TrimRight(line, " ") + "\n")
}

func (s *session) replaySummary(entries, left, hidden int, listing bool) error {
	if hidden > 0 {
		text := fmt.Sprintf("Messages in the hands of another replay, or of one that was killed: %d. Ask again in half a minute.\n", hidden)
		if err := s.text(s.style.Care(text)); err != nil {
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
		return s.text(s.style.Dim("Nothing was changed. `triptych replay --all` replays all of it, `triptych replay KEY` one.") + "\n")
	case left > 0:
		return s.text(fmt.Sprintf("Failed again: %d. `triptych executions NAME` shows what happened in one.\n", left))
	default:
		return nil
	}
}
