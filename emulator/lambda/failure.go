package lambda

import (
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// unhandled is the FunctionError of everything that a custom runtime reports or
// suffers.
const unhandled = "Unhandled"

// errorDocument is the payload of a failed invocation.
type errorDocument struct {
	Type    string `json:"errorType"`
	Message string `json:"errorMessage"`
}

func failure(kind, message string) Result {
	payload, _ := json.Marshal(errorDocument{Type: kind, Message: message}) // Two strings always marshal.

	return Result{Payload: payload, FunctionError: unhandled, platform: message}
}

// timedOut is what Lambda answers when an invocation takes too long.
// https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html#troubleshooting-timeouts
func timedOut(requestID string, after time.Duration) Result {
	result := failure("Sandbox.Timedout", fmt.Sprintf("RequestId: %s Error: Task timed out after %.2f seconds", requestID, after.Seconds()))
	result.timedOut = true

	return result
}

// exited is what Lambda answers when the process ends on its own, or is killed because
// it held more memory than the function has: "signal: killed" is all that the caller is
// told of that, and the report says the rest.
//
// https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
func exited(requestID string, state *os.ProcessState) Result {
	message := "RequestId: " + requestID + " Error: Runtime exited without providing a reason"
	if state != nil && !state.Success() {
		message = "RequestId: " + requestID + " Error: Runtime exited with error: " + state.String()
	}

	return failure(exitError, message)
}

// noEntrypoint is what Lambda answers when there is nothing to execute.
func noEntrypoint(requestID string, cause error) Result {
	return failure("Runtime.InvalidEntrypoint", fmt.Sprintf("RequestId: %s Error: %v", requestID, cause))
}

// tooLarge is what Lambda answers when a response is over the limit.
func tooLarge() Result {
	return failure("Function.ResponseSizeTooLarge", fmt.Sprintf("Response payload size exceeded maximum allowed payload size (%d bytes).", MaxPayloadBytes))
}
