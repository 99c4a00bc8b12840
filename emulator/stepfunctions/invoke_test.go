package stepfunctions_test

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"triptych/emulator/awsapi"
	"triptych/emulator/lambda"
	"triptych/emulator/stepfunctions"
)

// invocation returns the output of a task lambda:invoke with the Arguments, and the payload
// that the function received.
func invocation(t *testing.T, arguments string, result lambda.Result) (output, payload string) {
	t.Helper()

	synctest.Test(t, func(t *testing.T) {
		definition := `{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": ` +
			arguments + `, "End": true}}}`
		service := start(t, newDB(t), definition, stepfunctions.Config{
			Lambda: invoker(func(_ context.Context, _ string, got []byte) (lambda.Result, error) {
				payload = string(got)

				return result, nil
			}),
		})
		arn := run(t, service, "one", `{}`)

		synctest.Wait()

		output = describe(t, service, arn).Output
	})

	return output, payload
}

// A string reaches the function as it is, and null as no payload. This was recorded on AWS.
func TestInvoke_payload(t *testing.T) {
	t.Parallel()

	for arguments, want := range map[string]string{
		`"Payload": "0"`:                       `0`,
		`"Payload": "{\"a\": 1}"`:              `{"a": 1}`,
		`"Payload": "\"text\""`:                `"text"`,
		`"Payload": null`:                      ``,
		`"InvocationType": "RequestResponse"`:  ``,
		`"Payload": {"a": [1, "{% 1 + 1 %}"]}`: `{"a":[1,2]}`,
		`"Payload": "{% $string(true) %}"`:     `true`,
		`"Payload": false`:                     `false`,
	} {
		if _, got := invocation(t, `{"FunctionName": "f", `+arguments+`}`, lambda.Result{}); got != want {
			t.Errorf("%s: the function received %q, want %q", arguments, got, want)
		}
	}
}

// A task with Credentials runs with their role, if the machine's role may assume it.
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-access-cross-acct-resources.html
func TestTask_credentials(t *testing.T) {
	t.Parallel()

	type caller struct{}

	const other = "arn:aws:iam::111122223333:role/other"

	for name, allowed := range map[string]bool{"allowed": true, "denied": false} {
		synctest.Test(t, func(t *testing.T) {
			definition := `{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
				"Arguments": {"FunctionName": "f"}, "Credentials": {"RoleArn": "` + other + `"}, "Output": "{% $states.result.Payload %}", "End": true}}}`
			service := start(t, newDB(t), definition, stepfunctions.Config{
				As: func(ctx context.Context, role string) context.Context { return context.WithValue(ctx, caller{}, role) },
				Authorize: func(ctx context.Context, action, resource string) error {
					if action == "sts:AssumeRole" && (resource != other || ctx.Value(caller{}) == other || !allowed) {
						return awsapi.Errorf("AccessDenied", "not authorized to perform: sts:AssumeRole")
					}

					return nil
				},
				Lambda: invoker(func(ctx context.Context, _ string, _ []byte) (lambda.Result, error) {
					role, err := json.Marshal(ctx.Value(caller{}))

					return lambda.Result{Payload: role}, err
				}),
			})
			arn := run(t, service, "one", `{}`)

			synctest.Wait()

			got := describe(t, service, arn)
			if allowed && got.Output != `"`+other+`"` || !allowed && (got.Error != "States.TaskFailed" || !strings.Contains(got.Cause, "sts:AssumeRole")) {
				t.Errorf("%s: %+v", name, got)
			}
		})
	}
}

// The members, and their order, were recorded on AWS.
func TestInvoke_result(t *testing.T) {
	t.Parallel()

	result := lambda.Result{
		Payload: []byte(`{"b":"<&>","a":1}`), ExecutedVersion: "$LATEST", RequestID: "8f6c2d2e-6a52-4a3c-9a3e-1b5d7e9f0a11",
		TraceRoot: "1-00000000-8f6c2d2e6a524a3c9a3e1b5d", LogTail: []byte("START"),
	}
	headers := []string{
		"Connection", "Content-Length", "Content-Type", "Date", "X-Amz-Executed-Version", "X-Amzn-Trace-Id", "x-amzn-Remapped-Content-Length", "x-amzn-RequestId",
	}

	for name, c := range map[string]struct {
		arguments, begin string
		headers          []string
	}{
		"without a log": {`{"FunctionName": "f", "LogType": "None"}`, `{"ExecutedVersion":"$LATEST","Payload":{"b":"<&>","a":1},"SdkHttpMetadata":{"AllHttpHeaders":{`, headers},
		"with a log": {`{"FunctionName": "f", "LogType": "Tail"}`, `{"ExecutedVersion":"$LATEST","LogResult":"U1RBUlQ=","Payload":{`, append(
			slices.Clone(headers[:5]), append([]string{"X-Amz-Log-Result"}, headers[5:]...)...)},
	} {
		output, _ := invocation(t, c.arguments, result)

		if !strings.HasPrefix(output, c.begin) || !strings.HasSuffix(output, `},"HttpStatusCode":200},"SdkResponseMetadata":{"RequestId":"8f6c2d2e-6a52-4a3c-9a3e-1b5d7e9f0a11"},"StatusCode":200}`) {
			t.Errorf("%s: %s", name, output)
		}

		var got struct {
			Metadata struct {
				All  map[string][]string `json:"AllHttpHeaders"`
				Each map[string]string   `json:"HttpHeaders"`
			} `json:"SdkHttpMetadata"`
		}
		if err := json.NewDecoder(bytes.NewBufferString(output)).Decode(&got); err != nil {
			t.Fatal(err)
		}

		if diff := cmp.Diff(c.headers, slices.Sorted(maps.Keys(got.Metadata.Each))); diff != "" {
			t.Errorf("%s: headers (-want +got):\n%s", name, diff)
		}

		for header, value := range got.Metadata.Each {
			if diff := cmp.Diff([]string{value}, got.Metadata.All[header]); diff != "" {
				t.Errorf("%s: %s: %s", name, header, diff)
			}
		}

		if trace := got.Metadata.Each["X-Amzn-Trace-Id"]; trace != "root=1-00000000-8f6c2d2e6a524a3c9a3e1b5d;sampled=0" {
			t.Errorf("%s: the trace is %s", name, trace)
		}
	}
}
