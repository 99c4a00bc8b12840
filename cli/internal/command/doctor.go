package command

import (
	"fmt"

	"github.com/spf13/cobra"

	"triptych/cli/internal/display"
	"triptych/cli/internal/doctor"
)

// defaultChecks is how many keys are checked in parallel. A check of one key needs five
// calls to AWS.
const defaultChecks = 16

func (s *session) doctor() *cobra.Command {
	var concurrency int

	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Examine the stack: access, failures, consistency",
		Long: `Doctor checks every resource of the stack, reports failures that can be replayed, and
compares the ledger, the originals and the variants: every original has an item in the
ledger; no work is unfinished; every manifest names the current version; all objects
of that version exist, with the sizes in the ledger; no object has a version that the
ledger does not know. Each finding says what to do. Doctor changes nothing.

Problems are checked twice before they are reported, so it is safe to run during
uploads.

Exit codes: 0 no problems, 1 problems.`,
		Example: `  triptych doctor
  triptych doctor --json | jq 'select(.status == "problem")'`,
		Args: arguments(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if concurrency < 1 {
				return wrongUsage("--concurrency must be at least 1")
			}

			stack, err := s.connect(cmd.Context())
			if err != nil {
				return err
			}

			progress := display.NewSpinner(s.progress, "images checked")
			examination := &doctor.Doctor{
				Target: stack, Concurrency: concurrency, Looked: progress.Done,
				Tell: func(finding doctor.Finding) error {
					return progress.Around(func() error { return s.finding(finding) })
				},
			}

			problems, err := examination.Run(cmd.Context())

			progress.End()

			switch {
			case err != nil:
				return stack.Explain(err)
			case problems > 0:
				return &reportedError{exitFailed}
			default:
				return nil
			}
		},
	}

	cmd.Flags().IntVar(&concurrency, "concurrency", defaultChecks, "check `N` images in parallel")

	return cmd
}

// finding prints one finding: the name of the check, and either a note or the problem and
// how to repair it.
func (s *session) finding(finding doctor.Finding) error {
	const checkWidth = len("undelivered events")

	if s.json {
		return s.object(finding)
	}

	check := fmt.Sprintf("%-*s", checkWidth, finding.Check)

	if finding.Status == doctor.OK {
		return s.text(s.style.Good("ok      ") + "  " + check + "  " + s.style.Muted(display.Text(finding.Note)) + "\n")
	}

	subject := ""
	if finding.Key != "" {
		subject = s.style.Bold(display.Text(finding.Key)) + "  "
	}

	return s.text(s.style.Bad("problem ") + "  " + check + "  " + subject + display.Text(finding.Problem) + ": " + display.Text(finding.Do) + "\n")
}
