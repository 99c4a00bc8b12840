package stepfunctions

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"triptych/emulator/awsapi"
)

const maxNameLength = 80

// MachineARN is the ARN of a state machine.
func MachineARN(region, account, name string) string {
	return "arn:aws:states:" + region + ":" + account + ":stateMachine:" + name
}

// ExecutionARN is the ARN of an execution.
func ExecutionARN(region, account, machine, name string) string {
	return "arn:aws:states:" + region + ":" + account + ":execution:" + machine + ":" + name
}

// validName is AWS's rule for the names of machines and executions.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
func validName(name string) bool {
	if name == "" || utf8.RuneCountInString(name) > maxNameLength || !utf8.ValidString(name) {
		return false
	}

	return !strings.ContainsFunc(name, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune("<>{}[]?*\"#%\\^|~`$&,;:/", r) || r >= 0xFFFE
	})
}

// machineName reads a state machine's ARN.
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

// executionKey reads an execution's ARN: the key is "machine:name".
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

// parentName is the name of the machine that a key, or the labelled name of a Map
// Run's machine, belongs to: "machine" of "machine/label".
func parentName(labelled string) string {
	machine, _, _ := strings.Cut(labelled, ":")
	machine, _, _ = strings.Cut(machine, "/")

	return machine
}

// mapRunKey reads a Map Run's ARN: the key is "machine/label:id".
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

// wellFormed says whether an ARN could be one of Step Functions' resources of a
// kind, in whatever region and account.
func wellFormed(arn, kind string) bool {
	const parts, service, resource = 7, 2, 5

	fields := strings.SplitN(arn, ":", parts)

	return len(fields) == parts && fields[0] == "arn" && fields[service] == "states" && fields[resource] == kind && fields[parts-1] != ""
}

func (s *Service) arnOf(key string) string {
	machine, name, _ := strings.Cut(key, ":")

	return ExecutionARN(s.config.Region, s.config.Account, machine, name)
}

// The errors of the API, in AWS's words.

func invalidARN(arn string) error {
	return awsapi.Errorf("InvalidArn", "Invalid Arn: '%s'", arn)
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

// alreadyExists is the code of an execution name that is taken.
const alreadyExists = "ExecutionAlreadyExists"

func nameTaken(arn string) error {
	return awsapi.Errorf(alreadyExists, "Execution Already Exists: '%s'", arn)
}
