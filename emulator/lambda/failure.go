package lambda

import (
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// unhandled is the FunctionError of every failure that a custom runtime reports, and of
// its crashes and timeouts.
const unhandled = "Unhandled"

// errorDocument is the payload of a failed invocation.
type errorDocument struct {
	Type    string `json:"errorType"`
	Message string `json:"errorMessage"`
}

func failure(kind, message string) Result {
	payload, _ := json.Marshal(errorDocument{Type: kind, Message: message}) // Two strings can always be encoded.

	return Result{Payload: payload, FunctionError: unhandled, platform: message}
}

// timedOut is Lambda's answer when an invocation takes too long.
// https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html#troubleshooting-timeouts
func timedOut(requestID string, after time.Duration) Result {
	result := failure("Sandbox.Timedout", fmt.Sprintf("RequestId: %s Error: Task timed out after %.2f seconds", requestID, after.Seconds()))
	result.timedOut = true

	return result
}

// exited is Lambda's answer when the process exits, or is killed because it used more
// memory than the function has. In the second case the caller only sees "signal: killed",
// and the report has the reason.
//
// https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
func exited(requestID string, state *os.ProcessState) Result {
	message := "RequestId: " + requestID + " Error: Runtime exited without providing a reason"
	if state != nil && !state.Success() {
		message = "RequestId: " + requestID + " Error: Runtime exited with error: " + state.String()
	}

	return failure(exitError, message)
}

// noEntrypoint is Lambda's answer when there is no file to execute.
func noEntrypoint(requestID string, cause error) Result {
	return failure("Runtime.InvalidEntrypoint", fmt.Sprintf("RequestId: %s Error: %v", requestID, cause))
}

// tooLarge is Lambda's answer when a response exceeds the limit.
func tooLarge() Result {
	return failure("Function.ResponseSizeTooLarge", fmt.Sprintf("Response payload size exceeded maximum allowed payload size (%d bytes).", MaxPayloadBytes))
}
