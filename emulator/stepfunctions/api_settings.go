package stepfunctions

import (
	"errors"
	"regexp"
	"strings"

	"triptych/emulator/awsapi"
	"triptych/emulator/stepfunctions/asl"
)

// machineSettings are the common parameters of CreateStateMachine and UpdateStateMachine.
// Keys are rejected by name, because the emulator does not have them. Whether a machine is
// traced is stored and returned, but there are no traces.
type machineSettings struct {
	Definition           string                `json:"definition"`
	RoleARN              string                `json:"roleArn"`
	LoggingConfiguration *loggingConfiguration `json:"loggingConfiguration"`
	TracingConfiguration *tracingConfiguration `json:"tracingConfiguration"`
	Encryption           *struct {
		Type string `json:"type"`
	} `json:"encryptionConfiguration"`
	Publish            bool   `json:"publish"`
	VersionDescription string `json:"versionDescription"`
}

// roleARN matches the ARN of an IAM role.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
var roleARN = regexp.MustCompile(`^arn:aws[a-z-]*:iam::\d{12}:role/\S+$`)

func (in *machineSettings) validate() error {
	const unsupported = "The Step Functions emulator does not support "

	switch {
	case in.RoleARN != "" && !roleARN.MatchString(in.RoleARN):
		return invalidARN(in.RoleARN)
	case in.Encryption != nil && in.Encryption.Type != "AWS_OWNED_KEY":
		return awsapi.Errorf("InvalidEncryptionConfiguration", unsupported+"customer managed keys")
	case in.VersionDescription != "" && !in.Publish:
		return awsapi.Errorf("ValidationException", "Version description can only be set when publish is true")
	default:
		return nil
	}
}

// set changes the record of a machine as a request asks.
func (in *machineSettings) set(record *machineRecord) {
	if in.LoggingConfiguration != nil {
		record.Logging = in.LoggingConfiguration
	}

	if in.TracingConfiguration != nil {
		record.Tracing = in.TracingConfiguration.Enabled
	}
}

// invalidDefinition returns the problems of a definition as AWS does: code, message and
// location.
func invalidDefinition(err error) error {
	var wrong *asl.DefinitionError
	if !errors.As(err, &wrong) {
		return err
	}

	found := diagnose(wrong)
	texts := make([]string, 0, len(found))

	for _, d := range found {
		location := d.Location
		if location == "" {
			location = "null"
		}

		texts = append(texts, d.Code+": "+d.Message+" at "+location)
	}

	return awsapi.Errorf("InvalidDefinition", "Invalid State Machine Definition: '%s'", strings.Join(texts, ", "))
}
