package stepfunctions

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"triptych/emulator/awsapi"
	"triptych/emulator/stepfunctions/asl"
	"triptych/emulator/stepfunctions/integration"
)

// testPeriod limits the test of a state. A longer test fails with States.Timeout.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html
const testPeriod = 5 * time.Minute

// The inspection levels of a test.
const (
	inspectInfo  = "INFO"
	inspectDebug = "DEBUG"
	inspectTrace = "TRACE"
)

type testStateInput struct {
	Definition         string             `json:"definition"`
	Context            *string            `json:"context"`
	Input              *string            `json:"input"`
	InspectionLevel    string             `json:"inspectionLevel"`
	Mock               *testMock          `json:"mock"`
	RevealSecrets      bool               `json:"revealSecrets"`
	RoleARN            string             `json:"roleArn"`
	StateConfiguration *testConfiguration `json:"stateConfiguration"`
	StateName          string             `json:"stateName"`
	Variables          *string            `json:"variables"`
}

type testMock struct {
	Result      *string    `json:"result"`
	ErrorOutput *mockError `json:"errorOutput"`
	Validation  string     `json:"fieldValidationMode"`
}

type mockError struct {
	Error *string `json:"error"`
	Cause string  `json:"cause"`
}

type testConfiguration struct {
	ErrorCausedByState       string  `json:"errorCausedByState"`
	MapItemReaderData        *string `json:"mapItemReaderData"`
	MapIterationFailureCount int     `json:"mapIterationFailureCount"`
	RetrierRetryCount        int     `json:"retrierRetryCount"`
}

type testStateOutput struct {
	Status         asl.TestStatus  `json:"status"`
	Output         string          `json:"output,omitempty"`
	NextState      string          `json:"nextState,omitempty"`
	Error          string          `json:"error,omitempty"`
	Cause          string          `json:"cause,omitempty"`
	InspectionData *inspectionData `json:"inspectionData,omitempty"`
}

type inspectionData struct {
	Input             string        `json:"input,omitempty"`
	AfterArguments    string        `json:"afterArguments,omitempty"`
	AfterItemSelector string        `json:"afterItemSelector,omitempty"`
	AfterItemBatcher  string        `json:"afterItemBatcher,omitempty"`
	Result            string        `json:"result,omitempty"`
	Variables         string        `json:"variables,omitempty"`
	MaxConcurrency    *float64      `json:"maxConcurrency,omitempty"`
	ToleratedCount    *float64      `json:"toleratedFailureCount,omitempty"`
	ToleratedFraction *float64      `json:"toleratedFailurePercentage,omitempty"`
	ErrorDetails      *errorDetails `json:"errorDetails,omitempty"`
}

type errorDetails struct {
	CatchIndex   *int `json:"catchIndex,omitempty"`
	RetryIndex   *int `json:"retryIndex,omitempty"`
	RetrySeconds *int `json:"retryBackoffIntervalSeconds,omitempty"`
}

// testState runs one state without a machine. A state whose mock is given does not call
// other services.
// https://docs.aws.amazon.com/step-functions/latest/dg/test-state-isolation.html
func (s *Service) testState(ctx context.Context, in testStateInput) (testStateOutput, error) {
	if err := s.config.Authorize(ctx, "states:TestState", "*"); err != nil {
		return testStateOutput{}, err
	}

	if in.RevealSecrets {
		if err := s.config.Authorize(ctx, "states:RevealSecrets", "*"); err != nil {
			return testStateOutput{}, err
		}
	}

	if err := in.validate(); err != nil {
		return testStateOutput{}, err
	}

	definition, err := in.parse()
	if err != nil {
		return testStateOutput{}, err
	}

	test, err := in.test(s)
	if err != nil {
		return testStateOutput{}, err
	}

	run, err := asl.New(definition, clock{}, nil).Test(test)
	if errors.Is(err, asl.ErrNoState) {
		return testStateOutput{}, awsapi.Errorf("ValidationException", "State not found in definition: '%s'", in.StateName)
	}

	if err != nil {
		return testStateOutput{}, awsapi.Errorf("ValidationException", "%v", err)
	}

	if err := in.checkState(run); err != nil {
		return testStateOutput{}, err
	}

	ctx, cancel := context.WithTimeout(ctx, testPeriod)
	defer cancel()

	if in.Mock != nil {
		in.answer(run)
	} else if err := s.runTested(ctx, in, run, test.Start); err != nil {
		return testStateOutput{}, err
	}

	return in.report(run.Result())
}

// runTested runs the task of a tested state, or waits for its time.
func (s *Service) runTested(ctx context.Context, in testStateInput, run *asl.StateRun, options asl.StartOptions) error {
	if due, waits := run.Due(); waits {
		timer := time.NewTimer(time.Until(due))
		defer timer.Stop()

		select {
		case <-timer.C:
			run.Waited()
		case <-ctx.Done():
			run.Fail(asl.Failure{Error: asl.ErrorTimeout})
		case <-s.ctx.Done():
			return s.ctx.Err()
		}
	}

	task, works := run.Task()
	if !works {
		return nil
	}

	if task.Timeout > 0 {
		var cancel context.CancelFunc

		ctx, cancel = context.WithTimeout(ctx, task.Timeout)
		defer cancel()
	}

	if s.config.As != nil {
		ctx = s.config.As(ctx, in.RoleARN)
	}

	ctx = integration.WithExecution(ctx, integration.Execution{ARN: options.ExecutionARN, StateMachineARN: options.StateMachineARN})
	output, failure, err := s.runTask(ctx, task)

	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		run.Fail(asl.Failure{Error: asl.ErrorTimeout})
	case err != nil:
		return err
	case failure != nil:
		run.Fail(*failure)
	default:
		run.Succeed(output)
	}

	return nil
}

// answer reports the mocked result or error.
func (in *testStateInput) answer(run *asl.StateRun) {
	if failed := in.Mock.ErrorOutput; failed != nil {
		run.Fail(asl.Failure{Error: *failed.Error, Cause: failed.Cause})

		return
	}

	if in.StateConfiguration != nil && run.Exceeds(in.StateConfiguration.MapIterationFailureCount) {
		run.Fail(asl.Failure{Error: asl.ErrorTolerance, Cause: "The specified tolerated failure threshold was exceeded"})

		return
	}

	run.Succeed(json.RawMessage(*in.Mock.Result))
}

// report converts the result of a test to the response.
func (in *testStateInput) report(result asl.TestResult) (testStateOutput, error) {
	out := testStateOutput{Status: result.Status, Output: string(result.Output), NextState: result.Next}

	if result.Failure != nil {
		out.Error, out.Cause = result.Failure.Error, result.Failure.Cause
	}

	if in.InspectionLevel == inspectInfo {
		return out, nil
	}

	data := result.Inspection
	out.InspectionData = &inspectionData{
		Input: string(data.Input), AfterArguments: string(data.Arguments), AfterItemSelector: string(data.Items), AfterItemBatcher: string(data.Batches),
		Result: string(data.Result), MaxConcurrency: data.MaxConcurrency, ToleratedCount: data.ToleratedCount, ToleratedFraction: data.ToleratedFraction,
	}

	if len(data.Variables) > 0 {
		text, err := json.Marshal(data.Variables)
		if err != nil {
			return testStateOutput{}, err
		}

		out.InspectionData.Variables = string(text)
	}

	switch result.Status {
	case asl.TestCaught:
		out.InspectionData.ErrorDetails = &errorDetails{CatchIndex: &result.Handler}
	case asl.TestRetriable:
		out.InspectionData.ErrorDetails = &errorDetails{RetryIndex: &result.Handler, RetrySeconds: new(int(result.Backoff / time.Second))}
	case asl.TestSucceeded, asl.TestFailed:
	}

	return out, nil
}
