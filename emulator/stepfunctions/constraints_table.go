package stepfunctions

import (
	"math"
	"regexp"

	"triptych/emulator/stepfunctions/asl"
)

// Limits that several operations share.
const (
	maxARN            = 256
	maxMapRunARN      = 2000
	maxToken          = 1024
	maxExecutionToken = 3096 // Of ListExecutions.
	maxTaskToken      = 2048
	maxDiagnostics    = 100
	maxClientToken    = 64
	wholePercent      = 100
	most32            = math.MaxInt32
)

// constraints are the constraints of each operation's members.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_Operations.html
var constraints = map[string][]constraint{
	"CreateStateMachine": {
		required(text("name", 1, maxNameLength)), required(secret("definition", 1, maxDefinitionBytes)), required(text("roleArn", 1, maxARN)),
		machineType, text("tags.key", 1, maxTagKeyLength), text("tags.value", 0, maxTagValueCount), secret("versionDescription", 0, maxARN),
	},
	"UpdateStateMachine": {
		required(text("stateMachineArn", 1, maxARN)), secret("definition", 1, maxDefinitionBytes), text("roleArn", 1, maxARN),
		secret("versionDescription", 0, maxARN),
	},
	"DeleteStateMachine":   {required(text("stateMachineArn", 1, maxARN))},
	"DescribeStateMachine": {required(text("stateMachineArn", 1, maxARN)), withData},
	"DescribeStateMachineForExecution": {
		required(text("executionArn", 1, maxARN)), withData,
	},
	"ListStateMachines": {pageResults(maxPage), text("nextToken", 1, maxToken)},
	"ValidateStateMachineDefinition": {
		required(secret("definition", 1, maxDefinitionBytes)), machineType, one("severity", "ERROR", "WARNING"), pageResults(maxDiagnostics),
	},
	"StartExecution": {
		required(text("stateMachineArn", 1, maxARN)), text("name", 1, maxNameLength), secret("input", 0, asl.MaxDataBytes),
		pattern(text("traceHeader", 0, maxARN), `\p{ASCII}*`, `^[\x00-\x7F]*$`),
	},
	"StopExecution": {
		required(text("executionArn", 1, maxARN)), secret("error", 0, maxStopError), secret("cause", 0, maxStopCause),
	},
	"RedriveExecution": {
		required(text("executionArn", 1, maxARN)), pattern(text("clientToken", 1, maxClientToken), `[!-~]+`, `^[!-~]+$`),
	},
	"DescribeExecution": {required(text("executionArn", 1, maxARN)), withData},
	"ListExecutions": {
		text("stateMachineArn", 1, maxARN), text("mapRunArn", 1, maxMapRunARN), pageResults(maxPage), text("nextToken", 1, maxExecutionToken),
		// This is AWS's order.
		one("statusFilter", "SUCCEEDED", "TIMED_OUT", "PENDING_REDRIVE", "ABORTED", "FAILED", "RUNNING"),
		one("redriveFilter", "REDRIVEN", "NOT_REDRIVEN"),
	},
	"GetExecutionHistory": {required(text("executionArn", 1, maxARN)), pageResults(maxPage), text("nextToken", 1, maxToken)},
	"ListMapRuns":         {required(text("executionArn", 1, maxARN)), pageResults(maxPage), text("nextToken", 1, maxToken)},
	"DescribeMapRun":      {required(text("mapRunArn", 1, maxMapRunARN))},
	"UpdateMapRun": {
		required(text("mapRunArn", 1, maxMapRunARN)), number("maxConcurrency", most32), number("toleratedFailureCount", math.MaxInt64),
		number("toleratedFailurePercentage", wholePercent),
	},
	"TagResource": {
		required(text("resourceArn", 1, maxARN)), required(constraint{member: "tags"}), text("tags.key", 1, maxTagKeyLength), text("tags.value", 0, maxTagValueCount),
	},
	"UntagResource":              {required(text("resourceArn", 1, maxARN)), required(constraint{member: "tagKeys"})},
	"ListTagsForResource":        {required(text("resourceArn", 1, maxARN))},
	"SendTaskSuccess":            {required(text("taskToken", 1, maxTaskToken)), required(secret("output", 0, asl.MaxDataBytes))},
	"SendTaskFailure":            {required(text("taskToken", 1, maxTaskToken)), secret("error", 0, maxStopError), secret("cause", 0, maxStopCause)},
	"PublishStateMachineVersion": {required(text("stateMachineArn", 1, maxARN)), secret("description", 0, maxARN)},
	"ListStateMachineVersions":   {required(text("stateMachineArn", 1, maxARN)), pageResults(maxPage), text("nextToken", 1, maxToken)},
	"DeleteStateMachineVersion":  {required(text("stateMachineVersionArn", 1, maxMapRunARN))},
	"CreateStateMachineAlias": {
		required(text("name", 1, maxNameLength)), secret("description", 0, maxARN), required(constraint{member: "routingConfiguration"}),
	},
	"UpdateStateMachineAlias":   {required(text("stateMachineAliasArn", 1, maxARN)), secret("description", 0, maxARN)},
	"DescribeStateMachineAlias": {required(text("stateMachineAliasArn", 1, maxARN))},
	"DeleteStateMachineAlias":   {required(text("stateMachineAliasArn", 1, maxARN))},
	"ListStateMachineAliases":   {required(text("stateMachineArn", 1, maxARN)), pageResults(maxPage), text("nextToken", 1, maxToken)},
	"TestState": {
		required(secret("definition", 1, maxDefinitionBytes)), text("roleArn", 1, maxARN), secret("input", 0, asl.MaxDataBytes),
		one("inspectionLevel", inspectInfo, inspectDebug, inspectTrace), secret("variables", 0, asl.MaxDataBytes), secret("context", 0, asl.MaxDataBytes),
		text("stateName", 1, maxNameLength),
	},
	"SendTaskHeartbeat": {required(text("taskToken", 1, maxTaskToken))},
}

// Members that several operations have.
var (
	withData    = one("includedData", "ALL_DATA", metadataOnly)
	machineType = one("type", standard, "EXPRESS")
)

func text(member string, least, most float64) constraint {
	return constraint{member: member, least: least, most: most}
}

func secret(member string, least, most float64) constraint {
	return constraint{member: member, least: least, most: most, secret: true}
}

func number(member string, most float64) constraint {
	return constraint{member: member, most: most, number: true}
}

func one(member string, enum ...string) constraint { return constraint{member: member, enum: enum} }

func pageResults(most float64) constraint { return number("maxResults", most) }

func required(c constraint) constraint {
	c.required = true

	return c
}

// pattern adds a pattern, as AWS documents it and as Go writes it.
func pattern(c constraint, documented, expression string) constraint {
	c.pattern, c.matches = documented, regexp.MustCompile(expression)

	return c
}
