package command

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"triptych/cli/internal/display"
	"triptych/cli/internal/files"
	"triptych/cli/internal/target"
	"triptych/cli/internal/transfer"
	"triptych/shared/ledger"
)

const (
	defaultConcurrency = 8
	defaultTimeout     = 5 * time.Minute
)

type uploadOptions struct {
	prefix      string
	wait        bool
	concurrency int
	timeout     time.Duration
}

func (s *session) upload() *cobra.Command {
	var options uploadOptions

	cmd := &cobra.Command{
		Use:   "upload FILE|DIR…",
		Short: "Upload photos, and wait for their variants",
		Long: `Upload sends files, and all files in folders, to the uploads bucket. The key of a file
is the prefix followed by its name, or by its path in the given folder. Hidden files
in a folder are skipped.

With --wait, upload follows each file until its variants are ready, or until it is
rejected or has failed. If a file is rejected, the others continue.`,
		Example: `  triptych upload photo.jpg --wait
  triptych upload ~/Pictures/2026 --prefix holiday/ --wait
  triptych upload photos --wait --json | jq -r '.variants[] | select(.name == "large").url'`,
		Args: arguments(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if options.concurrency < 1 {
				return wrongUsage("--concurrency must be at least 1")
			}

			if options.timeout <= 0 {
				return wrongUsage("--timeout must be more than 0")
			}

			found, err := files.Collect(args, options.prefix)
			if _, conflict := errors.AsType[*files.Conflict](err); conflict {
				return &usageError{err}
			}

			if err != nil {
				return err // The error names the file.
			}

			if len(found) == 0 {
				return fmt.Errorf("%w in %s", errNoFiles, strings.Join(args, ", "))
			}

			stack, err := s.connect(cmd.Context())
			if err != nil {
				return err
			}

			return s.uploadFiles(cmd.Context(), stack, found, options)
		},
	}

	cmd.Flags().StringVar(&options.prefix, "prefix", "", "add this `text` before each key; it usually ends in a slash")
	cmd.Flags().BoolVar(&options.wait, "wait", false, "wait for the variants, and print them")
	cmd.Flags().IntVar(&options.concurrency, "concurrency", defaultConcurrency, "send `N` files in parallel")
	cmd.Flags().DurationVar(&options.timeout, "timeout", defaultTimeout, "with --wait: stop waiting for a photo after this `duration`")

	return cmd
}

var errNoFiles = errors.New("there are no files to upload")

// uploadFiles uploads files, prints every outcome as it arrives, and prints a summary.
func (s *session) uploadFiles(ctx context.Context, stack *target.Target, all []files.File, options uploadOptions) error {
	var (
		count    tally
		written  error
		failed   bool // by a failed execution, which can be replayed
		begun    = time.Now()
		progress = display.NewProgress(s.progress, len(all))
	)

	defer progress.End()

	work := transfer.Transfer{
		Target: stack, Concurrency: options.concurrency, Wait: options.wait, Timeout: options.timeout,
		Sent: progress.Sent,
		Ended: func(result transfer.Result) {
			count.add(result.Status)
			progress.Done()

			failed = failed || result.Status == transfer.Failed && result.ExecutionARN != ""

			written = errors.Join(written, progress.Around(func() error { return s.uploaded(result) }))
		},
	}

	if err := work.Run(ctx, all); err != nil {
		return err // The only possible cause is the end of the context.
	}

	progress.End()

	if written == nil && !s.json && len(all) > 1 {
		written = s.text(count.summary(time.Since(begun)))
	}

	if written == nil && !s.json && failed {
		written = s.text(s.style.Muted("`triptych replay` lists failed work and retries it.") + "\n")
	}

	return errors.Join(written, count.err())
}

// uploaded prints the outcome of one file.
func (s *session) uploaded(result transfer.Result) error {
	if s.json {
		return s.object(result)
	}

	// If the path of the file ends with the key, show only the key.
	name := s.style.Bold(display.Text(result.Key))
	if !strings.HasSuffix(filepath.ToSlash(result.File), result.Key) {
		name = s.style.Bold(display.Text(result.File)) + s.style.Muted(" → ") + display.Text(result.Key)
	}

	line := s.paddedStatus(result.Status, len("REJECTED")) + "  " + name

	if why := s.codeAndReason(result.Code, result.Reason); why != "" {
		line += "  " + why
	}

	if result.Millis > 0 {
		line += "  " + s.style.Muted(display.Duration(time.Duration(result.Millis)*time.Millisecond))
	}

	return s.text(line + "\n" + s.variantTable(result.Variants))
}

// add counts the outcome of an upload.
func (t *tally) add(status string) {
	switch status {
	case string(ledger.Ready):
		t.ready++
	case string(ledger.Rejected):
		t.rejected++
	case transfer.Failed, string(ledger.Processing):
		t.failed++
	default:
		t.other++
	}
}

// summary returns the last line after several files.
func (t *tally) summary(took time.Duration) string {
	var parts []string

	for _, part := range []struct {
		count int
		name  string
	}{{t.ready, "ready"}, {t.other, "uploaded"}, {t.rejected, "rejected"}, {t.failed, "failed"}} {
		if part.count > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.count, part.name))
		}
	}

	return strings.Join(parts, ", ") + " in " + display.Duration(took) + "\n"
}
