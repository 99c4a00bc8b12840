package stepfunctions_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"triptych/emulator/stepfunctions"
)

const (
	recordedOnAWS = "recorded on AWS"
	apiReference  = "https://docs.aws.amazon.com/step-functions/latest/apireference/"
)

// Each case is a request, AWS's error, and the source: a recorded answer of AWS, or the
// page with the constraint. The texts of constraints all have the form of the recorded
// ones.
func TestAPIConformance_errors(t *testing.T) {
	t.Parallel()

	const (
		one        = "ValidationException: 1 validation error detected: "
		constraint = " failed to satisfy constraint: Member must "
		values     = "was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
	)

	type in = map[string]any

	long := func(length int) string { return strings.Repeat("x", length) }
	service := start(t, newDB(t), oneTask, stepfunctions.Config{})

	for name, c := range map[string]struct {
		source, operation string
		in                in
		want              string
	}{
		"an ARN without a prefix": {recordedOnAWS, "DescribeStateMachine", in{"stateMachineArn": "machine"},
			"InvalidArn: Invalid Arn: 'Invalid ARN prefix: machine'"},
		"a role without a prefix": {recordedOnAWS, "CreateStateMachine", in{"name": "n", "roleArn": "role", "definition": oneTask},
			"InvalidArn: Invalid Arn: 'Invalid ARN prefix: role'"},
		"an execution's ARN for a machine": {apiReference + "API_DescribeStateMachine.html", "DescribeStateMachine", in{"stateMachineArn": executionARN + "x"},
			"InvalidArn: Invalid Arn: 'Resource type not valid in this context: execution'"},
		"a machine's ARN for an execution": {apiReference + "API_DescribeExecution.html", "DescribeExecution", in{"executionArn": machineARN},
			"InvalidArn: Invalid Arn: 'Resource type not valid in this context: statemachine'"},
		"a filter": {recordedOnAWS, "ListExecutions", in{"stateMachineArn": machineARN, "statusFilter": "succeeded"},
			one + "Value 'succeeded' at 'statusFilter'" + constraint + "satisfy enum value set: [SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING]"},
		"the filter PENDING_REDRIVE": {recordedOnAWS, "ListExecutions", in{"stateMachineArn": machineARN, "statusFilter": "PENDING_REDRIVE"}, ""},
		"a large page": {recordedOnAWS, "ListExecutions", in{"stateMachineArn": machineARN, "maxResults": 1001},
			one + "Value '1001' at 'maxResults'" + constraint + "have value less than or equal to 1000"},
		"a negative page": {apiReference + "API_ListStateMachines.html", "ListStateMachines", in{"maxResults": -1},
			one + "Value '-1' at 'maxResults'" + constraint + "have value greater than or equal to 0"},
		"a long token": {recordedOnAWS, "ListStateMachines", in{"nextToken": long(1025)},
			one + "Value '" + long(1025) + "' at 'nextToken'" + constraint + "have length less than or equal to 1024"},
		"a token of another list": {apiReference + "API_ListStateMachines.html", "ListStateMachines", in{"nextToken": "bm9uZQ"},
			"InvalidToken: Invalid Token: 'Invalid token'"},
		"an input that is not JSON": {recordedOnAWS, "StartExecution", in{"stateMachineArn": machineARN, "input": "not json"},
			"InvalidExecutionInput: Invalid State Machine Execution Input: 'Unrecognized token 'not': " + values + "\n at [Source: (String)\"not json\"; line: 1, column: 4]'"},
		"an input with single quotes": {apiReference + "API_StartExecution.html", "StartExecution", in{"stateMachineArn": machineARN, "input": "{'a':1}"},
			"InvalidExecutionInput: Invalid State Machine Execution Input: 'Unexpected character (''' (code 39)): was expecting double-quote to start field name\n" +
				" at [Source: (String)\"{'a':1}\"; line: 1, column: 3]'"},
		"an update of nothing": {recordedOnAWS, "UpdateStateMachine", in{"stateMachineArn": machineARN},
			"MissingRequiredParameter: Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified"},
		"a missing member": {apiReference + "API_DescribeExecution.html", "DescribeExecution", in{},
			one + "Value null at 'executionArn'" + constraint + "not be null"},
		"two broken constraints": {apiReference + "API_StartExecution.html", "StartExecution", in{"stateMachineArn": "", "name": ""},
			"ValidationException: 2 validation errors detected: Value '' at 'stateMachineArn'" + constraint + "have length greater than or equal to 1; " +
				"Value '' at 'name'" + constraint + "have length greater than or equal to 1"},
		"a long name": {apiReference + "API_CreateStateMachine.html", "CreateStateMachine", in{"name": long(81), "roleArn": role, "definition": oneTask},
			one + "Value '" + long(81) + "' at 'name'" + constraint + "have length less than or equal to 80"},
		"a long input, which is a secret": {apiReference + "API_StartExecution.html", "StartExecution", in{"stateMachineArn": machineARN, "input": long(262145)},
			one + "Value at 'input'" + constraint + "have length less than or equal to 262144"},
		"an empty definition, which is a secret": {apiReference + "API_CreateStateMachine.html", "CreateStateMachine", in{"name": "n", "roleArn": role, "definition": ""},
			one + "Value at 'definition'" + constraint + "have length greater than or equal to 1"},
		"a type": {apiReference + "API_CreateStateMachine.html", "CreateStateMachine", in{"name": "n", "roleArn": role, "definition": oneTask, "type": "FAST"},
			one + "Value 'FAST' at 'type'" + constraint + "satisfy enum value set: [STANDARD, EXPRESS]"},
		"a tag without a key": {apiReference + "API_Tag.html", "TagResource", in{"resourceArn": machineARN, "tags": []in{{"key": "a"}, {"key": "", "value": "v"}}},
			one + "Value '' at 'tags.2.member.key'" + constraint + "have length greater than or equal to 1"},
		"a client token": {apiReference + "API_RedriveExecution.html", "RedriveExecution", in{"executionArn": executionARN + "x", "clientToken": "a b"},
			one + "Value 'a b' at 'clientToken'" + constraint + "satisfy regular expression pattern: [!-~]+"},
		"a percentage over 100": {apiReference + "API_UpdateMapRun.html", "UpdateMapRun", in{"mapRunArn": "arn", "toleratedFailurePercentage": 100.5},
			one + "Value '100.5' at 'toleratedFailurePercentage'" + constraint + "have value less than or equal to 100"},
		"a definition that is not JSON": {apiReference + "API_ValidateStateMachineDefinitionDiagnostic.html", "CreateStateMachine", in{"name": "n", "roleArn": role, "definition": "nothing"},
			"InvalidDefinition: Invalid State Machine Definition: 'INVALID_JSON_DESCRIPTION: Unrecognized token 'nothing': " + values + "\n at [Source: (String)\"nothing\"; line: 1, column: 8] at null'"},
		"an unknown resource": {recordedOnAWS, "CreateStateMachine", in{"name": "n", "roleArn": role, "definition": strings.Replace(oneTask, "lambda:invoke", "lambda:call", 1)},
			"InvalidDefinition: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: The resource provided arn:aws:states:::lambda:call is not recognized. " +
				"The value is not a valid resource ARN, or the resource is not available in this region. at /States/Work/Resource'"},
	} {
		if got := answer(t, service, c.operation, c.in); got != c.want {
			t.Errorf("%s (%s): %s", name, c.source, cmp.Diff(c.want, got))
		}
	}
}

// The constraints of AWS's model are known for every operation.
func TestAPIConformance_allOperations(t *testing.T) {
	t.Parallel()

	for name := range start(t, newDB(t), oneTask, stepfunctions.Config{}).API().Operations {
		if _, known := stepfunctions.Constraints[name]; !known {
			t.Errorf("%s has no constraints", name)
		}
	}
}

// DescribeStateMachine returns AWS's members, and a revision only after an update.
func TestAPIConformance_describeStateMachine(t *testing.T) {
	t.Parallel()

	service := start(t, newDB(t), oneTask, stepfunctions.Config{})

	var made struct{ StateMachineARN string }

	ask(t, service, "CreateStateMachine", map[string]any{
		"name": "described", "roleArn": role,
		"definition": `{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "B"}, "B": {"Type": "Succeed", "Output": "{% $x %}"}}}`,
	}, &made)

	describe := func() (out map[string]any) {
		ask(t, service, "DescribeStateMachine", map[string]any{"stateMachineArn": made.StateMachineARN}, &out)

		return out
	}

	first := describe()
	want := []string{
		"creationDate", "definition", "encryptionConfiguration", "loggingConfiguration", "name", "roleArn", "stateMachineArn", "status",
		"tracingConfiguration", "type", "variableReferences",
	}

	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(first))); diff != "" {
		t.Error(diff)
	}

	if diff := cmp.Diff(map[string]any{"B": []any{"x"}}, first["variableReferences"]); diff != "" {
		t.Error(diff)
	}

	if diff := cmp.Diff(map[string]any{"type": "AWS_OWNED_KEY"}, first["encryptionConfiguration"]); diff != "" {
		t.Error(diff)
	}

	var updated struct{ RevisionID string }

	ask(t, service, "UpdateStateMachine", map[string]any{"stateMachineArn": made.StateMachineARN, "loggingConfiguration": map[string]any{"level": "OFF"}}, &updated)

	if got := describe()["revisionId"]; got != updated.RevisionID || updated.RevisionID == "" {
		t.Errorf("the revision is %v, want %q", got, updated.RevisionID)
	}
}
