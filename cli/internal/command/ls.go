package command

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"triptych/cli/internal/display"
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

func (s *session) ls() *cobra.Command {
	var status, prefix string

	cmd := &cobra.Command{
		Use:   "ls",
		Short: "List uploads, most recently changed first",
		Example: `  triptych ls
  triptych ls --status REJECTED
  triptych ls --prefix holiday/ --json | jq -r .key`,
		Args: arguments(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			statuses, err := parseStatus(status)
			if err != nil {
				return err
			}

			stack, err := s.connect(cmd.Context())
			if err != nil {
				return err
			}

			return s.list(cmd.Context(), stack, statuses, prefix)
		},
	}

	cmd.Flags().StringVar(&status, "status", "", "only uploads of this `status`: "+statusNames())
	completes(cmd, "status", statusNames())
	cmd.Flags().StringVar(&prefix, "prefix", "", "only keys that begin with this `text`")

	return cmd
}

func (s *session) list(ctx context.Context, stack *target.Target, statuses []ledger.Status, prefix string) error {
	for item, err := range uploads.Newest(ctx, stack.Ledger, statuses) {
		if err != nil {
			return stack.Explain(err)
		}

		if !strings.HasPrefix(item.Key, prefix) {
			continue
		}

		if s.json {
			err = s.object(newListed(item))
		} else {
			err = s.text(s.listLine(item))
		}

		if err != nil {
			return err
		}
	}

	return nil
}

// listLine formats the line of an upload. Its columns have a fixed width, because the
// command prints lines before it has read the whole list.
func (s *session) listLine(item ledger.Item) string {
	const statusWidth = len("PROCESSING")

	line := fmt.Sprintf("%s  %s  %11s  %9s  %s",
		s.paddedStatus(string(item.Status), statusWidth), s.style.Muted(moment(item.UpdatedAt)), display.Size(item.Width, item.Height), display.Bytes(item.Bytes), display.Text(item.Key))

	if item.Code != "" {
		line += "  " + s.style.Muted(item.Code)
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
