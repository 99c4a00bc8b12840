package integration

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// requested calls a resource and returns the body of the service's request.
func requested(t *testing.T, resource, arguments string) string {
	t.Helper()

	var body []byte

	calls := All(Config{Service: func(string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ = io.ReadAll(r.Body)
			_, _ = io.WriteString(w, `{"FailedEntryCount": 0}`)
		})
	}})

	ctx := WithExecution(t.Context(), Execution{ARN: "execution", StateMachineARN: "machine"})
	if _, err := calls[resource](ctx, json.RawMessage(arguments)); err != nil {
		t.Fatal(err)
	}

	return string(body)
}

// The Arguments become the request of the service.
func TestCall_request(t *testing.T) {
	tests := map[string]struct{ resource, arguments, want string }{
		// https://docs.aws.amazon.com/step-functions/latest/dg/connect-eventbridge.html
		"events get the execution and the machine as resources": {
			"arn:aws:states:::events:putEvents", `{"Entries": [{"Source": "a", "Resources": ["r"], "Detail": {"b": "<"}}]}`,
			`{"Entries":[{"Detail":"{\"b\": \"<\"}","Resources":["r","execution","machine"],"Source":"a"}]}`,
		},
		// https://docs.aws.amazon.com/step-functions/latest/dg/connect-sqs.html
		"a message of JSON is sent as text": {"arn:aws:states:::sqs:sendMessage", `{"MessageBody": {"b":1}}`, `{"MessageBody":"{\"b\":1}"}`},
		"a message of text stays":           {"arn:aws:states:::sqs:sendMessage", `{"MessageBody": "b"}`, `{"MessageBody":"b"}`},
		// https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
		"parameters of Step Functions are in PascalCase": {
			"arn:aws:states:::aws-sdk:sfn:createStateMachine", `{"Name": "a", "LoggingConfiguration": {"Level": "OFF"}, "Tags": [{"Key": "k"}]}`,
			`{"loggingConfiguration":{"level":"OFF"},"name":"a","tags":[{"key":"k"}]}`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, requested(t, test.resource, test.arguments)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The times of AWS SDK integrations are texts.
func TestSDKResult_times(t *testing.T) {
	service := sdkServices["sfn"]

	got, err := service.result(json.RawMessage(`{"executionArn": "a", "startDate": 1700000000.5, "stopDate": 1700000001}`))
	if want := `{"ExecutionArn":"a","StartDate":"2023-11-14T22:13:20.500Z","StopDate":"2023-11-14T22:13:21Z"}`; err != nil || string(got) != want {
		t.Errorf("got %s, %v", got, err)
	}
}
