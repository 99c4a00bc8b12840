package stepfunctions_test

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"triptych/emulator/awsapi"
	"triptych/emulator/lambda"
	"triptych/emulator/stepfunctions"
)

// approval is a machine that waits until a person approves a photo.
const approval = `{
	"QueryLanguage": "JSONata", "StartAt": "Ask",
	"States": {"Ask": {
		"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
		"Arguments": {"FunctionName": "probe", "Payload": {"token": "{% $states.context.Task.Token %}"}},
		"TimeoutSeconds": 7200, "HeartbeatSeconds": 600,
		"Catch": [{"ErrorEquals": ["Rejected"], "Output": "{% $states.errorOutput %}", "Next": "No"}, {"ErrorEquals": ["States.HeartbeatTimeout"], "Output": "silence", "Next": "No"}],
		"Output": {"answer": "{% $states.result %}", "token": "{% $states.context.Task.Token %}"}, "End": true
	}, "No": {"Type": "Succeed"}}
}`

// tokens records the token of every call of a function.
type tokens struct{ all []string }

func (r *tokens) invoke(_ context.Context, _ string, payload []byte) (lambda.Result, error) {
	var in struct{ Token string }
	if err := json.Unmarshal(payload, &in); err != nil {
		return lambda.Result{}, err
	}

	r.all = append(r.all, in.Token)

	return lambda.Result{Payload: []byte(`"asked"`), ExecutedVersion: "1"}, nil
}

// answer sends a callback and returns the code and the message of its error.
func answer(t *testing.T, service *stepfunctions.Service, operation string, in map[string]any) string {
	t.Helper()

	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}

	_, err = service.API().Operations[operation](t.Context(), body)
	if failure, ok := errors.AsType[*awsapi.Error](err); ok {
		return failure.Code + ": " + failure.Message
	}

	if err != nil {
		t.Fatal(err)
	}

	return ""
}

// A task with the pattern .waitForTaskToken ends with the callback that has its token.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token
func TestCallback(t *testing.T) {
	const gone = "TaskTimedOut: Task Timed Out: 'Provided task does not exist anymore'"

	tests := map[string]struct {
		operation string
		in        map[string]any
		wait      time.Duration // Before the callback.
		refused   string
		status    string
		output    string // TOKEN stands for the token.
		events    string // After TaskSubmitted.
	}{
		"success": {
			operation: "SendTaskSuccess", in: map[string]any{"output": `{"ok": true}`},
			status: "SUCCEEDED", output: `{"answer":{"ok":true},"token":"TOKEN"}`, events: "TaskSucceeded TaskStateExited ExecutionSucceeded",
		},
		"failure": {
			operation: "SendTaskFailure", in: map[string]any{"error": "Rejected", "cause": "blurred"},
			status: "SUCCEEDED", output: `{"Error":"Rejected","Cause":"blurred"}`,
			events: "TaskFailed TaskStateExited SucceedStateEntered SucceedStateExited ExecutionSucceeded",
		},
		"failure without a catcher": {
			operation: "SendTaskFailure", in: map[string]any{"error": "Other"},
			status: "FAILED", events: "TaskFailed ExecutionFailed",
		},
		"missed heartbeat": {
			operation: "SendTaskHeartbeat", in: map[string]any{}, wait: 601 * time.Second, refused: gone,
			status: "SUCCEEDED", output: `"silence"`, events: "TaskTimedOut TaskStateExited SucceedStateEntered SucceedStateExited ExecutionSucceeded",
		},
		"output that is not JSON": {
			operation: "SendTaskSuccess", in: map[string]any{"output": `{`}, refused: "InvalidOutput: Invalid Output: 'Unexpected end-of-input: expected close marker for Object (start marker at [Source: (String)\"{\"; line: 1, column: 1])\n" +
				" at [Source: (String)\"{\"; line: 1, column: 2]'",
			status: "RUNNING",
		},
		"not a token": {
			operation: "SendTaskSuccess", in: map[string]any{"output": `{}`, "taskToken": "x"}, refused: "InvalidToken: Invalid Token: 'Invalid token'",
			status: "RUNNING",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				asked := &tokens{}
				service := start(t, newDB(t), approval, stepfunctions.Config{Lambda: invoker(asked.invoke)})
				arn := run(t, service, "one", `{}`)

				synctest.Wait()
				time.Sleep(test.wait)
				synctest.Wait()

				if _, given := test.in["taskToken"]; !given {
					test.in["taskToken"] = asked.all[0]
				}

				if got := answer(t, service, test.operation, test.in); got != test.refused {
					t.Errorf("got the error %q, want %q", got, test.refused)
				}

				want := strings.ReplaceAll(test.output, "TOKEN", asked.all[0])
				if got := describe(t, service, arn); got.Status != test.status || got.Output != want {
					t.Errorf("got %+v, want %s", got, want)
				}

				events := strings.Join(history(t, service, arn), " ")
				if want := strings.TrimSpace("ExecutionStarted TaskStateEntered TaskScheduled TaskStarted TaskSubmitted " + test.events); events != want {
					t.Errorf("got the events\n%s, want\n%s", events, want)
				}
			})
		})
	}
}

// A heartbeat restarts the time of the heartbeat, but not the timeout of the task.
func TestCallback_heartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := &tokens{}
		service := start(t, newDB(t), approval, stepfunctions.Config{Lambda: invoker(asked.invoke)})
		arn := run(t, service, "one", `{}`)

		synctest.Wait()

		const interval = 500 * time.Second // Of 600 seconds.

		for beats := range 14 {
			time.Sleep(interval)

			if got := answer(t, service, "SendTaskHeartbeat", map[string]any{"taskToken": asked.all[0]}); got != "" {
				t.Fatalf("heartbeat %d: %s", beats, got)
			}
		}

		time.Sleep(interval)
		synctest.Wait()

		if got := describe(t, service, arn); got.Status != "FAILED" || got.Error != "States.Timeout" {
			t.Errorf("got %+v", got)
		}
	})
}

// A task that waits for a callback waits again after a restart, without a second call, and
// its token stays valid.
func TestCallback_afterRestart(t *testing.T) {
	asked := &tokens{}
	path := filepath.Join(t.TempDir(), "state.db")

	db := openDB(t, path)
	first := start(t, db, approval, stepfunctions.Config{Lambda: invoker(asked.invoke)})
	arn := run(t, first, "one", `{}`)

	for deadline := time.Now().Add(time.Minute); len(history(t, first, arn)) < 5 && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}

	if err := errors.Join(first.Close(), db.Close()); err != nil {
		t.Fatal(err)
	}

	second := start(t, openDB(t, path), approval, stepfunctions.Config{Lambda: invoker(asked.invoke)})
	if got := answer(t, second, "SendTaskSuccess", map[string]any{"taskToken": asked.all[0], "output": "1"}); got != "" {
		t.Fatal(got)
	}

	if got := describe(t, second, arn); got.Status != "SUCCEEDED" || !strings.HasPrefix(got.Output, `{"answer":1,`) {
		t.Errorf("got %+v", got)
	}

	if len(asked.all) != 1 {
		t.Errorf("the function was called %d times", len(asked.all))
	}

	again := answer(t, second, "SendTaskSuccess", map[string]any{"taskToken": asked.all[0], "output": "2"})
	if want := "TaskTimedOut: Task Timed Out: 'Provided task does not exist anymore'"; again != want {
		t.Errorf("second callback: got %q", again)
	}
}

// A retry has a token of its own, and the token of the first attempt is not valid any more.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token
func TestCallback_retry(t *testing.T) {
	definition := strings.Replace(approval, `"Catch"`, `"Retry": [{"ErrorEquals": ["Busy"]}], "Catch"`, 1)

	synctest.Test(t, func(t *testing.T) {
		asked := &tokens{}
		service := start(t, newDB(t), definition, stepfunctions.Config{Lambda: invoker(asked.invoke)})
		arn := run(t, service, "one", `{}`)

		synctest.Wait()
		answer(t, service, "SendTaskFailure", map[string]any{"taskToken": asked.all[0], "error": "Busy"})
		time.Sleep(2 * time.Second)
		synctest.Wait()

		if len(asked.all) != 2 || asked.all[0] == asked.all[1] {
			t.Fatalf("got the tokens %q", asked.all)
		}

		old := answer(t, service, "SendTaskSuccess", map[string]any{"taskToken": asked.all[0], "output": "1"})
		now := answer(t, service, "SendTaskSuccess", map[string]any{"taskToken": asked.all[1], "output": "2"})

		if !strings.HasPrefix(old, "TaskTimedOut") || now != "" {
			t.Errorf("got %q and %q", old, now)
		}

		if got := describe(t, service, arn); !strings.HasPrefix(got.Output, `{"answer":2,`) {
			t.Errorf("got %+v", got)
		}
	})
}

// The failed call of a task that waits for a callback is recorded as TaskSubmitFailed.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_TaskSubmitFailedEventDetails.html
func TestCallback_failedCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := start(t, newDB(t), approval, stepfunctions.Config{Lambda: invoker(func(context.Context, string, []byte) (lambda.Result, error) {
			return lambda.Result{Payload: []byte(`{"errorType":"Broken"}`), FunctionError: "Unhandled"}, nil
		})})
		arn := run(t, service, "one", `{}`)

		synctest.Wait()

		want := []string{"ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskSubmitFailed", "ExecutionFailed"}
		if diff := cmp.Diff(want, history(t, service, arn)); diff != "" {
			t.Error(diff)
		}
	})
}

// The result of a task whose Resource is a function's ARN is the function's answer, and its
// events are those of Lambda.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
func TestFunctionResource(t *testing.T) {
	const definition = `{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {
		"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:probe:live", "Arguments": {"n": 1}, "End": true
	}}}`

	tests := map[string]struct {
		result lambda.Result
		output string
		err    string
		last   []string
	}{
		"success": {lambda.Result{Payload: []byte(`{"n": 2}`)}, `{"n":2}`, "", []string{"LambdaFunctionSucceeded", "TaskStateExited", "ExecutionSucceeded"}},
		"failure": {
			lambda.Result{Payload: []byte(`{"errorType": "Broken"}`), FunctionError: "Unhandled"}, "", "Broken",
			[]string{"LambdaFunctionFailed", "ExecutionFailed"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				service := start(t, newDB(t), definition, stepfunctions.Config{Lambda: invoker(func(context.Context, string, []byte) (lambda.Result, error) {
					return test.result, nil
				})})
				arn := run(t, service, "one", `{}`)

				synctest.Wait()

				if got := describe(t, service, arn); got.Output != test.output || got.Error != test.err {
					t.Errorf("got %+v", got)
				}

				want := append([]string{"ExecutionStarted", "TaskStateEntered", "LambdaFunctionScheduled", "LambdaFunctionStarted"}, test.last...)
				if diff := cmp.Diff(want, history(t, service, arn)); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}
