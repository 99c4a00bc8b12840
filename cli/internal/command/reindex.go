package command

import (
	"fmt"

	"github.com/spf13/cobra"
)

func (s *session) reindex() *cobra.Command {
	return &cobra.Command{
		Use:   "reindex",
		Short: "Rebuild the ledger's index after an upgrade that changes it",
		Long: `Reindex reads the whole ledger, and adds to each upload the attribute that the index
"byStatus" needs. Uploads of an older release do not have this attribute. Until
reindex has run, "triptych ls", "triptych doctor" and the gallery do not list these
uploads. They are still served, and "triptych show" shows them.

Run reindex once after such an upgrade; docs/operations.md names the releases. It may
be interrupted and repeated, and it may run while images are processed.`,
		Example: `  triptych reindex
  triptych reindex --local --json`,
		Args: arguments(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			stack, err := s.connect(cmd.Context())
			if err != nil {
				return err
			}

			moved, err := stack.Ledger.Reindex(cmd.Context())
			if err != nil {
				return stack.Explain(err)
			}

			if s.json {
				return s.object(struct {
					Moved int `json:"moved"`
				}{moved})
			}

			return s.text(fmt.Sprintf("%d items of the index were changed\n", moved))
		},
	}
}
