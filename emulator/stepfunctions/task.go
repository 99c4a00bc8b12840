package stepfunctions

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"triptych/emulator/awsapi"
	"triptych/emulator/lambda"
	"triptych/emulator/stepfunctions/asl"
)

// maxCauseBytes limits a failure's cause, as AWS's API does.
const maxCauseBytes = 32 << 10

// invokeArguments are the Arguments of lambda:invoke.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
type invokeArguments struct {
	FunctionName   string
	Payload        json.RawMessage
	Qualifier      string
	InvocationType string
}

// invokeResult is the result of lambda:invoke.
type invokeResult struct {
	ExecutedVersion     string
	Payload             json.RawMessage
	SdkHTTPMetadata     httpMetadata `json:"SdkHttpMetadata"`
	SdkResponseMetadata responseMetadata
	StatusCode          int
}

type httpMetadata struct {
	HTTPHeaders    map[string]string `json:"HttpHeaders"`
	HTTPStatusCode int               `json:"HttpStatusCode"`
}

type responseMetadata struct {
	RequestID string `json:"RequestId"`
}

// runTask runs one task and returns its output or its failure. An error means that neither
// is known.
func (s *Service) runTask(ctx context.Context, task asl.Task) (json.RawMessage, *asl.Failure, error) {
	resource := strings.TrimSuffix(task.Resource, string(task.Pattern))

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

	var arguments invokeArguments
	if err := json.Unmarshal(task.Arguments, &arguments); err != nil {
		return nil, &asl.Failure{Error: "States.Runtime", Cause: fmt.Sprintf("the Arguments are not those of lambda:invoke: %v", err)}, nil
	}

	if kind := arguments.InvocationType; kind != "" && kind != "RequestResponse" {
		return nil, &asl.Failure{Error: "States.Runtime", Cause: "The Step Functions emulator does not support the InvocationType " + kind}, nil
	}

	function := arguments.FunctionName
	if arguments.Qualifier != "" {
		function += ":" + arguments.Qualifier
	}

	result, err := s.config.Lambda.Invoke(ctx, function, arguments.Payload)

	switch {
	case errors.Is(err, lambda.ErrClosed):
		return nil, nil, err
	case err != nil:
		return nil, serviceFailure(err), nil
	case result.FunctionError != "":
		return nil, functionFailure(result.Payload), nil
	}

	output, err := json.Marshal(succeeded(result))
	if err != nil {
		return nil, nil, fmt.Errorf("encode the result of %s: %w", function, err)
	}

	return output, nil, nil
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

// succeeded returns the result in the form of the optimized integration: the payload is
// JSON, not text.
func succeeded(result lambda.Result) invokeResult {
	const decimal = 10

	payload := json.RawMessage(result.Payload)

	switch {
	case len(payload) == 0:
		payload = json.RawMessage("null")
	case !json.Valid(payload):
		payload, _ = json.Marshal(string(payload)) // A string can always be marshaled.
	}

	return invokeResult{
		ExecutedVersion: result.ExecutedVersion,
		Payload:         payload,
		SdkHTTPMetadata: httpMetadata{
			HTTPStatusCode: http.StatusOK,
			HTTPHeaders: map[string]string{
				"Connection":                     "keep-alive",
				"Content-Length":                 strconv.FormatInt(int64(len(result.Payload)), decimal),
				"Content-Type":                   "application/json",
				"Date":                           time.Now().UTC().Format(http.TimeFormat),
				"X-Amz-Executed-Version":         result.ExecutedVersion,
				"x-amzn-Remapped-Content-Length": "0",
				"x-amzn-RequestId":               result.RequestID,
			},
		},
		SdkResponseMetadata: responseMetadata{RequestID: result.RequestID},
		StatusCode:          http.StatusOK,
	}
}

// functionFailure converts a function's failure to the failure of the task. The error name
// is the errorType, including Runtime.ExitError and Sandbox.Timedout. Without an errorType
// it is Lambda.Unknown.
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
func functionFailure(payload []byte) *asl.Failure {
	var document struct {
		ErrorType string `json:"errorType"`
	}

	if err := json.Unmarshal(payload, &document); err != nil || document.ErrorType == "" {
		return &asl.Failure{
			Error: "Lambda.Unknown",
			Cause: cut("The cause could not be determined because Lambda did not return an error type. Returned payload: " + string(payload)),
		}
	}

	return &asl.Failure{Error: document.ErrorType, Cause: cut(string(payload))}
}

// serviceFailure converts the error of an invocation that did not start the function to the
// failure of the task.
// https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception
func serviceFailure(err error) *asl.Failure {
	var failure *awsapi.Error
	if !errors.As(err, &failure) {
		return &asl.Failure{Error: "Lambda.SdkClientException", Cause: cut(err.Error())}
	}

	status := failure.Status
	if status == 0 {
		status = http.StatusBadRequest
	}

	name := "Lambda." + failure.Code
	if failure.Code == "AccessDeniedException" { // Step Functions' SDK has no class for this error.
		name = "Lambda.AWSLambdaException"
	}

	return &asl.Failure{Error: name, Cause: cut(fmt.Sprintf("%s (Service: Lambda, Status Code: %d)", failure.Message, status))}
}

func cut(text string) string {
	if len(text) <= maxCauseBytes {
		return text
	}

	return strings.ToValidUTF8(text[:maxCauseBytes], "")
}
