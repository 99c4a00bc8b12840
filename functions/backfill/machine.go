package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"triptych/shared/backfill"
	"triptych/shared/errorcode"
)

// machine starts executions of the pipeline.
type machine struct {
	client *sfn.Client
}

func newMachine(clients aws.Config) machine { return machine{client: sfn.NewFromConfig(clients)} }

// start starts the execution of a decision, and returns the state of the execution. A
// repeated call uses the same name. If the execution is still running, Step Functions
// returns success again. If it has ended, Step Functions returns ExecutionAlreadyExists, and
// start reads its status.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
func (m machine) start(ctx context.Context, arn string, decision *backfill.Decision, verified time.Time) (outcome, error) {
	name := decision.ExecutionName(verified)

	input, err := decision.ExecutionInput()
	if err != nil {
		return unchanged, err
	}

	_, err = m.client.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: &arn, Name: &name, Input: &input})

	if _, taken := errors.AsType[*types.ExecutionAlreadyExists](err); !taken {
		return pending, errorcode.FromAWS(err, "start the pipeline for %s", decision.Upload.Key)
	}

	execution := strings.Replace(arn, ":stateMachine:", ":execution:", 1) + ":" + name

	out, err := m.client.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &execution, IncludedData: types.IncludedDataMetadataOnly})
	if err != nil {
		return unchanged, errorcode.FromAWS(err, "describe the execution for %s", decision.Upload.Key)
	}

	switch out.Status {
	case types.ExecutionStatusRunning, types.ExecutionStatusPendingRedrive:
		return pending, nil
	case types.ExecutionStatusSucceeded:
		return ended, nil
	case types.ExecutionStatusFailed, types.ExecutionStatusTimedOut, types.ExecutionStatusAborted:
		return failed, nil
	default:
		return failed, nil
	}
}
