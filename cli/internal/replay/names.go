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

// RestartName is the name of the execution that takes the place of a failed one.
// It depends on nothing but that failure, so that asking twice starts one. Names
// have at most 80 characters (StartExecution, "name").
func RestartName(failedARN string, redriveCount int) string {
	return restartPrefix + digest(fmt.Sprintf("%s\n%d", failedARN, redriveCount))
}

// EventName is the name of the execution for an event that was not delivered to a
// machine.
func EventName(eventID, machineARN string) string {
	return eventPrefix + digest(eventID+"\n"+machineARN)
}

// RedriveToken is the client token of a redrive: for 15 minutes another one with
// it is answered as the first was (RedriveExecution, "clientToken").
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

// ExecutionARN is the ARN of a machine's execution.
func ExecutionARN(machineARN, name string) string {
	return strings.Replace(machineARN, machineType, executionType, 1) + ":" + name
}

// MachineARN is the ARN of an execution's machine, or "" where the ARN is none of
// an execution.
func MachineARN(executionARN string) string {
	machine, name := cutName(executionARN)
	if name == "" || !strings.Contains(machine, executionType) {
		return ""
	}

	return strings.Replace(machine, executionType, machineType, 1)
}

// Name is an execution's name.
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
