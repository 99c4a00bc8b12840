package stepfunctions

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"triptych/emulator/awsapi"
	"triptych/emulator/lambda"
	"triptych/emulator/stepfunctions/asl"
	"triptych/emulator/stepfunctions/asl/jsonata"
)

// invokeArguments are the Arguments of lambda:invoke.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
type invokeArguments struct {
	FunctionName   string
	Payload        json.RawMessage
	Qualifier      string
	InvocationType string
	LogType        string
}

// invokeFunction runs a task lambda:invoke.
func (s *Service) invokeFunction(ctx context.Context, task asl.Task) (json.RawMessage, *asl.Failure, error) {
	var arguments invokeArguments
	if err := json.Unmarshal(task.Arguments, &arguments); err != nil {
		return nil, &asl.Failure{Error: asl.ErrorRuntime, Cause: fmt.Sprintf("the Arguments are not those of lambda:invoke: %v", err)}, nil
	}

	if kind := arguments.InvocationType; kind != "" && kind != "RequestResponse" {
		return nil, &asl.Failure{Error: asl.ErrorRuntime, Cause: "The Step Functions emulator does not support the InvocationType " + kind}, nil
	}

	function := arguments.FunctionName
	if arguments.Qualifier != "" {
		function += ":" + arguments.Qualifier
	}

	withLog := arguments.LogType == "Tail"
	if withLog {
		ctx = lambda.WithLogTail(ctx)
	}

	result, err := s.config.Lambda.Invoke(ctx, function, payloadOf(arguments.Payload))

	switch {
	case errors.Is(err, lambda.ErrClosed):
		return nil, nil, err
	case err != nil:
		return nil, serviceFailure(err), nil
	case result.FunctionError != "":
		return nil, functionFailure(result.Payload), nil
	}

	output, err := jsonata.Encode(invoked(result, withLog))
	if err != nil {
		return nil, nil, fmt.Errorf("encode the result of %s: %w", function, err)
	}

	return output, nil, nil
}

// payloadOf returns the bytes that a function receives: the text of a string as it is, and
// any other value as JSON. AWS sends no payload for null, which the function reads as {}.
func payloadOf(payload json.RawMessage) []byte {
	payload = bytes.TrimSpace(payload)

	var text string

	switch {
	case string(payload) == "null":
		return nil
	case len(payload) > 0 && payload[0] == '"' && json.Unmarshal(payload, &text) == nil:
		return []byte(text)
	default:
		return payload
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

// serviceFailure converts the error of an invocation that did not start the function to
// the failure of the task. The cause has the form of version 1 of the AWS SDK for Java.
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

	return &asl.Failure{Error: name, Cause: cut(fmt.Sprintf("%s (Service: AWSLambda; Status Code: %d; Error Code: %s; Request ID: %s; Proxy: null)",
		qualified(failure), status, failure.Code, uuid.NewString()))}
}

// qualified returns the message of an error. Step Functions calls a function without a
// qualifier as $LATEST, so AWS's message about a missing function names $LATEST.
func qualified(failure *awsapi.Error) string {
	const missing, unqualified = "Function not found: ", 7 // arn:aws:lambda:REGION:ACCOUNT:function:NAME.

	arn, ok := strings.CutPrefix(failure.Message, missing)
	if ok && failure.Code == "ResourceNotFoundException" && len(strings.Split(arn, ":")) == unqualified {
		return failure.Message + ":$LATEST"
	}

	return failure.Message
}
