package command

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"triptych/cli/internal/target"
)

// findExecution reads the execution of a state machine that an ID names: an ARN, a name, or
// the first characters of exactly one name.
func findExecution(ctx context.Context, client *sfn.Client, machine, id string) (*sfn.DescribeExecutionOutput, error) {
	about, err := client.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: aws.String(executionARN(machine, id))})
	if err == nil {
		return about, nil
	}

	if _, ok := errors.AsType[*types.ExecutionDoesNotExist](err); !ok {
		return nil, fmt.Errorf("describe the execution %s: %w", id, err)
	}

	found := []string{}
	if !strings.HasPrefix(id, "arn:") {
		if found, err = executionsNamed(ctx, client, machine, id); err != nil {
			return nil, err
		}
	}

	switch len(found) {
	case 0:
		return nil, &target.Problem{
			What: "there is no execution " + executionARN(machine, id), Do: "`triptych executions` lists the executions", Cause: err,
		}
	case 1:
	default:
		return nil, &target.Problem{
			What: "the names of several executions begin with " + id, Do: "give more characters: " + strings.Join(found, ", "), Cause: err,
		}
	}

	about, err = client.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: aws.String(executionARN(machine, found[0]))})
	if err != nil {
		return nil, fmt.Errorf("describe the execution %s: %w", found[0], err)
	}

	return about, nil
}

// maxNamesakes limits the names that an error lists.
const maxNamesakes = 5

// executionsNamed returns the names of the executions that begin with a prefix, at most
// maxNamesakes.
func executionsNamed(ctx context.Context, client *sfn.Client, machine, prefix string) ([]string, error) {
	var found []string

	pages := sfn.NewListExecutionsPaginator(client, &sfn.ListExecutionsInput{StateMachineArn: aws.String(machine), MaxResults: maxPage})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list executions: %w", err)
		}

		for _, item := range page.Executions {
			if !strings.HasPrefix(aws.ToString(item.Name), prefix) {
				continue
			}

			if found = append(found, aws.ToString(item.Name)); len(found) == maxNamesakes {
				return found, nil
			}
		}
	}

	return found, nil
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
