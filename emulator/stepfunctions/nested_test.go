package stepfunctions_test

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"triptych/emulator/stepfunctions"
)

// nesting returns a machine that starts itself once, with a pattern. The inner execution
// waits for a minute and returns, or fails with, its input.
func nesting(pattern string) string {
	return `{"QueryLanguage": "JSONata", "StartAt": "Which", "States": {
		"Which": {"Type": "Choice", "Choices": [
			{"Condition": "{% $states.input.inner = 'fail' %}", "Next": "Fail"},
			{"Condition": "{% $exists($states.input.inner) %}", "Next": "Wait"}], "Default": "Start"},
		"Start": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution` + pattern + `",
			"Arguments": {"StateMachineArn": "{% $states.context.StateMachine.Id %}", "Input": {"inner": "{% $states.input.how %}"}}, "End": true},
		"Wait": {"Type": "Wait", "Seconds": 60, "End": true},
		"Fail": {"Type": "Fail", "Error": "Broken", "Cause": "why"}}}`
}

// A task starts an execution, and waits for its end if the pattern is .sync. The output of
// the execution is a text with .sync, and JSON with .sync:2.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
func TestNested(t *testing.T) {
	const submitted = "ExecutionStarted ChoiceStateEntered ChoiceStateExited TaskStateEntered TaskScheduled TaskStarted TaskSubmitted "

	tests := map[string]struct {
		pattern, how   string
		output, status any // Members of the result.
		err, events    string
	}{
		"request response": {"", "ok", nil, nil, "", strings.Replace(submitted, "TaskSubmitted ", "TaskSucceeded TaskStateExited ExecutionSucceeded", 1)},
		".sync":            {".sync", "ok", `{"inner":"ok"}`, "SUCCEEDED", "", submitted + "TaskSucceeded TaskStateExited ExecutionSucceeded"},
		".sync:2":          {".sync:2", "ok", map[string]any{"inner": "ok"}, "SUCCEEDED", "", submitted + "TaskSucceeded TaskStateExited ExecutionSucceeded"},
		"failure":          {".sync:2", "fail", nil, nil, "States.TaskFailed", submitted + "TaskFailed ExecutionFailed"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				service := start(t, newDB(t), nesting(test.pattern), stepfunctions.Config{})
				arn := run(t, service, "outer", `{"how": "`+test.how+`"}`)

				time.Sleep(2 * time.Minute)
				synctest.Wait()

				got := describe(t, service, arn)
				if events := strings.Join(history(t, service, arn), " "); got.Error != test.err || events != test.events {
					t.Errorf("got %+v with the events\n%s, want\n%s", got, events, test.events)
				}

				if test.err != "" {
					if !strings.Contains(got.Cause, `"Error":"Broken"`) || !strings.Contains(got.Cause, `"Status":"FAILED"`) {
						t.Errorf("got the cause %s", got.Cause)
					}

					return
				}

				var result map[string]any
				if err := json.Unmarshal([]byte(got.Output), &result); err != nil {
					t.Fatal(err)
				}

				inner, _ := result["ExecutionArn"].(string)
				if output, want := mustJSON(t, result["Output"]), mustJSON(t, test.output); output != want || result["Status"] != test.status || describe(t, service, inner).Status != "SUCCEEDED" {
					t.Errorf("got %s, want %s in %s", output, want, got.Output)
				}
			})
		})
	}
}

func mustJSON(t *testing.T, value any) string {
	t.Helper()

	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}

	return string(text)
}

// The end of the outer execution stops the inner one.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-sync
func TestNested_stopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := start(t, newDB(t), nesting(".sync:2"), stepfunctions.Config{})
		arn := run(t, service, "outer", `{"how": "ok"}`)

		synctest.Wait()

		var out struct{}

		ask(t, service, "StopExecution", map[string]any{"executionArn": arn}, &out)
		synctest.Wait()

		if got := listedStatuses(t, service); got != "ABORTED ABORTED" {
			t.Errorf("got %s", got)
		}
	})
}

// listedStatuses returns the statuses of all executions of the machine, the newest first.
func listedStatuses(t *testing.T, service *stepfunctions.Service) string {
	t.Helper()

	var listed struct{ Executions []struct{ Status string } }

	ask(t, service, "ListExecutions", map[string]any{"stateMachineArn": machineARN}, &listed)

	var all []string
	for _, one := range listed.Executions {
		all = append(all, one.Status)
	}

	return strings.Join(all, " ")
}

// A task that waits for an execution waits again after a restart, and does not start a
// second one.
func TestNested_afterRestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.db")
	definition := strings.Replace(nesting(".sync"), `"Seconds": 60`, `"Seconds": 2`, 1)

	db := openDB(t, path)
	first := start(t, db, definition, stepfunctions.Config{})
	arn := run(t, first, "outer", `{"how": "ok"}`)

	for deadline := time.Now().Add(time.Minute); len(history(t, first, arn)) < 7 && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}

	if err := errors.Join(first.Close(), db.Close()); err != nil {
		t.Fatal(err)
	}

	second := start(t, openDB(t, path), definition, stepfunctions.Config{})

	for deadline := time.Now().Add(time.Minute); describe(t, second, arn).Status == "RUNNING" && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}

	if got := listedStatuses(t, second); got != "SUCCEEDED SUCCEEDED" {
		t.Errorf("got %s", got)
	}
}
