package statemachine_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"triptych/emulator/stepfunctions/asl"
	"triptych/statemachine"
)

// statusChange is the event of an execution that failed.
// https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
const statusChange = `{
  "version": "0", "id": "315c1398-40ff-a850-213b-158f73e60175", "detail-type": "Step Functions Execution Status Change", "source": "aws.states",
  "account": "000000000000", "time": "2026-01-02T03:04:05Z", "region": "us-east-1", "resources": ["arn:aws:states:us-east-1:000000000000:execution:triptych-pipeline:gone"],
  "detail": {"executionArn": "arn:aws:states:us-east-1:000000000000:execution:triptych-pipeline:gone", "stateMachineArn": "arn:aws:states:us-east-1:000000000000:stateMachine:triptych-pipeline",
    "name": "gone", "status": "FAILED", "startDate": 1, "stopDate": 2, "input": "{}", "redriveCount": 0, "error": "Lambda.Unknown", "cause": "why"}
}`

func failing(tb testing.TB) *asl.Definition {
	tb.Helper()

	text, err := statemachine.Render(statemachine.Fail(), map[string]string{"fail_arn": "fail:live", "recipe": statemachine.JSONText(recipeText)})
	if err != nil {
		tb.Fatal(err)
	}

	definition, err := asl.Parse([]byte(text))
	if err != nil {
		tb.Fatalf("parse:\n%v", err)
	}

	return definition
}

// visitFail prepares an execution of the state machine "fail", which records failed
// executions in the ledger. The execution reaches the only state of the machine.
func visitFail(t *testing.T, _ string) *visit {
	t.Helper()

	clock, calls := asl.NewVirtualClock(time.Unix(0, 0)), 0
	faults := map[string][]string{}

	run := func(_ context.Context, task asl.Task) (json.RawMessage, error) {
		calls++

		var arguments struct {
			FunctionName string
			Payload      struct {
				Change            struct{ Status, Error string }
				Recipe, Execution string
			}
		}

		err := json.Unmarshal(task.Arguments, &arguments)
		if payload := arguments.Payload; err != nil || arguments.FunctionName != "fail:live" || payload.Change.Status != "FAILED" ||
			payload.Change.Error != "Lambda.Unknown" || payload.Recipe != recipeText || payload.Execution != executionARN {
			t.Errorf("the task has the arguments %s (error %v)", task.Arguments, err)
		}

		if answers := faults[task.State]; len(answers) > 0 {
			faults[task.State] = answers[1:]

			switch answers[0] {
			case well:
			case slow:
				clock.Advance(48 * time.Hour)
			case late:
				clock.Advance(task.Timeout + time.Second)
			default:
				return nil, &asl.TaskError{Name: answers[0], Cause: "why"}
			}
		}

		return json.RawMessage(`{"Payload": {"key": "a.jpg", "status": "FAILED"}, "StatusCode": 200}`), nil
	}

	return &visit{
		runner: &asl.Runner{Definition: failing(t), Tasks: run, Clock: clock}, input: statusChange,
		faults: faults, calls: func(string) int { return calls },
	}
}

func TestFail(t *testing.T) {
	result := visitFail(t, "Fail").run(t)
	if result.Outcome.Status != asl.StatusSucceeded || string(result.Outcome.Output) != `{"key":"a.jpg","status":"FAILED"}` {
		t.Errorf("got %s %s", result.Outcome.Status, result.Outcome.Output)
	}
}
