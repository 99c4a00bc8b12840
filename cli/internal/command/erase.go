package command

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"triptych/cli/internal/display"
	"triptych/cli/internal/erasure"
	"triptych/cli/internal/target"
)

// erased is the outcome of one key, as `triptych erase` prints it.
type erased struct {
	Key      string `json:"key"`
	Status   string `json:"status"`   // ERASED or FAILED
	Versions int    `json:"versions"` // of the original, including delete markers
	Error    string `json:"error"`
	Millis   int64  `json:"millis"`
}

func (s *session) erase() *cobra.Command {
	var (
		timeout time.Duration
		prefix  string
		yes     bool
	)

	cmd := &cobra.Command{
		Use:   "erase {KEY… | --prefix PREFIX}",
		Short: "Erase images permanently: every version of the original, and all variants",
		Long: `Erase removes every version of an original from the uploads bucket, and waits until
its variants and its manifest are removed from the variants bucket and the ledger.
This cannot be undone. The CDN's caches are purged later: the execution of the erasure
ends when the CDN has accepted the invalidation. Many erasures share one invalidation.
"triptych executions" lists the executions.

Deleting an object in S3 also erases the variants, but a versioned bucket keeps the
original until the bucket's lifecycle removes it. A later upload under the same key is
kept. Browsers keep the files that they have cached.

With --prefix, every key in the uploads bucket that begins with the prefix is erased.

On a terminal, erase asks first. A script passes --yes.`,
		Example: `  triptych erase holiday/photo.jpg
  triptych erase --yes --prefix users/17/`,
		Args: arguments(cobra.ArbitraryArgs),
		RunE: func(cmd *cobra.Command, args []string) error {
			if timeout <= 0 {
				return wrongUsage("--timeout must be more than 0")
			}

			if given := cmd.Flags().Changed("prefix"); given == (len(args) > 0) {
				return wrongUsage("give KEYs or --prefix")
			} else if given && prefix == "" {
				return wrongUsage("--prefix must not be empty: it would erase everything")
			}

			if !yes && !s.Interactive {
				return wrongUsage("erasing cannot be undone: without a terminal to ask, --yes is required")
			}

			stack, err := s.connect(cmd.Context())
			if err != nil {
				return err
			}

			if !yes {
				if err := s.confirm(eraseQuestion(args, prefix, stack.Where())); err != nil {
					return err
				}
			}

			if prefix != "" {
				return s.erasePrefix(cmd.Context(), stack, prefix, timeout)
			}

			return s.eraseKeys(cmd.Context(), stack, args, timeout)
		},
	}

	cmd.Flags().StringVar(&prefix, "prefix", "", "erase every key that begins with this `text`")
	cmd.Flags().DurationVar(&timeout, "timeout", defaultTimeout, "stop waiting for an image after this `duration`")
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")

	return cmd
}

// eraseQuestion returns the question that precedes an erasure.
func eraseQuestion(all []string, prefix, where string) string {
	what := fmt.Sprintf("%d images", len(all))

	switch {
	case prefix != "":
		what = "every image whose key begins with " + display.Text(prefix)
	case len(all) == 1:
		what = display.Text(all[0])
	}

	return fmt.Sprintf("Erase %s at %s, with every version and all variants? This cannot be undone.", what, where)
}

// eraseKeys erases one key after another and prints each outcome. An error for one key
// does not stop the others.
func (s *session) eraseKeys(ctx context.Context, stack *target.Target, all []string, timeout time.Duration) error {
	var written error

	code := exitOK

	for _, key := range all {
		outcome, err := eraseKey(ctx, stack, key, timeout)
		if err != nil {
			return err
		}

		if outcome.Error != "" {
			code = exitFailed
		}

		written = errors.Join(written, s.showErased(outcome))
	}

	if code != exitOK {
		return errors.Join(&reportedError{code}, written)
	}

	return written
}

// eraseKey erases one key. It returns an error only if the context has ended; every other
// error is part of the outcome.
func eraseKey(ctx context.Context, stack *target.Target, key string, timeout time.Duration) (erased, error) {
	begun := time.Now()

	count, err := erasure.Erase(ctx, stack, key, timeout)
	if target.Interrupted(err) {
		return erased{}, err
	}

	outcome := erased{Key: key, Status: "ERASED", Versions: count, Millis: time.Since(begun).Milliseconds()}
	if err != nil {
		outcome.Status, outcome.Error = "FAILED", message(stack.Explain(err))
	}

	return outcome, nil
}

// erasePrefix erases every key with a prefix, and prints each outcome. An error for one
// key does not stop the others.
func (s *session) erasePrefix(ctx context.Context, stack *target.Target, prefix string, timeout time.Duration) error {
	const atOnce = 16

	var (
		mu     sync.Mutex
		failed int
	)

	err := erasure.Below(ctx, stack, prefix, atOnce, func(ctx context.Context, key string) error {
		outcome, err := eraseKey(ctx, stack, key, timeout)
		if err != nil {
			return err
		}

		mu.Lock()
		defer mu.Unlock()

		if outcome.Error != "" {
			failed++
		}

		return s.showErased(outcome)
	})
	if err != nil {
		return stack.Explain(err)
	}

	if failed > 0 {
		return &reportedError{exitFailed}
	}

	return nil
}

func (s *session) showErased(outcome erased) error {
	if s.json {
		return s.object(outcome)
	}

	detail := display.Text(outcome.Error)

	if outcome.Error == "" {
		noun := "versions"
		if outcome.Versions == 1 {
			noun = "version"
		}

		detail = s.style.Muted(fmt.Sprintf("%d %s of the original, and all variants", outcome.Versions, noun))
	}

	return s.text(s.paddedStatus(outcome.Status, len("ERASED")) + "  " + s.style.Bold(display.Text(outcome.Key)) + "  " + detail + "\n")
}
