package stepfunctions

import (
	"context"
	"encoding/json"
	"errors"

	"triptych/emulator/awsapi/jackson"
	"triptych/emulator/stepfunctions/asl"
	"triptych/emulator/stepfunctions/store"
)

type startExecutionInput struct {
	StateMachineARN string  `json:"stateMachineArn"`
	Name            *string `json:"name"`
	Input           *string `json:"input"`
}

type startExecutionOutput struct {
	ExecutionARN string        `json:"executionArn"`
	StartDate    asl.Timestamp `json:"startDate"`
}

func (s *Service) startExecution(ctx context.Context, in startExecutionInput) (startExecutionOutput, error) {
	var (
		name  string
		input json.RawMessage
	)

	if in.Name != nil {
		name = *in.Name
	}

	if in.Input != nil {
		if input = json.RawMessage(*in.Input); len(input) == 0 {
			return startExecutionOutput{}, invalidInput(jackson.Check(input, jackson.String))
		}
	}

	arn, started, err := s.Start(ctx, in.StateMachineARN, name, input)
	if err != nil {
		return startExecutionOutput{}, err
	}

	return startExecutionOutput{ExecutionARN: arn, StartDate: stamp(started)}, nil
}

type stopExecutionInput struct {
	ExecutionARN string `json:"executionArn"`
	Error        string `json:"error"`
	Cause        string `json:"cause"`
}

type stopExecutionOutput struct {
	StopDate asl.Timestamp `json:"stopDate"`
}

// Limits of StopExecution's texts.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StopExecution.html
const (
	maxStopError = 256
	maxStopCause = 32768
)

// stopExecution stops an execution. An execution that has ended stays unchanged.
func (s *Service) stopExecution(ctx context.Context, in stopExecutionInput) (stopExecutionOutput, error) {
	key, err := s.authorized(ctx, "states:StopExecution", in.ExecutionARN)
	if err != nil {
		return stopExecutionOutput{}, err
	}

	s.mu.Lock()
	e := s.live[key]
	s.mu.Unlock()

	if e != nil {
		err := s.report(e, func() (asl.Effects, error) {
			return e.machine().Stop(e.x, asl.Failure{Error: in.Error, Cause: in.Cause})
		})
		if err != nil && !errors.Is(err, asl.ErrNotPending) {
			return stopExecutionOutput{}, err
		}
	}

	x, _, err := s.stored(key)
	if err != nil {
		return stopExecutionOutput{}, err
	}

	if x.Outcome() == nil {
		return stopExecutionOutput{}, store.ErrClosed // No goroutine runs it any more.
	}

	return stopExecutionOutput{StopDate: stamp(x.Stopped())}, nil
}

type describeExecutionInput struct {
	ExecutionARN string `json:"executionArn"`
	IncludedData string `json:"includedData"`
}

type describeExecutionOutput struct {
	ExecutionARN        string           `json:"executionArn"`
	StateMachineARN     string           `json:"stateMachineArn"`
	Name                string           `json:"name"`
	Status              asl.Status       `json:"status"`
	StartDate           asl.Timestamp    `json:"startDate"`
	StopDate            *asl.Timestamp   `json:"stopDate,omitempty"`
	Input               *string          `json:"input,omitempty"`
	InputDetails        *includedDetails `json:"inputDetails,omitempty"`
	Output              *string          `json:"output,omitempty"`
	OutputDetails       *includedDetails `json:"outputDetails,omitempty"`
	Error               string           `json:"error,omitempty"`
	Cause               string           `json:"cause,omitempty"`
	RedriveCount        int              `json:"redriveCount"`
	RedriveDate         *asl.Timestamp   `json:"redriveDate,omitempty"`
	RedriveStatus       string           `json:"redriveStatus"`
	RedriveStatusReason string           `json:"redriveStatusReason,omitempty"`
	MapRunARN           string           `json:"mapRunArn,omitempty"`
	VersionARN          string           `json:"stateMachineVersionArn,omitempty"`
	AliasARN            string           `json:"stateMachineAliasArn,omitempty"`
}

// metadataOnly is the parameter value that omits inputs, outputs and definitions from a
// response.
const metadataOnly = "METADATA_ONLY"

func (s *Service) describeExecution(ctx context.Context, in describeExecutionInput) (describeExecutionOutput, error) {
	key, err := s.authorized(ctx, "states:DescribeExecution", in.ExecutionARN)
	if err != nil {
		return describeExecutionOutput{}, err
	}

	x, _, err := s.stored(key)
	if err != nil {
		return describeExecutionOutput{}, err
	}

	out := describeExecutionOutput{
		ExecutionARN: in.ExecutionARN, StateMachineARN: x.Options().StateMachineARN, Name: x.Options().ExecutionName,
		Status: x.Status(), StartDate: stamp(x.Started()), StopDate: stampUnlessZero(x.Stopped()),
		RedriveCount: x.RedriveCount(), RedriveDate: stampUnlessZero(x.RedriveDate()),
		MapRunARN: x.Options().MapRunARN, VersionARN: x.Options().VersionARN, AliasARN: x.Options().AliasARN,
	}
	out.RedriveStatus, out.RedriveStatusReason = s.redriveStatus(x)

	included := in.IncludedData != metadataOnly
	details := &includedDetails{Included: included}
	out.InputDetails = details

	if included {
		out.Input = new(string(x.Input()))
	}

	switch outcome := x.Outcome(); {
	case outcome == nil:
	case outcome.Status == asl.StatusSucceeded:
		out.OutputDetails = details

		if included {
			out.Output = new(string(outcome.Output))
		}
	case outcome.Status != asl.StatusTimedOut: // AWS returns no error for a machine's timeout.
		out.Error, out.Cause = outcome.Error, outcome.Cause
	}

	return out, nil
}

// authorized checks the caller's permission and parses the execution's ARN.
func (s *Service) authorized(ctx context.Context, action, arn string) (string, error) {
	if err := s.config.Authorize(ctx, action, arn); err != nil {
		return "", err
	}

	return s.executionKey(arn)
}

// stored reads an execution and returns an error if it does not exist.
func (s *Service) stored(key string) (*asl.Execution, *revision, error) {
	x, rev, err := s.load(key)
	if err == nil && x == nil {
		err = noExecution(s.arnOf(key))
	}

	return x, rev, err
}
