package command

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"triptych/cli/internal/display"
	"triptych/cli/internal/executions"
	"triptych/cli/internal/target"
	"triptych/cli/internal/transfer"
	"triptych/cli/internal/uploads"
	"triptych/shared/ledger"
)

// listed is an upload in the output of `triptych ls` and `triptych show`.
type listed struct {
	Key       string `json:"key"`
	Status    string `json:"status"`
	Version   string `json:"version"`
	UpdatedAt string `json:"updatedAt"` // RFC 3339, UTC
	CreatedAt string `json:"createdAt"`
	Bytes     int64  `json:"bytes"` // of the original; so are Format, Width and Height
	Format    string `json:"format"`
	Width     int    `json:"width"`
	Height    int    `json:"height"`
	// Stripped names the kinds of metadata that were removed; null if that is not known.
	Stripped []string `json:"stripped"`
	// Kept names the additional parts of the master, such as "gainmap". The field is
	// absent if the master has only the image.
	Kept         []string           `json:"kept,omitempty"`
	ExecutionARN string             `json:"executionArn"`
	Variants     []transfer.Variant `json:"variants"`
	Code         string             `json:"code"`
	Reason       string             `json:"reason"`
}

func newListed(item ledger.Item) listed {
	return listed{
		Key: item.Key, Status: string(item.Status), Version: item.Version,
		UpdatedAt: item.UpdatedAt, CreatedAt: item.CreatedAt,
		Bytes: item.Bytes, Format: item.Format, Width: item.Width, Height: item.Height,
		Stripped: item.Stripped, Kept: item.Kept, ExecutionARN: item.Owner, Variants: transfer.Variants(item.Variants), Code: item.Code, Reason: item.Reason,
	}
}

// listOptions select the uploads of `triptych ls`.
type listOptions struct {
	status, prefix string
	limit          int // 0 means all
	watch          bool
}

func (s *session) ls() *cobra.Command {
	var options listOptions

	cmd := &cobra.Command{
		Use:   "ls [PREFIX]",
		Short: "List uploads, most recently changed first",
		Long: `Ls lists uploads, most recently changed first: all of them, or those whose key begins
with PREFIX.`,
		Example: `  triptych ls
  triptych ls holiday/ --limit 20
  triptych ls --status rejected --output wide
  triptych ls --watch
  triptych ls holiday/ --json | jq -r .key`,
		Args: arguments(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				if options.prefix != "" {
					return wrongUsage("give PREFIX or --prefix, not both")
				}

				options.prefix = args[0]
			}

			statuses, err := parseStatus(options.status)
			if err != nil {
				return err
			}

			switch {
			case options.limit < 0:
				return wrongUsage("--limit must be at least 0")
			case options.watch && s.json:
				return wrongUsage("--watch and JSON cannot be combined")
			}

			stack, err := s.connect(cmd.Context())
			if err != nil {
				return err
			}

			if options.watch {
				if options.limit == 0 {
					options.limit = watchedUploads
				}

				return s.watch(cmd.Context(), func(ctx context.Context, write func(string) error) error {
					return s.list(ctx, stack, statuses, options, write)
				})
			}

			return s.list(cmd.Context(), stack, statuses, options, s.text)
		},
	}

	flags := cmd.Flags()
	flags.StringVar(&options.status, "status", "", "only uploads of this `status`: "+statusNames())
	completes(cmd, "status", statusNames())
	flags.StringVar(&options.prefix, "prefix", "", "only keys that begin with this `text`, as PREFIX")
	flags.IntVar(&options.limit, "limit", 0, "at most this `number` of uploads; 0 lists all")
	flags.BoolVar(&options.watch, "watch", false, "show the first 20 uploads, or --limit, again every two seconds, until Ctrl-C")

	return cmd
}

// list writes the uploads that the options select.
func (s *session) list(
	ctx context.Context, stack *target.Target, statuses []ledger.Status, options listOptions, write func(string) error,
) error {
	count := 0

	for item, err := range uploads.Newest(ctx, stack.Ledger, statuses) {
		if err != nil {
			return stack.Explain(err)
		}

		if !strings.HasPrefix(item.Key, options.prefix) {
			continue
		}

		switch {
		case s.json:
			err = s.object(newListed(item))
		case count == 0:
			err = write(s.listHead() + s.listLine(item))
		default:
			err = write(s.listLine(item))
		}

		count++

		if err != nil || count == options.limit {
			return err
		}
	}

	return nil
}

// The widths of the columns. They are fixed, because the command prints lines before it has
// read the whole list.
const (
	statusWidth  = len("PROCESSING")
	momentWidth  = len("2006-01-02 15:04:05 CEST")
	versionWidth = len("0123456789ab")
)

// listHead returns the line with the names of the columns.
func (s *session) listHead() string {
	line := fmt.Sprintf("%-*s  %-*s  %11s  %9s  ", statusWidth, "STATUS", momentWidth, "CHANGED", "PIXELS", "SIZE")
	if s.output == formatWide {
		line += fmt.Sprintf("%-*s  ", versionWidth, "VERSION")
	}

	return s.style.Muted(line+"KEY") + "\n"
}

// listLine returns the line of an upload. The wide format also has its version and its
// execution.
func (s *session) listLine(item ledger.Item) string {
	line := fmt.Sprintf("%s  %s  %11s  %9s  ", s.paddedStatus(string(item.Status), statusWidth),
		s.style.Muted(fmt.Sprintf("%-*s", momentWidth, moment(item.UpdatedAt))), display.Size(item.Width, item.Height), display.Bytes(item.Bytes))
	if s.output == formatWide {
		line += item.Version + "  "
	}

	line += display.Text(item.Key)

	if item.Code != "" {
		line += "  " + s.style.Muted(item.Code)
	}

	if s.output == formatWide && item.Owner != "" {
		line += "  " + s.style.Muted(executions.NameOf(item.Owner))
	}

	return line + "\n"
}

// moment formats a time of the ledger in the local time zone.
func moment(text string) string {
	parsed, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return text
	}

	return display.Time(parsed)
}

// parseStatus parses --status; "" means all.
func parseStatus(name string) ([]ledger.Status, error) {
	if name == "" {
		return ledger.Statuses(), nil
	}

	status := ledger.Status(strings.ToUpper(name))
	if !slices.Contains(ledger.Statuses(), status) {
		return nil, wrongUsage("--status %s: it must be one of %s", name, statusNames())
	}

	return []ledger.Status{status}, nil
}

func statusNames() string {
	names := make([]string, 0, len(ledger.Statuses()))
	for _, status := range ledger.Statuses() {
		names = append(names, string(status))
	}

	return strings.Join(names, ", ")
}
