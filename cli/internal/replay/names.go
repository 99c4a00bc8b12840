package replay

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

const (
	restartPrefix = "restart-"
	eventPrefix   = "event-"
	// digestDigits is 128 bits.
	digestDigits = 32
)

// RestartName returns the name of the execution that replaces a failed execution. The name
// depends only on the ARN and the redrive count of the failed execution. So if a restart is
// repeated, only one execution is started. Names have at most 80 characters
// (StartExecution, "name").
func RestartName(failedARN string, redriveCount int) string {
	return restartPrefix + digest(fmt.Sprintf("%s\n%d", failedARN, redriveCount))
}

// EventName returns the name of the execution for an event that was not delivered to a
// state machine.
func EventName(eventID, machineARN string) string {
	return eventPrefix + digest(eventID+"\n"+machineARN)
}

// RedriveToken returns the client token of a redrive. A request with the same token within 15
// minutes does not redrive the execution again (RedriveExecution, "clientToken").
func RedriveToken(failedARN string, redriveCount int) string {
	return digest(fmt.Sprintf("redrive\n%s\n%d", failedARN, redriveCount))
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))

	return hex.EncodeToString(sum[:])[:digestDigits]
}

// The resource types of Step Functions' ARNs
// (Service Authorization Reference, "Resource types defined by AWS Step Functions").
const (
	machineType   = ":stateMachine:"
	executionType = ":execution:"
)

// ExecutionARN returns the ARN of an execution of a state machine.
func ExecutionARN(machineARN, name string) string {
	return strings.Replace(machineARN, machineType, executionType, 1) + ":" + name
}

// MachineARN returns the ARN of an execution's state machine, or "" if the ARN does not
// name an execution.
func MachineARN(executionARN string) string {
	machine, name := cutName(executionARN)
	if name == "" || !strings.Contains(machine, executionType) {
		return ""
	}

	return strings.Replace(machine, executionType, machineType, 1)
}

// Name returns the name of an execution.
func Name(executionARN string) string {
	_, name := cutName(executionARN)

	return name
}

func cutName(arn string) (before, name string) {
	last := strings.LastIndexByte(arn, ':')
	if last < 0 {
		return "", arn
	}

	return arn[:last], arn[last+1:]
}
