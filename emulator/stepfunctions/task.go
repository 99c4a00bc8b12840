package stepfunctions

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"triptych/emulator/stepfunctions/asl"
)

// maxCauseBytes limits a failure's cause, as AWS's API does.
const maxCauseBytes = 32 << 10

// runTask runs one task and returns its output or its failure. An error means that neither
// is known.
func (s *Service) runTask(ctx context.Context, task asl.Task) (json.RawMessage, *asl.Failure, error) {
	resource := strings.TrimSuffix(task.Resource, string(task.Pattern))

	ctx, failure := s.assumeRole(ctx, task.RoleARN)
	if failure != nil {
		return nil, failure, nil
	}

	if integration, known := s.config.Integrations[resource]; known {
		return runIntegration(ctx, integration, task)
	}

	switch {
	case task.Function:
		return s.runFunction(ctx, task)
	case resource == asl.StartExecution:
		output, failure := s.startNested(ctx, task)

		return output, failure, nil
	case resource != asl.LambdaInvoke:
		return nil, &asl.Failure{Error: "States.Runtime", Cause: "The Step Functions emulator does not support the resource " + task.Resource}, nil
	}

	return s.invokeFunction(ctx, task)
}

// assumeRole returns the context of a task with Credentials: the machine's role assumes
// their role. Without a role, it returns ctx.
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-access-cross-acct-resources.html
func (s *Service) assumeRole(ctx context.Context, role string) (context.Context, *asl.Failure) {
	if role == "" {
		return ctx, nil
	}

	if err := s.config.Authorize(ctx, "sts:AssumeRole", role); err != nil {
		return nil, &asl.Failure{Error: asl.ErrorTaskFailed, Cause: cut(err.Error())}
	}

	if s.config.As == nil {
		return ctx, nil
	}

	return s.config.As(ctx, role), nil
}

func runIntegration(ctx context.Context, integration Integration, task asl.Task) (json.RawMessage, *asl.Failure, error) {
	output, err := integration(ctx, task.Arguments)
	if err == nil {
		return output, nil, nil
	}

	if named, ok := errors.AsType[*asl.TaskError](err); ok {
		return nil, &asl.Failure{Error: named.Name, Cause: cut(named.Cause)}, nil
	}

	return nil, &asl.Failure{Error: asl.ErrorTaskFailed, Cause: cut(err.Error())}, nil
}

func cut(text string) string {
	if len(text) <= maxCauseBytes {
		return text
	}

	return strings.ToValidUTF8(text[:maxCauseBytes], "")
}
