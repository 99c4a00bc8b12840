package eventbridge

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"triptych/emulator/awsapi"
)

// failure is the reason why a target did not accept an event, in EventBridge's terms.
type failure struct {
	code      string // The message attribute ERROR_CODE in the dead-letter queue.
	message   string
	retriable bool
}

// Error codes of undelivered events that a target of the emulator can cause.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
const (
	codeFromTarget   = "ERROR_FROM_TARGET"
	codeInternal     = "INTERNAL_ERROR"
	codeParameter    = "INVALID_PARAMETER"
	codeNoPermission = "NO_PERMISSIONS"
	codeNoResource   = "NO_RESOURCE"
	codeThrottling   = "THROTTLING"
	codeTimeout      = "TIMEOUT"
)

// maxMessageBytes limits ERROR_MESSAGE, so that the queue's message has room for the event.
const maxMessageBytes = 1024

// errNoTarget is the error for an event whose rule or target has been removed.
var errNoTarget = awsapi.Errorf("ResourceNotFoundException", "The rule or its target does not exist any more.")

// classify converts a target's error. As on AWS, errors that a retry cannot fix are not
// retried: the target does not exist, the rule may not access it, or it rejects the event
// itself.
func classify(err error) failure {
	f := failure{code: codeInternal, message: shorten(err.Error()), retriable: true}

	refusal, isRefusal := errors.AsType[*awsapi.Error](err)

	switch {
	case errors.Is(err, context.DeadlineExceeded):
		f.code = codeTimeout
	case !isRefusal:
	case refusal.Status >= http.StatusInternalServerError:
		f.code = codeFromTarget
	default:
		f.code, f.retriable = classifyCode(refusal.Code)
		f.message = shorten(refusal.Message)
	}

	return f
}

func classifyCode(code string) (verdict string, retriable bool) {
	switch {
	case strings.Contains(code, "Throttl") || strings.HasSuffix(code, "LimitExceeded"):
		return codeThrottling, true
	case strings.HasPrefix(code, "AccessDenied"):
		return codeNoPermission, false
	case strings.HasSuffix(code, "DoesNotExist"), strings.HasSuffix(code, "NotFoundException"), code == "StateMachineDeleting":
		return codeNoResource, false
	case strings.HasPrefix(code, "Invalid"), code == "ValidationException", code == "MissingParameter":
		return codeParameter, false
	default:
		return codeFromTarget, true
	}
}

func shorten(text string) string {
	if len(text) > maxMessageBytes {
		text = text[:maxMessageBytes]
	}

	return strings.ToValidUTF8(text, "")
}
