package stepfunctions

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"triptych/emulator/awsapi"
	"triptych/emulator/stepfunctions/asl"
	"triptych/emulator/stepfunctions/store"
)

// startArguments are the Arguments of states:startExecution.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
type startArguments struct {
	StateMachineARN string `json:"StateMachineArn"`
	Name            string
	Input           json.RawMessage
	TraceHeader     string
}

// startResult is the result of states:startExecution. StartDate is in milliseconds since
// 1970.
type startResult struct {
	ExecutionARN        string       `json:"ExecutionArn"`
	SdkHTTPMetadata     httpMetadata `json:"SdkHttpMetadata"`
	SdkResponseMetadata responseMetadata
	StartDate           int64
}

// jobExecution is the result of states:startExecution.sync.
type jobExecution struct {
	Cause           string        `json:",omitempty"`
	Error           string        `json:",omitempty"`
	ExecutionARN    string        `json:"ExecutionArn"`
	Input           any           `json:"Input"`
	InputDetails    *includedData `json:"InputDetails"`
	Name            string        `json:"Name"`
	Output          any           `json:"Output,omitempty"`
	OutputDetails   *includedData `json:"OutputDetails,omitempty"`
	RedriveCount    int           `json:"RedriveCount"`
	RedriveStatus   string        `json:"RedriveStatus"`
	Reason          string        `json:"RedriveStatusReason,omitempty"`
	StartDate       int64         `json:"StartDate"`
	StateMachineARN string        `json:"StateMachineArn"`
	Status          asl.Status    `json:"Status"`
	StopDate        int64         `json:"StopDate"`
}

type includedData struct{ Included bool }

// startNested starts an execution for a task, under the role of the task's machine. The
// name of an execution without a Name depends on the task. So a task that runs again after a
// restart finds the execution that it has started.
func (s *Service) startNested(ctx context.Context, task asl.Task) (json.RawMessage, *asl.Failure) {
	var arguments startArguments

	decoder := json.NewDecoder(bytes.NewReader(task.Arguments))
	decoder.DisallowUnknownFields()

	if err := decoder.Decode(&arguments); err != nil {
		return nil, &asl.Failure{Error: asl.ErrorRuntime, Cause: fmt.Sprintf("read the Arguments of startExecution: %v", err)}
	}

	unnamed := arguments.Name == ""
	if unnamed {
		arguments.Name = nestedName(task)
	}

	arn, started, err := s.Start(ctx, arguments.StateMachineARN, arguments.Name, startInput(arguments.Input))

	if failure, ok := errors.AsType[*awsapi.Error](err); ok && unnamed && failure.Code == alreadyExists {
		arn, started, err = s.startedBefore(task)
	}

	if err != nil {
		return nil, nestedFailure(err)
	}

	id := uuid.NewString()
	result := startResult{ExecutionARN: arn, StartDate: started.UnixMilli(), SdkResponseMetadata: responseMetadata{RequestID: id}}
	result.SdkHTTPMetadata = optimizedMetadata(id, "application/x-amz-json-1.0", fmt.Sprintf(`{"executionArn":%q,"startDate":%.3f}`, arn, float64(started.UnixMilli())/1e3))

	return mustEncode(result), nil
}

// startedBefore returns the execution that the task started before a restart, and that has
// ended meanwhile.
func (s *Service) startedBefore(task asl.Task) (string, time.Time, error) {
	key, err := s.nestedKey(task)
	if err != nil {
		return "", time.Time{}, err
	}

	x, _, err := s.stored(key)
	if err != nil {
		return "", time.Time{}, err
	}

	return s.arnOf(key), x.Started(), nil
}

// startInput converts the Input of a task to the input of an execution: a text that is JSON
// is taken as it is, and any other value is JSON itself.
func startInput(input json.RawMessage) json.RawMessage {
	var text string
	if json.Unmarshal(input, &text) == nil {
		return json.RawMessage(text)
	}

	return input
}

// nestedName returns the name of the execution that an attempt of a task starts. It looks
// like a UUID, as AWS's.
func nestedName(task asl.Task) string {
	sum := sha256.Sum256([]byte(task.Execution + "\n" + task.ID))
	h := hex.EncodeToString(sum[:])

	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:32]
}

// nestedFailure converts an error of StartExecution to the failure of the task.
func nestedFailure(err error) *asl.Failure {
	failure, ok := errors.AsType[*awsapi.Error](err)
	if !ok {
		return &asl.Failure{Error: "StepFunctions.SdkClientException", Cause: cut(err.Error())}
	}

	name := "StepFunctions." + exceptionName(failure.Code)
	if failure.Code == "AccessDeniedException" || failure.Code == "ValidationException" {
		name = "StepFunctions.AWSStepFunctionsException"
	}

	return &asl.Failure{Error: name, Cause: cut(fmt.Sprintf(
		"%s (Service: AWSStepFunctions; Status Code: 400; Error Code: %s; Request ID: %s; Proxy: null)", failure.Message, failure.Code, uuid.NewString()))}
}

// exceptionName returns the name of an error in AWS's SDKs for Java.
func exceptionName(code string) string {
	const suffix = "Exception"
	if len(code) > len(suffix) && code[len(code)-len(suffix):] == suffix {
		return code
	}

	return code + suffix
}

// awaitExecution waits until the execution that a task has started ends, or until ctx does.
// If the task was cancelled, it stops the execution, as AWS does.
func (s *Service) awaitExecution(ctx context.Context, e *execution, task asl.Task) (json.RawMessage, *asl.Failure, bool) {
	key, err := s.nestedKey(task)
	if err != nil {
		return nil, &asl.Failure{Error: asl.ErrorTaskFailed, Cause: err.Error()}, true
	}

	over, forget := s.watch(key)
	defer forget()

	for {
		x, _, err := s.load(key)

		switch {
		case err != nil:
			return nil, &asl.Failure{Error: asl.ErrorTaskFailed, Cause: err.Error()}, true
		case x == nil:
			return nil, &asl.Failure{Error: asl.ErrorTaskFailed, Cause: "Execution Does Not Exist: '" + s.arnOf(key) + "'"}, true
		case x.Outcome() != nil:
			output, failure := s.jobEnded(x, task.Pattern == asl.PatternSync2)

			return output, failure, true
		}

		select {
		case <-over:
		case <-s.ctx.Done():
			return nil, nil, false
		case <-ctx.Done():
			if s.ctx.Err() == nil {
				s.stopNested(e, key)
			}

			return nil, nil, false
		}
	}
}

// nestedKey returns the key of the execution that a task starts.
func (s *Service) nestedKey(task asl.Task) (string, error) {
	var arguments startArguments
	if err := json.Unmarshal(task.Arguments, &arguments); err != nil {
		return "", fmt.Errorf("read the Arguments of startExecution: %w", err)
	}

	name, err := s.machineName(arguments.StateMachineARN)
	if err != nil {
		return "", err
	}

	if arguments.Name == "" {
		arguments.Name = nestedName(task)
	}

	return name + ":" + arguments.Name, nil
}

// stopNested stops the execution of a task that was cancelled.
func (s *Service) stopNested(parent *execution, key string) {
	_, err := s.stopExecution(s.as(parent.rev.RoleARN), stopExecutionInput{ExecutionARN: s.arnOf(key)})
	if err != nil && !errors.Is(err, store.ErrClosed) {
		s.config.Logger.Warn("stop the execution of a cancelled task", "execution", key, "error", err)
	}
}

// jobEnded converts the end of an execution to the end of the task that waits for it. A task
// whose execution has not succeeded fails with States.TaskFailed, and its cause is the
// description of the execution.
func (s *Service) jobEnded(x *asl.Execution, asJSON bool) (json.RawMessage, *asl.Failure) {
	options, outcome := x.Options(), x.Outcome()

	data := func(text json.RawMessage) any {
		if asJSON {
			return text
		}

		return string(text)
	}

	d := jobExecution{
		Error: outcome.Error, Cause: outcome.Cause, ExecutionARN: options.ExecutionARN, Name: options.ExecutionName,
		Input: data(x.Input()), InputDetails: &includedData{true}, RedriveCount: x.RedriveCount(),
		StartDate: x.Started().UnixMilli(), StopDate: x.Stopped().UnixMilli(), StateMachineARN: options.StateMachineARN, Status: outcome.Status,
	}
	d.RedriveStatus, d.Reason = s.redriveStatus(x)

	if outcome.Status != asl.StatusSucceeded {
		return nil, &asl.Failure{Error: asl.ErrorTaskFailed, Cause: cut(string(mustEncode(d)))}
	}

	d.Output, d.OutputDetails = data(outcome.Output), &includedData{true}

	return mustEncode(d), nil
}

// mustEncode encodes a result of this package. Its types can always be encoded.
func mustEncode(value any) json.RawMessage {
	text, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("encode the result of a task: %v", err))
	}

	return text
}
