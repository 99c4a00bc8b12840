package stepfunctions

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"triptych/emulator/awsapi"
)

const maxNameLength = 80

// MachineARN returns the ARN of a state machine.
func MachineARN(region, account, name string) string {
	return "arn:aws:states:" + region + ":" + account + ":stateMachine:" + name
}

// ExecutionARN returns the ARN of an execution.
func ExecutionARN(region, account, machine, name string) string {
	return "arn:aws:states:" + region + ":" + account + ":execution:" + machine + ":" + name
}

// validName reports whether AWS allows a name for a machine or an execution.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
func validName(name string) bool {
	if name == "" || utf8.RuneCountInString(name) > maxNameLength || !utf8.ValidString(name) {
		return false
	}

	return !strings.ContainsFunc(name, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune("<>{}[]?*\"#%\\^|~`$&,;:/", r) || r >= 0xFFFE
	})
}

// machineName returns the machine name in a state machine's ARN.
func (s *Service) machineName(arn string) (string, error) {
	name, ok := strings.CutPrefix(arn, MachineARN(s.config.Region, s.config.Account, ""))

	switch {
	case ok && validName(name):
		return name, nil
	case wellFormed(arn, "stateMachine"):
		return "", noMachine(arn)
	default:
		return "", invalidARN(arn)
	}
}

// executionKey returns the key of an execution, "machine:name", from its ARN.
func (s *Service) executionKey(arn string) (string, error) {
	key, ok := strings.CutPrefix(arn, "arn:aws:states:"+s.config.Region+":"+s.config.Account+":execution:")
	machine, name, both := strings.Cut(key, ":")

	switch {
	case ok && both && validName(parentName(machine)) && validName(name):
		return key, nil
	case wellFormed(arn, "execution"):
		return "", noExecution(arn)
	default:
		return "", invalidARN(arn)
	}
}

// parentName returns the machine's name from a key, or from the labeled name of a Map Run's
// machine: "machine" from "machine/label".
func parentName(labelled string) string {
	machine, _, _ := strings.Cut(labelled, ":")
	machine, _, _ = strings.Cut(machine, "/")

	return machine
}

// mapRunKey returns the key of a Map Run, "machine/label:id", from its ARN.
func (s *Service) mapRunKey(arn string) (string, error) {
	key, ok := strings.CutPrefix(arn, "arn:aws:states:"+s.config.Region+":"+s.config.Account+":mapRun:")
	machine, id, both := strings.Cut(key, ":")

	switch {
	case ok && both && validName(parentName(machine)) && validName(id):
		return key, nil
	case wellFormed(arn, "mapRun"):
		return "", noMapRun(arn)
	default:
		return "", invalidARN(arn)
	}
}

// wellFormed reports whether an ARN is formally an ARN of a Step Functions resource of a
// kind, in any region and account.
func wellFormed(arn, kind string) bool {
	const parts, service, resource = 7, 2, 5

	fields := strings.SplitN(arn, ":", parts)

	return len(fields) == parts && fields[0] == "arn" && fields[service] == "states" && fields[resource] == kind && fields[parts-1] != ""
}

func (s *Service) arnOf(key string) string {
	machine, name, _ := strings.Cut(key, ":")

	return ExecutionARN(s.config.Region, s.config.Account, machine, name)
}

// Errors of the API, in AWS's words.

// invalidARN returns the error for an ARN that is not one of the expected resource.
func invalidARN(arn string) error {
	const parts, service, resource = 7, 2, 5

	fields := strings.SplitN(arn, ":", parts)

	switch {
	case fields[0] != "arn":
		return awsapi.Errorf("InvalidArn", "Invalid Arn: 'Invalid ARN prefix: %s'", arn)
	case len(fields) == parts && fields[service] == "states":
		return awsapi.Errorf("InvalidArn", "Invalid Arn: 'Resource type not valid in this context: %s'", strings.ToLower(fields[resource]))
	default:
		return awsapi.Errorf("InvalidArn", "Invalid Arn: '%s'", arn)
	}
}

// invalidInput returns the error for an input that cannot be read.
func invalidInput(err error) error {
	return awsapi.Errorf("InvalidExecutionInput", "Invalid State Machine Execution Input: '%v'", err)
}

func noMachine(arn string) error {
	return awsapi.Errorf("StateMachineDoesNotExist", "State Machine Does Not Exist: '%s'", arn)
}

func machineDeleting(arn string) error {
	return awsapi.Errorf("StateMachineDeleting", "State Machine is deleting: '%s'", arn)
}

func noExecution(arn string) error {
	return awsapi.Errorf("ExecutionDoesNotExist", "Execution Does Not Exist: '%s'", arn)
}

func noMapRun(arn string) error {
	return awsapi.Errorf("ResourceNotFound", "Resource not found: '%s'", arn)
}

// alreadyExists is the error code for an execution name that is already in use.
const alreadyExists = "ExecutionAlreadyExists"

func nameTaken(arn string) error {
	return awsapi.Errorf(alreadyExists, "Execution Already Exists: '%s'", arn)
}
