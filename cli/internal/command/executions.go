package command

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/spf13/cobra"

	"triptych/cli/internal/display"
	"triptych/cli/internal/executions"
	"triptych/cli/internal/target"
)

// execution is an execution in the output of `triptych executions`.
type execution struct {
	ExecutionARN string     `json:"executionArn"`
	Name         string     `json:"name"`
	Status       string     `json:"status"`
	StartDate    time.Time  `json:"startDate"`
	StopDate     *time.Time `json:"stopDate"` // null while it runs
	Millis       int64      `json:"millis"`   // so far, while it runs
	RedriveCount int32      `json:"redriveCount"`
	Key          string     `json:"key"` // of the image; "" for a backfill
	// These fields are set for executions that failed, timed out or were stopped;
	// otherwise they are "".
	State string `json:"state"` // the last state
	Error string `json:"error"`
	Cause string `json:"cause"` // its first line
}

// executionOptions select the executions of `triptych executions`.
type executionOptions struct {
	status, prefix, of string
	limit              int // 0 means all
}

// defaultExecutions is the default of --limit. Each execution needs a call for its key, and
// Step Functions allows 15 such calls a second in the long run (AWS Step Functions Developer
// Guide, "Quotas related to API action throttling").
const defaultExecutions = 50

// The state machines of --of.
const (
	ofPipeline = "pipeline"
	ofErase    = "erase"
	ofBackfill = "backfill"

	machineNames = ofPipeline + ", " + ofErase + ", " + ofBackfill
)

func (s *session) executions() *cobra.Command {
	var options executionOptions

	cmd := &cobra.Command{
		Use:   "executions [ID]",
		Short: "List executions, or show one as a timeline",
		Long: `Without an ID, executions lists the executions of the pipeline, newest first. If an
execution failed, timed out or was stopped, it shows the last state and the cause.
'triptych replay' retries such executions. With --of, it lists erasures or backfills.

With an ID, executions shows the states of one execution: when each state began, how
long it took, how many attempts it needed, and how it ended. An ID is a name, an ARN, or
the first characters of a name.`,
		Example: `  triptych executions
  triptych executions --status failed --prefix holiday/
  triptych executions --of erase --limit 5
  triptych executions 0b0c9f0e`,
		Args: arguments(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := options.check(cmd, args); err != nil {
				return err
			}

			stack, err := s.connect(cmd.Context())
			if err != nil {
				return err
			}

			if len(args) == 1 {
				err = s.showExecution(cmd.Context(), stack, machineARN(stack, options.of), args[0])
			} else {
				err = s.listExecutions(cmd.Context(), stack, options)
			}

			return stack.Explain(err)
		},
	}

	flags := cmd.Flags()
	flags.StringVar(&options.status, "status", "", "only executions of this `status`: "+executionStatusNames())
	completes(cmd, "status", executionStatusNames())
	flags.StringVar(&options.prefix, "prefix", "", "only executions whose key begins with this `text`")
	flags.StringVar(&options.of, "of", ofPipeline, "the state `machine`: "+machineNames)
	completes(cmd, "of", machineNames)
	flags.IntVar(&options.limit, "limit", defaultExecutions, "at most this `number` of executions; 0 lists all")

	return cmd
}

// check checks the flags and the arguments.
func (o executionOptions) check(cmd *cobra.Command, args []string) error {
	if _, err := parseExecutionStatus(o.status); err != nil {
		return err
	}

	if !slices.Contains(strings.Split(machineNames, ", "), o.of) {
		return wrongUsage("--of %s: it must be one of %s", o.of, machineNames)
	}

	if o.limit < 0 {
		return wrongUsage("--limit must be at least 0")
	}

	for _, flag := range []string{"status", "prefix", "limit"} {
		if len(args) == 1 && cmd.Flags().Changed(flag) {
			return wrongUsage("--%s is for the list, not for one execution", flag)
		}
	}

	return nil
}

// machineARN returns the ARN of the state machine that --of names.
func machineARN(stack *target.Target, of string) string {
	switch of {
	case ofErase:
		return stack.Stack.EraseARN
	case ofBackfill:
		return stack.Stack.BackfillARN
	default:
		return stack.Stack.PipelineARN
	}
}

// listExecutions prints the executions that the options select, page by page.
func (s *session) listExecutions(ctx context.Context, stack *target.Target, options executionOptions) error {
	status, err := parseExecutionStatus(options.status)
	if err != nil {
		return err
	}

	input := &sfn.ListExecutionsInput{
		StateMachineArn: aws.String(machineARN(stack, options.of)), StatusFilter: status,
	}
	if options.limit > 0 && options.prefix == "" {
		input.MaxResults = int32(min(options.limit, maxPage))
	}

	printed := 0

	for pages := sfn.NewListExecutionsPaginator(stack.SFN, input); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("list executions: %w", err)
		}

		listed := executionsOf(page.Executions, time.Now())
		if err := s.explainAll(ctx, stack, listed); err != nil {
			return err
		}

		listed = slices.DeleteFunc(listed, func(one execution) bool { return !strings.HasPrefix(one.Key, options.prefix) })
		if options.limit > 0 {
			listed = listed[:min(len(listed), options.limit-printed)]
		}

		if err := s.printExecutions(listed, printed == 0); err != nil {
			return err
		}

		if printed += len(listed); printed == options.limit {
			return nil
		}
	}

	return nil
}

// maxPage is the largest page of ListExecutions.
const maxPage = 1000

func executionsOf(items []types.ExecutionListItem, now time.Time) []execution {
	listed := make([]execution, len(items))
	for i, item := range items {
		listed[i] = execution{
			ExecutionARN: aws.ToString(item.ExecutionArn), Name: aws.ToString(item.Name), Status: string(item.Status),
			StartDate: aws.ToTime(item.StartDate).UTC(), StopDate: item.StopDate,
			RedriveCount: aws.ToInt32(item.RedriveCount),
			Millis:       executions.Took(item.StartDate, item.StopDate, now).Milliseconds(),
		}
	}

	return listed
}

// printExecutions prints a page of executions. The first page has the names of the columns.
func (s *session) printExecutions(page []execution, first bool) error {
	if s.json {
		for _, one := range page {
			if err := s.object(one); err != nil {
				return err
			}
		}

		return nil
	}

	if len(page) == 0 {
		return nil
	}

	table := display.Table{Right: []int{2}}
	if first {
		table.Add(s.style.Muted("STATUS"), s.style.Muted("STARTED"), s.style.Muted("TOOK"), s.style.Muted("KEY"), s.style.Muted("NAME"))
	}

	for _, one := range page {
		table.Add(s.executionRow(one)...)
	}

	return s.text(table.String())
}

// executionRow returns the columns of an execution. The cause of a failure follows the name.
func (s *session) executionRow(one execution) []string {
	row := []string{
		s.paddedStatus(one.Status, len("SUCCEEDED")), s.style.Muted(display.Time(one.StartDate)), display.Duration(one.took()),
		s.style.Bold(display.Text(one.Key)), s.style.Muted(display.Text(one.Name)),
	}

	var note []string

	for _, part := range []string{display.Text(one.State), s.codeAndReason(one.Error, one.Cause)} {
		if part != "" {
			note = append(note, part)
		}
	}

	note = append(note, s.redriven(one.RedriveCount)...)
	if len(note) > 0 {
		row = append(row, strings.Join(note, "  "))
	}

	return row
}

func parseExecutionStatus(name string) (types.ExecutionStatus, error) {
	status := types.ExecutionStatus(strings.ToUpper(name))
	if name != "" && !slices.Contains(status.Values(), status) {
		return "", wrongUsage("--status %s: it must be one of %s", name, executionStatusNames())
	}

	return status, nil
}

func executionStatusNames() string {
	statuses := types.ExecutionStatus("").Values()
	names := make([]string, 0, len(statuses))

	for _, status := range statuses {
		names = append(names, string(status))
	}

	return strings.Join(names, ", ")
}
