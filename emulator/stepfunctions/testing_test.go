package stepfunctions_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"triptych/emulator/lambda"
	"triptych/emulator/stepfunctions"
)

const testPage = "https://docs.aws.amazon.com/step-functions/latest/dg/test-state-isolation.html"

// stateTest is a fact about TestState.
type stateTest struct {
	source  string // The section of the page.
	state   string // The definition, without QueryLanguage.
	machine string // The definition of a machine, instead of state.
	in      string // Further members of the request.
	want    string
	refused string
}

func stateTests() map[string]stateTest {
	const (
		invoke  = `"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "f", "Payload": "{% $states.input %}"}`
		retry   = `"Retry": [{"ErrorEquals": ["Other"]}, {"ErrorEquals": ["Lambda.ServiceException"], "IntervalSeconds": 2, "MaxAttempts": 3, "BackoffRate": 2.0}]`
		catch   = `"Catch": [{"ErrorEquals": ["Lambda.TooManyRequestsException"], "Output": {"data": "{% $states.input.data %}", "error": "{% $states.errorOutput %}"}, "Assign": {"failed": true}, "Next": "HandleThrottling"}]`
		list    = `"Type": "Map", "Items": "{% $states.input.items %}", "ItemSelector": {"value": "{% $states.context.Map.Item.Value %}", "index": "{% $states.context.Map.Item.Index %}"}, "MaxConcurrency": 2`
		process = `"ItemProcessor": {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}`
		each    = `"ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}`
		debug   = `"inspectionLevel": "DEBUG"`
	)

	return map[string]stateTest{
		"a Pass": {
			"#test-state-info-level", `"Type": "Pass", "Output": "{% $states.input.a %}", "Next": "B"`, "", `"input": "{\"a\": 1}"`,
			`{"nextState":"B","output":"1","status":"SUCCEEDED"}`, "",
		},
		"a Choice": {
			"#test-info-level-cli", `"Type": "Choice", "Choices": [{"Condition": "{% $states.input.number = 1 %}", "Next": "Equals 1"}, {"Condition": "{% $states.input.number = 2 %}", "Next": "Equals 2"}], "Default": "No Match"`, "",
			`"input": "{\"number\": 2}"`, `{"nextState":"Equals 2","output":"{\"number\":2}","status":"SUCCEEDED"}`, "",
		},
		"an end": {"#how-test-state-works", `"Type": "Succeed"`, "", `"input": "1"`, `{"output":"1","status":"SUCCEEDED"}`, ""},
		"a Fail": {"#test-state-info-level", `"Type": "Fail", "Error": "E", "Cause": "why"`, "", ``, `{"cause":"why","error":"E","status":"FAILED"}`, ""},
		"a Wait": {"#test-state-overview", `"Type": "Wait", "Seconds": 1, "Next": "B"`, "", `"input": "1"`, `{"nextState":"B","output":"1","status":"SUCCEEDED"}`, ""},
		"an expression that fails": {
			"#test-state-info-level", `"Type": "Pass", "Output": "{% $nothing %}", "End": true`, "", debug,
			`{"cause":"An error occurred while executing the state 'TestState' (entered at the event id #0). The JSONata expression '$nothing' specified for the field 'Output' returned nothing (undefined).","error":"States.QueryEvaluationError","inspectionData":{"input":"{}"},"status":"FAILED"}`, "",
		},
		"variables": {
			"#test-state-overview", `"Type": "Pass", "Assign": {"b": "{% $a + 1 %}"}, "Output": "{% $a %}", "End": true`, "", `"variables": "{\"a\": 1}", ` + debug,
			`{"inspectionData":{"input":"{}","variables":"{\"a\":1,\"b\":2}"},"output":"1","status":"SUCCEEDED"}`, "",
		},
		"a task without a mock": {
			"#test-state-debug-level", invoke + `, "Output": "{% $states.result.Payload %}", "End": true`, "", `"input": "[1]"`,
			`{"output":"[1]","status":"SUCCEEDED"}`, "",
		},
		"a mocked result": {
			"#basic-mocking-syntax", invoke + `, "Output": "{% $states.result.Payload.statusCode %}", "End": true`, "",
			`"input": "1", "mock": {"result": "{\"Payload\": {\"statusCode\": 200}}"}, ` + debug,
			`{"inspectionData":{"afterArguments":"{\"FunctionName\":\"f\",\"Payload\":1}","input":"1","result":"{\"Payload\": {\"statusCode\": 200}}"},"output":"200","status":"SUCCEEDED"}`, "",
		},
		"a mocked error": {
			"#basic-mocking-syntax", invoke + `, "End": true`, "", `"mock": {"errorOutput": {"error": "Lambda.ServiceException", "cause": "Service unavailable"}}`,
			`{"cause":"Service unavailable","error":"Lambda.ServiceException","status":"FAILED"}`, "",
		},
		"a retrier": {
			"#simulating-retry-attempts", invoke + `, ` + retry + `, "End": true`, "",
			`"stateConfiguration": {"retrierRetryCount": 1}, "mock": {"errorOutput": {"error": "Lambda.ServiceException"}}, ` + debug,
			`{"error":"Lambda.ServiceException","inspectionData":{"afterArguments":"{\"FunctionName\":\"f\",\"Payload\":{}}","errorDetails":{"retryBackoffIntervalSeconds":4,"retryIndex":1},"input":"{}"},"status":"RETRIABLE"}`, "",
		},
		"exhausted retries": {
			"#testing-catch-handlers", invoke + `, ` + retry + `, "End": true`, "",
			`"stateConfiguration": {"retrierRetryCount": 3}, "mock": {"errorOutput": {"error": "Lambda.ServiceException"}}`,
			`{"error":"Lambda.ServiceException","status":"FAILED"}`, "",
		},
		"a catcher": {
			"#testing-catch-handlers", invoke + `, ` + catch + `, "Next": "Success"`, "",
			`"input": "{\"data\": \"value\"}", "mock": {"errorOutput": {"error": "Lambda.TooManyRequestsException", "cause": "Rate exceeded"}}, ` + debug,
			`{"cause":"Rate exceeded","error":"Lambda.TooManyRequestsException","inspectionData":{"afterArguments":"{\"FunctionName\":\"f\",\"Payload\":{\"data\":\"value\"}}","errorDetails":{"catchIndex":0},"input":"{\"data\":\"value\"}","variables":"{\"failed\":true}"},"nextState":"HandleThrottling","output":"{\"data\":\"value\",\"error\":{\"Error\":\"Lambda.TooManyRequestsException\",\"Cause\":\"Rate exceeded\"}}","status":"CAUGHT_ERROR"}`, "",
		},
		"a Map": {
			"#testing-map-state-as-whole", list + `, ` + process + `, "Output": "{% $sum($states.result) %}", "End": true`, "",
			`"input": "{\"items\": [5, 6]}", "mock": {"result": "[10, 20]"}, ` + debug,
			`{"inspectionData":{"afterItemSelector":"[{\"value\":5,\"index\":0},{\"value\":6,\"index\":1}]","input":"{\"items\":[5,6]}","maxConcurrency":2,"result":"[10, 20]"},"output":"30","status":"SUCCEEDED"}`, "",
		},
		"a DISTRIBUTED Map": {
			"#testing-distributed-map-states", `"Type": "Map", "Items": [1, 2, 3], "ItemBatcher": {"MaxItemsPerBatch": 2}, "ToleratedFailureCount": 1, ` + each + `, "End": true`, "",
			`"stateConfiguration": {"mapIterationFailureCount": 1}, "mock": {"result": "[]"}, ` + debug,
			`{"inspectionData":{"afterItemBatcher":"[{\"Items\":[1,2]},{\"Items\":[3]}]","input":"{}","result":"[]","toleratedFailureCount":1},"output":"[]","status":"SUCCEEDED"}`, "",
		},
		"too many failed iterations": {
			"#map-failure-thresholds-assert", `"Type": "Map", "Items": [1, 2, 3], "ToleratedFailureCount": 1, ` + each + `, "End": true`, "",
			`"stateConfiguration": {"mapIterationFailureCount": 2}, "mock": {"result": "[]"}`,
			`{"cause":"The specified tolerated failure threshold was exceeded","error":"States.ExceedToleratedFailureThreshold","status":"FAILED"}`, "",
		},
		"the data of an ItemReader": {
			"#testing-distributed-map-states", `"Type": "Map", "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}, "Arguments": {"Bucket": "b", "Key": "k"}}, "ItemSelector": "{% $states.context.Map.Item.Value.a %}", ` + each + `, "End": true`, "",
			`"stateConfiguration": {"mapItemReaderData": "a,b\n1,2\n3,4"}, "mock": {"result": "[]"}, ` + debug,
			`{"inspectionData":{"afterItemSelector":"[\"1\",\"3\"]","input":"{}","result":"[]"},"output":"[]","status":"SUCCEEDED"}`, "",
		},
		"a Parallel": {
			"#testing-parallel-states", `"Type": "Parallel", "Arguments": {"n": 1}, "Branches": [{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}], "End": true`, "", `"mock": {"result": "[7]"}, ` + debug,
			`{"inspectionData":{"afterArguments":"{\"n\":1}","input":"{}","result":"[7]"},"output":"[7]","status":"SUCCEEDED"}`, "",
		},
		"the context": {
			"#using-context-field", `"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "f", "Payload": "{% $states.context.Execution.Name & $states.context.State.Name %}"}, "End": true`, "",
			`"context": "{\"Execution\": {\"Name\": \"test-exec-123\"}, \"State\": {\"Name\": \"ProcessData\"}}", "mock": {"result": "{}"}, ` + debug,
			`{"inspectionData":{"afterArguments":"{\"FunctionName\":\"f\",\"Payload\":\"test-exec-123ProcessData\"}","input":"{}","result":"{}"},"output":"{}","status":"SUCCEEDED"}`, "",
		},
		"a task token": {
			"#testing-activity-sync-waitfortasktoken", `"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "Arguments": {"MessageBody": "{% $length($states.context.Task.Token) > 0 %}"}, "End": true`, "",
			`"mock": {"result": "\"approved\""}, ` + debug,
			`{"inspectionData":{"afterArguments":"{\"MessageBody\":true}","input":"{}","result":"\"approved\""},"output":"\"approved\"","status":"SUCCEEDED"}`, "",
		},
		"a state of a machine": {
			"#iterating-through-state-machine-definitions", "", `{"QueryLanguage": "JSONata", "StartAt": "M", "States": {"M": {` + list + `, "ItemProcessor": {"StartAt": "P", "States": {"P": {"Type": "Pass", "Output": "{% [$states.input, $states.context.Map.Item.Index, $v] %}", "End": true}}}, "End": true}}}`,
			`"stateName": "P", "input": "9", "variables": "{\"v\": 8}"`, `{"output":"[9,0,8]","status":"SUCCEEDED"}`, "",
		},
		"no such state": {
			"", "", `{"QueryLanguage": "JSONata", "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}`, `"stateName": "Q"`, "",
			"ValidationException: State not found in definition: 'Q'",
		},
		"both mocks": {
			"#basic-mocking-syntax", invoke + `, "End": true`, "", `"mock": {"result": "{}", "errorOutput": {"error": "E"}}`, "",
			"ValidationException: A test mock should have only one of the following fields: [result, errorOutput].",
		},
		"a mock for a Pass": {
			"", `"Type": "Pass", "End": true`, "", `"mock": {"result": "{}"}`, "", "ValidationException: State type 'Pass' is not supported when a mock is specified",
		},
		"a Map without a mock": {
			"#when-to-use-mocking", list + `, ` + process + `, "End": true`, "", `"input": "{\"items\": []}"`, "", "ValidationException: State type 'Map' is not supported when a mock is not specified",
		},
		"a callback without a mock": {
			"#when-to-use-mocking", `"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "End": true`, "", ``, "",
			"ValidationException: The integration pattern 'waitForTaskToken' is not supported when a mock is not specified",
		},
		"secrets with a mock": {
			"#test-state-trace-level", invoke + `, "End": true`, "", `"mock": {"result": "{}"}, "revealSecrets": true`, "", "ValidationException: RevealSecrets cannot be specified when a mock is specified",
		},
		"a mock of another type": {
			"#mock-validation-modes", invoke + `, "End": true`, "", `"mock": {"result": "{\"StatusCode\": \"200\"}"}`, "",
			`ValidationException: Mock result schema validation error: Field "StatusCode" must be an integer`,
		},
		"a mock of another type that is not checked": {
			"#mock-validation-modes", invoke + `, "End": true`, "", `"mock": {"fieldValidationMode": "NONE", "result": "{\"StatusCode\": \"200\"}"}`, `{"output":"{\"StatusCode\":\"200\"}","status":"SUCCEEDED"}`, "",
		},
		"a mock of a job without a required member": {
			"#testing-activity-sync-waitfortasktoken", `"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "Arguments": {}, "End": true`, "", `"mock": {"result": "{\"ExecutionArn\": \"a\"}"}`, "",
			`ValidationException: Mock result schema validation error: Required field "StartDate" is missing`,
		},
		"a mock of a job, of which only the present members are checked": {
			"#mock-validation-modes", `"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "Arguments": {}, "End": true`, "",
			`"mock": {"fieldValidationMode": "PRESENT", "result": "{\"ExecutionArn\": \"a\"}"}`, `{"output":"{\"ExecutionArn\":\"a\"}","status":"SUCCEEDED"}`, "",
		},
	}
}

// A state is tested as AWS's page says.
func TestTestState(t *testing.T) {
	service := start(t, newDB(t), oneTask, stepfunctions.Config{Lambda: invoker(func(_ context.Context, _ string, payload []byte) (lambda.Result, error) {
		return lambda.Result{Payload: payload}, nil
	})})

	for name, test := range stateTests() {
		t.Run(name, func(t *testing.T) {
			definition := test.machine
			if definition == "" {
				definition = `{"QueryLanguage": "JSONata", ` + test.state + `}`
			}

			request := map[string]any{"definition": definition, "roleArn": "arn:aws:iam::000000000000:role/any"}
			if err := json.Unmarshal([]byte("{"+test.in+"}"), &request); err != nil {
				t.Fatal(err)
			}

			if refused := answer(t, service, "TestState", request); refused != test.refused {
				t.Fatalf("%s%s: got the error %q, want %q", testPage, test.source, refused, test.refused)
			}

			if test.refused != "" {
				return
			}

			var got map[string]any

			ask(t, service, "TestState", request, &got)

			if diff := cmp.Diff(test.want, mustJSON(t, got)); diff != "" && strings.TrimSpace(diff) != "" {
				t.Errorf("%s%s (-want +got):\n%s", testPage, test.source, diff)
			}
		})
	}
}
