package execution

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"triptych/cli/internal/console/execution/graph"
	"triptych/cli/internal/console/page"
	"triptych/cli/internal/executions"
)

var errNotFound = page.NewError(http.StatusNotFound, "The execution does not exist", "Step Functions deletes an execution 90 days after its end.")

// found is an execution as Step Functions returns it.
type found struct {
	about   *sfn.DescribeExecutionOutput
	events  []types.HistoryEvent
	drawing graph.Drawing
}

// read reads an execution, its history and its state machine.
func (p *Page) read(ctx context.Context, arn string) (*found, error) {
	about, err := p.describe(ctx, arn)
	if err != nil {
		return nil, err
	}

	events, err := executions.History(ctx, p.site.Stack.SFN, arn, true)
	if err != nil {
		return nil, err
	}

	drawing, err := p.draw(ctx, arn)
	if err != nil {
		return nil, err
	}

	return &found{about: about, events: events, drawing: drawing}, nil
}

// describe returns the description of an execution.
func (p *Page) describe(ctx context.Context, arn string) (*sfn.DescribeExecutionOutput, error) {
	about, err := p.site.Stack.SFN.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &arn})

	if _, gone := errors.AsType[*types.ExecutionDoesNotExist](err); gone {
		return nil, errNotFound
	}

	if _, never := errors.AsType[*types.InvalidArn](err); never {
		return nil, errNotFound
	}

	if err != nil {
		return nil, fmt.Errorf("describe the execution %s: %w", arn, err)
	}

	return about, nil
}

// draw returns the drawing of the state machine. It shows the definition with which the
// execution began.
func (p *Page) draw(ctx context.Context, arn string) (graph.Drawing, error) {
	out, err := p.site.Stack.SFN.DescribeStateMachineForExecution(ctx, &sfn.DescribeStateMachineForExecutionInput{ExecutionArn: &arn})
	if err != nil {
		return graph.Drawing{}, fmt.Errorf("read the definition of the execution %s: %w", arn, err)
	}

	return graph.Layout(aws.ToString(out.Definition))
}
