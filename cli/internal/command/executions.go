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

// execution is an execution of the pipeline, in the output of `triptych executions`.
type execution struct {
	ExecutionARN string     `json:"executionArn"`
	Name         string     `json:"name"`
	Status       string     `json:"status"`
	StartDate    time.Time  `json:"startDate"`
	StopDate     *time.Time `json:"stopDate"` // null while it runs
	Millis       int64      `json:"millis"`   // so far, while it runs
	RedriveCount int32      `json:"redriveCount"`
	// These fields are set for executions that failed, timed out or were stopped;
	// otherwise they are "".
	Key   string `json:"key"`
	State string `json:"state"` // the last state
	Error string `json:"error"`
	Cause string `json:"cause"` // its first line
}

func (s *session) executions() *cobra.Command {
	var status string

	cmd := &cobra.Command{
		Use:   "executions [ID]",
		Short: "List the pipeline's executions, or show one as a timeline",
		Long: `Without an ID, executions lists the executions of the pipeline, newest first. If an
execution failed, timed out or was stopped, it shows the key, the last state and the
cause. 'triptych replay' retries such executions.

With an ID (a name or an ARN), executions shows the states of one execution: when each
state began, how long it took, how many attempts it needed, and how it ended.`,
		Example: `  triptych executions
  triptych executions --status failed
  triptych executions 0b0c9f0e-… `,
		Args: arguments(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			wanted, err := parseExecutionStatus(status)
			if err != nil {
				return err
			}

			if len(args) == 1 && status != "" {
				return wrongUsage("--status is for the list, not for one execution")
			}

			stack, err := s.connect(cmd.Context())
			if err != nil {
				return err
			}

			if len(args) == 1 {
				err = s.showExecution(cmd.Context(), stack, executionARN(stack.Stack.PipelineARN, args[0]))
			} else {
				err = s.listExecutions(cmd.Context(), stack, wanted)
			}

			return stack.Explain(err)
		},
	}

	cmd.Flags().StringVar(&status, "status", "", "only executions of this `status`: "+executionStatusNames())
	completes(cmd, "status", executionStatusNames())

	return cmd
}

func (s *session) listExecutions(ctx context.Context, stack *target.Target, status types.ExecutionStatus) error {
	pages := sfn.NewListExecutionsPaginator(stack.SFN, &sfn.ListExecutionsInput{
		StateMachineArn: aws.String(stack.Stack.PipelineARN), StatusFilter: status,
	})

	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("list executions: %w", err)
		}

		listed := make([]execution, len(page.Executions))

		for i, item := range page.Executions {
			listed[i] = execution{
				ExecutionARN: aws.ToString(item.ExecutionArn), Name: aws.ToString(item.Name), Status: string(item.Status),
				StartDate: aws.ToTime(item.StartDate).UTC(), StopDate: item.StopDate,
				RedriveCount: aws.ToInt32(item.RedriveCount),
			}
			listed[i].Millis = executions.Took(item.StartDate, item.StopDate, time.Now()).Milliseconds()
		}

		if err := s.explainAll(ctx, stack, listed); err != nil {
			return err
		}

		for _, one := range listed {
			if s.json {
				err = s.object(one)
			} else {
				err = s.text(s.executionLine(one))
			}

			if err != nil {
				return err
			}
		}
	}

	return nil
}

// executionLine formats the line of an execution. Its columns have a fixed width, because
// the command prints lines before it has read the whole list.
func (s *session) executionLine(one execution) string {
	const statusWidth = len("SUCCEEDED")

	if executions.EndedBadly(one.Status) {
		return s.failureLine(one, statusWidth)
	}

	line := []string{fmt.Sprintf("%s  %s  %10s  %s", s.paddedStatus(one.Status, statusWidth), s.style.Muted(display.Time(one.StartDate)),
		display.Duration(one.took()), display.Text(one.Name))}

	return strings.Join(append(line, s.redriven(one.RedriveCount)...), "  ") + "\n"
}

// executionARN returns the ARN of an execution from its name. It replaces the resource type
// in the ARN of the state machine by `execution`, and adds the name (Service Authorization
// Reference, "Resource types defined by AWS Step Functions").
func executionARN(machine, id string) string {
	if strings.HasPrefix(id, "arn:") {
		return id
	}

	return strings.Replace(machine, ":stateMachine:", ":execution:", 1) + ":" + id
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
