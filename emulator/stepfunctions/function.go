package stepfunctions

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"triptych/emulator/lambda"
	"triptych/emulator/stepfunctions/asl"
)

// runFunction runs a task whose Resource is the ARN of a Lambda function. The Arguments are
// the payload, and the function's answer is the result.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
func (s *Service) runFunction(ctx context.Context, task asl.Task) (json.RawMessage, *asl.Failure, error) {
	result, err := s.config.Lambda.Invoke(ctx, task.Resource, task.Arguments)

	switch {
	case errors.Is(err, lambda.ErrClosed):
		return nil, nil, err
	case err != nil:
		return nil, serviceFailure(err), nil
	case result.FunctionError != "":
		return nil, functionFailure(result.Payload), nil
	}

	return payloadAsJSON(result.Payload), nil, nil
}

// optimizedMetadata describes an HTTP response that was answered inside the emulator, as the
// optimized integrations do.
func optimizedMetadata(requestID, contentType, body string) httpMetadata {
	return newHTTPMetadata(map[string]string{
		"connection":       "keep-alive",
		"Content-Length":   strconv.Itoa(len(body)),
		"Content-Type":     contentType,
		"Date":             time.Now().UTC().Format(http.TimeFormat),
		"x-amzn-RequestId": requestID,
	})
}
