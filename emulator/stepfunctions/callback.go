package stepfunctions

import (
	"context"
	"encoding/json"
	"errors"

	"triptych/emulator/awsapi"
	"triptych/emulator/awsapi/jackson"
	"triptych/emulator/stepfunctions/asl"
)

type sendTaskSuccessInput struct {
	TaskToken string `json:"taskToken"`
	Output    string `json:"output"`
}

// sendTaskSuccess ends a task that waits for a token with success.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html
func (s *Service) sendTaskSuccess(ctx context.Context, in sendTaskSuccessInput) (struct{}, error) {
	return struct{}{}, s.callback(ctx, "states:SendTaskSuccess", in.TaskToken, func(e *execution) (asl.Effects, error) {
		if err := validOutput(in.Output); err != nil {
			return asl.Effects{}, err
		}

		return e.machine().CallbackSucceeded(e.x, in.TaskToken, json.RawMessage(in.Output))
	})
}

// validOutput checks that the output of a task is JSON.
func validOutput(output string) error {
	if err := jackson.Check([]byte(output), jackson.String); err != nil {
		return awsapi.Errorf("InvalidOutput", "Invalid Output: '%v'", err)
	}

	return nil
}

type sendTaskFailureInput struct {
	TaskToken string `json:"taskToken"`
	Error     string `json:"error"`
	Cause     string `json:"cause"`
}

// sendTaskFailure ends a task that waits for a token with a failure.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskFailure.html
func (s *Service) sendTaskFailure(ctx context.Context, in sendTaskFailureInput) (struct{}, error) {
	return struct{}{}, s.callback(ctx, "states:SendTaskFailure", in.TaskToken, func(e *execution) (asl.Effects, error) {
		return e.machine().CallbackFailed(e.x, in.TaskToken, asl.Failure{Error: in.Error, Cause: in.Cause})
	})
}

type sendTaskHeartbeatInput struct {
	TaskToken string `json:"taskToken"`
}

// sendTaskHeartbeat reports that the work of a task that waits for a token continues.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskHeartbeat.html
func (s *Service) sendTaskHeartbeat(ctx context.Context, in sendTaskHeartbeatInput) (struct{}, error) {
	return struct{}{}, s.callback(ctx, "states:SendTaskHeartbeat", in.TaskToken, func(e *execution) (asl.Effects, error) {
		return e.machine().CallbackHeartbeat(e.x, in.TaskToken)
	})
}

// callback applies a callback to the execution that waits for its token. The execution is
// stored when callback returns.
func (s *Service) callback(ctx context.Context, action, token string, happened func(*execution) (asl.Effects, error)) error {
	if err := s.config.Authorize(ctx, action, "*"); err != nil {
		return err
	}

	arn, ok := asl.TokenExecution(token)
	if !ok {
		return awsapi.Errorf("InvalidToken", "Invalid Token: 'Invalid token'")
	}

	key, err := s.executionKey(arn)
	if err != nil {
		return awsapi.Errorf("InvalidToken", "Invalid Token: 'Invalid token'")
	}

	s.mu.Lock()
	e := s.live[key]
	s.mu.Unlock()

	if e != nil {
		err = s.report(e, func() (asl.Effects, error) { return happened(e) })
	}

	if e == nil || errors.Is(err, asl.ErrNotPending) {
		return awsapi.Errorf("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'")
	}

	return err
}
