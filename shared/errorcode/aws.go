package errorcode

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// FromAWS wraps an error of the AWS SDK with the name of the operation. It maps
// throttling, conflicts, timeouts, broken connections and server errors to the one
// retryable code Transient. The SDK has already retried these errors.
func FromAWS(err error, operation string, args ...any) error {
	if err == nil {
		return nil
	}

	err = fmt.Errorf("%s: %w", fmt.Sprintf(operation, args...), err)
	if transient(err) {
		return Wrap(Transient, err, "")
	}

	return err
}

func transient(err error) bool {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		code := api.ErrorCode()
		_, throttled := retry.DefaultThrottleErrorCodes[code]
		_, retryable := retry.DefaultRetryableErrorCodes[code]

		if throttled || retryable || code == "SlowDown" {
			return true
		}
	}

	// If the service does not answer, the SDK's error has a response whose status is 0.
	if status := HTTPStatus(err); status != 0 {
		return status >= http.StatusInternalServerError || status == http.StatusConflict ||
			status == http.StatusTooManyRequests || status == http.StatusRequestTimeout
	}

	if _, unsent := errors.AsType[*smithyhttp.RequestSendError](err); unsent {
		return true
	}

	var network net.Error

	// A body that ends before its length means a broken connection.
	return errors.As(err, &network) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, io.ErrUnexpectedEOF)
}

// APICode returns the error code of an AWS answer, such as "NoSuchKey", or "".
func APICode(err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return api.ErrorCode()
	}

	return ""
}

// HTTPStatus returns the HTTP status of an AWS answer, or 0.
func HTTPStatus(err error) int {
	if response, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		return response.HTTPStatusCode()
	}

	return 0
}
