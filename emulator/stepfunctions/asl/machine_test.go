package asl_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"triptych/emulator/stepfunctions/asl"
)

// executionARN is the ARN of every test's execution.
const executionARN = "arn:aws:states:eu-west-1:000000000000:execution:machine:one"

// machine returns a definition with the states.
func machine(t *testing.T, startAt, states string) *asl.Definition {
	t.Helper()

	text := fmt.Sprintf(`{"QueryLanguage": "JSONata", "StartAt": %q, "States": {%s}}`, startAt, states)

	definition, err := asl.Parse([]byte(text))
	if err != nil {
		t.Fatalf("parse:\n%v", err)
	}

	return definition
}

func options(input string) asl.StartOptions {
	return asl.StartOptions{
		ExecutionARN: executionARN, ExecutionName: "one", RoleARN: "role", StateMachineARN: "machine-arn", StateMachineName: "machine",
		Input: json.RawMessage(input),
	}
}

// run runs a definition to its end.
func run(t *testing.T, runner *asl.Runner, input string) *asl.Result {
	t.Helper()

	result, err := runner.Run(t.Context(), options(input))
	if err != nil {
		t.Fatal(err)
	}

	return result
}

// echo is a task that returns its arguments.
func echo(_ context.Context, task asl.Task) (json.RawMessage, error) { return task.Arguments, nil }

// wantOutcome compares an outcome. The output is compared as JSON.
func wantOutcome(t *testing.T, got asl.Outcome, want asl.Outcome) {
	t.Helper()

	if diff := cmp.Diff(plain(t, want), plain(t, got)); diff != "" {
		t.Error(diff)
	}
}

func plain(t *testing.T, outcome asl.Outcome) map[string]any {
	t.Helper()

	out := map[string]any{"status": outcome.Status, "error": outcome.Error, "cause": outcome.Cause}

	if len(outcome.Output) > 0 {
		var value any
		if err := json.Unmarshal(outcome.Output, &value); err != nil {
			t.Fatal(err)
		}

		out["output"] = value
	}

	return out
}

func succeeded(output string) asl.Outcome {
	return asl.Outcome{Status: asl.StatusSucceeded, Output: json.RawMessage(output)}
}

func failed(name, cause string) asl.Outcome {
	return asl.Outcome{Status: asl.StatusFailed, Error: name, Cause: cause}
}

func TestStates_withoutTasks(t *testing.T) {
	tests := map[string]struct {
		states string // The first state is A.
		input  string
		want   asl.Outcome
		path   string
	}{
		"Pass hands its input on": {
			states: `"A": {"Type": "Pass", "End": true}`,
			input:  `{"big": 12345678901234567890, "one": 1000000, "z": null}`, want: succeeded(`{"big": 12345678901234567890, "one": 1000000, "z": null}`), path: "A",
		},
		"Pass with Output": {
			states: `"A": {"Type": "Pass", "Output": {"x": "{% $states.input.n * 1000000 %}", "y": [1, "{% $states.input.z %}"]}, "End": true}`,
			input:  `{"n": 3, "z": null}`, want: succeeded(`{"x": 3000000, "y": [1, null]}`), path: "A",
		},
		"Assign and Output see the old variables": {
			states: `"A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "B"},
			         "B": {"Type": "Pass", "Assign": {"x": 2, "y": "{% $x %}"}, "Output": "{% $x %}", "Next": "C"},
			         "C": {"Type": "Succeed", "Output": ["{% $states.input %}", "{% $x %}", "{% $y %}"]}`,
			want: succeeded(`[1, 2, 1]`), path: "A B C",
		},
		"Choice takes the first that holds": {
			states: `"A": {"Type": "Choice", "Choices": [
			            {"Condition": "{% $states.input.n > 10 %}", "Next": "B"},
			            {"Condition": "{% $states.input.n > 1 %}", "Assign": {"m": "{% $states.input.n %}"}, "Output": "chosen", "Next": "C"}], "Default": "B"},
			         "B": {"Type": "Fail"}, "C": {"Type": "Succeed", "Output": ["{% $states.input %}", "{% $m %}"]}`,
			input: `{"n": 5}`, want: succeeded(`["chosen", 5]`), path: "A C",
		},
		"Choice falls back to Default": {
			states: `"A": {"Type": "Choice", "Choices": [{"Condition": "{% false %}", "Next": "B"}], "Output": "default", "Default": "C"},
			         "B": {"Type": "Fail"}, "C": {"Type": "Succeed"}`,
			want: succeeded(`"default"`), path: "A C",
		},
		"Choice without a match": {
			states: `"A": {"Type": "Choice", "Choices": [{"Condition": "{% false %}", "Next": "B"}]}, "B": {"Type": "Succeed"}`,
			want:   failed(asl.ErrorNoChoiceMatched, "An error occurred while executing the state 'A' (entered at the event id #2). Failed to transition out of the state. The state does not point to a next state."), path: "A",
		},
		"a condition that is no boolean": {
			states: `"A": {"Type": "Choice", "Choices": [{"Condition": "{% 1 %}", "Next": "B"}]}, "B": {"Type": "Succeed"}`,
			want: failed(asl.ErrorQueryEvaluation, "An error occurred while executing the state 'A' (entered at the event id #2). "+
				"The JSONata expression '1' specified for the field 'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean', but was 'number' for value: 1"), path: "A",
		},
		"an undefined result": {
			states: `"A": {"Type": "Pass", "Output": {"x": "{% $states.input.missing %}"}, "End": true}`,
			want: failed(asl.ErrorQueryEvaluation, "An error occurred while executing the state 'A' (entered at the event id #2). "+
				"The JSONata expression '$states.input.missing' specified for the field 'Output/x' returned nothing (undefined)."), path: "A",
		},
		"Fail": {
			states: `"A": {"Type": "Fail", "Error": "{% 'My' & 'Error' %}", "Cause": "because"}`, want: failed("MyError", "because"), path: "A",
		},
		"Fail with an expression that gives no string": {
			states: `"A": {"Type": "Fail", "Error": "{% 1 %}"}`,
			want: failed(asl.ErrorQueryEvaluation, "An error occurred while executing the state 'A' (entered at the event id #2). "+
				"The JSONata expression '1' specified for the field 'Error' returned an unexpected result type. Expected 'string', but was 'number' for value: 1"), path: "A",
		},
		"the context object": {
			states: `"A": {"Type": "Succeed", "Output": "{% $states.context %}"}`,
			input:  `{"a": 1}`,
			want: succeeded(`{"Execution": {"Id": "` + executionARN + `", "Name": "one", "RoleArn": "role", "Input": {"a": 1}, "StartTime": "1970-01-01T00:00:00Z", "RedriveCount": 0},
			                  "StateMachine": {"Id": "machine-arn", "Name": "machine"}, "State": {"Name": "A", "EnteredTime": "1970-01-01T00:00:00Z", "RetryCount": 0}}`), path: "A",
		},
		"Wait, Seconds": {
			states: `"A": {"Type": "Wait", "Seconds": "{% $states.input.s %}", "Next": "B"}, "B": {"Type": "Succeed", "Output": "{% $states.context.State.EnteredTime %}"}`,
			input:  `{"s": 90}`, want: succeeded(`"1970-01-01T00:01:30Z"`), path: "A B",
		},
		"Wait, Timestamp": {
			states: `"A": {"Type": "Wait", "Timestamp": "1970-01-02T00:00:00.5Z", "Next": "B"}, "B": {"Type": "Succeed", "Output": "{% $states.context.State.EnteredTime %}"}`,
			want:   succeeded(`"1970-01-02T00:00:00.500Z"`), path: "A B",
		},
		"Wait, Timestamp in the past": {
			states: `"A": {"Type": "Wait", "Timestamp": "1960-01-02T00:00:00Z", "Assign": {"w": 1}, "Output": 7, "End": true}`, want: succeeded(`7`), path: "A",
		},
		"Wait, no time": {
			states: `"A": {"Type": "Wait", "Timestamp": "{% 'tomorrow' %}", "End": true}`,
			want: failed(asl.ErrorQueryEvaluation, "An error occurred while executing the state 'A' (entered at the event id #2). "+
				"The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: tomorrow"), path: "A",
		},
		"Wait, negative": {
			states: `"A": {"Type": "Wait", "Seconds": "{% -1 %}", "End": true}`,
			want: failed(asl.ErrorQueryEvaluation, "An error occurred while executing the state 'A' (entered at the event id #2). "+
				"The field 'Seconds' must be a whole number between 0 and 99999999, and is -1."), path: "A",
		},
		"Map over its input": {
			states: `"A": {"Type": "Map", "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "Output": "{% $states.input * 2 %}", "End": true}}}, "End": true}`,
			input:  `[1, 2, 3]`, want: succeeded(`[2, 4, 6]`), path: "A I I I",
		},
		"Map over one stays an array": {
			states: `"P": {"Type": "Pass", "Assign": {"p": {"v": [{"n": 1}]}}, "Next": "A"},
			         "A": {"Type": "Map", "Items": "{% $p.v %}", "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}}, "Assign": {"r": "{% $states.result %}"}, "Next": "B"},
			         "B": {"Type": "Succeed", "Output": {"input": "{% $states.input %}", "r": "{% $r %}"}}`,
			want: succeeded(`{"input": [{"n": 1}], "r": [{"n": 1}]}`), path: "P A I B",
		},
		"Map over nothing": {
			states: `"A": {"Type": "Map", "Items": [], "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}}, "End": true}`,
			want:   succeeded(`[]`), path: "A",
		},
		"Map with ItemSelector, outer and inner variables": {
			states: `"P": {"Type": "Pass", "Assign": {"outer": 10}, "Next": "A"},
			         "A": {"Type": "Map", "Items": ["x", "y"], "MaxConcurrency": 1,
			               "ItemSelector": {"i": "{% $states.context.Map.Item.Index %}", "v": "{% $states.context.Map.Item.Value %}"},
			               "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "I", "States": {
			                  "I": {"Type": "Pass", "Assign": {"inner": "{% $states.input.i + $outer %}"}, "Next": "J"},
			                  "J": {"Type": "Pass", "Output": [ "{% $states.input.v %}", "{% $inner %}" ], "End": true}}},
			               "Output": "{% $states.result[1] %}", "End": true}`,
			want: succeeded(`["y", 11]`), path: "P A I J I J",
		},
		"Map over an object": {
			states: `"A": {"Type": "Map", "Items": {"a": 1}, "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}}, "End": true}`,
			want: failed(asl.ErrorQueryEvaluation, "An error occurred while executing the state 'A' (entered at the event id #2). "+
				`Map state input must be an array but was: {"a":1}`), path: "A",
		},
		"a Map's failure has the inner name, and is caught": {
			states: `"A": {"Type": "Map", "Items": [1, 2], "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Fail", "Error": "Inner", "Cause": "why"}}},
			               "Catch": [{"ErrorEquals": ["Other"], "Next": "C"}, {"ErrorEquals": ["Inner"], "Assign": {"e": "{% $states.errorOutput %}"}, "Output": "{% $states.input %}", "Next": "C"}], "End": true},
			         "C": {"Type": "Succeed", "Output": ["{% $states.input %}", "{% $e %}"]}`,
			input: `"in"`, want: succeeded(`["in", {"Error": "Inner", "Cause": "why"}]`), path: "A I C",
		},
		"Parallel": {
			states: `"A": {"Type": "Parallel", "Arguments": {"n": "{% $states.input.n + 1 %}"}, "Branches": [
			            {"StartAt": "L", "States": {"L": {"Type": "Wait", "Seconds": 5, "Output": "{% $states.input.n %}", "End": true}}},
			            {"StartAt": "R", "States": {"R": {"Type": "Pass", "Output": "{% $states.input.n * 2 %}", "End": true}}}], "End": true}`,
			input: `{"n": 1}`, want: succeeded(`[2, 4]`), path: "A L R",
		},
		"Parallel, a branch fails": {
			states: `"A": {"Type": "Parallel", "Branches": [
			            {"StartAt": "L", "States": {"L": {"Type": "Wait", "Seconds": 5, "End": true}}},
			            {"StartAt": "R", "States": {"R": {"Type": "Fail", "Error": "E"}}}], "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "C"}], "End": true},
			         "C": {"Type": "Succeed"}`,
			want: succeeded(`{"Error": "E", "Cause": ""}`), path: "A L R C",
		},
		"a Parallel is retried as a whole": {
			states: `"A": {"Type": "Parallel", "Branches": [{"StartAt": "R", "States": {"R": {"Type": "Fail", "Error": "E"}}}],
			               "Retry": [{"ErrorEquals": ["E"], "MaxAttempts": 2}], "End": true}`,
			want: failed("E", ""), path: "A R R R",
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			start := strings.Fields(test.path)[0]
			result := run(t, &asl.Runner{Definition: machine(t, start, test.states)}, test.input)
			wantOutcome(t, result.Outcome, test.want)

			if got := strings.Join(result.Path(), " "); got != test.path {
				t.Errorf("path %s, want %s", got, test.path)
			}
		})
	}
}

func TestMap_concurrency(t *testing.T) {
	const body = `"ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {}, "End": true}}}, "End": true}`

	for name, test := range map[string]struct {
		concurrency string
		want        int
	}{
		"as asked": {`"MaxConcurrency": 3,`, 3}, "an expression": {`"MaxConcurrency": "{% 1 + 1 %}",`, 2},
		"the inline limit": {``, 40}, "zero is no limit of its own": {`"MaxConcurrency": 0,`, 40}, "above the inline limit": {`"MaxConcurrency": 99,`, 40},
	} {
		t.Run(name, func(t *testing.T) {
			definition := machine(t, "A", `"A": {"Type": "Map", "Items": "{% [1..50] %}", `+test.concurrency+body)
			m := asl.New(definition, asl.NewVirtualClock(time.Unix(0, 0)), nil)

			x, effects, err := m.Start(options(`{}`))
			if err != nil {
				t.Fatal(err)
			}

			open := effects.Tasks
			if len(open) != test.want {
				t.Fatalf("%d tasks at once, want %d", len(open), test.want)
			}

			for done := 0; x.Outcome() == nil; done++ {
				effects, err = m.TaskSucceeded(x, open[0].ID, json.RawMessage(`1`))
				if err != nil {
					t.Fatal(err)
				}

				open = append(open[1:], effects.Tasks...)
				if len(open) > test.want {
					t.Fatalf("%d tasks at once, want %d", len(open), test.want)
				}
			}
		})
	}
}

func TestMachine_Start_invalidInput(t *testing.T) {
	m := asl.New(machine(t, "A", `"A": {"Type": "Succeed"}`), asl.NewVirtualClock(time.Unix(0, 0)), nil)

	for name, input := range map[string]string{
		"not JSON": `{`, "two values": `1 2`, "too large": `"` + strings.Repeat("x", asl.MaxDataBytes) + `"`,
	} {
		if _, _, err := m.Start(options(input)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestMachine_Stop(t *testing.T) {
	m := asl.New(machine(t, "A", `"A": {"Type": "Wait", "Seconds": 5, "End": true}`), asl.NewVirtualClock(time.Unix(0, 0)), nil)

	x, effects, err := m.Start(options(``))
	if err != nil {
		t.Fatal(err)
	}

	timer := effects.Timers[0].ID

	effects, err = m.Stop(x, asl.Failure{Error: "Enough", Cause: "it rains"})
	if err != nil {
		t.Fatal(err)
	}

	want := asl.Effects{
		Events: []asl.HistoryEvent{{
			ID: 3, PreviousEventID: 0, Timestamp: asl.Timestamp{Time: time.Unix(0, 0).UTC()}, Type: asl.EventExecutionAborted,
			ExecutionAborted: &asl.FailureDetails{Error: "Enough", Cause: "it rains"},
		}},
		CancelledTimers: []string{timer},
		Outcome:         &asl.Outcome{Status: asl.StatusAborted, Error: "Enough", Cause: "it rains"},
	}
	if diff := cmp.Diff(want, effects); diff != "" {
		t.Error(diff)
	}

	if _, err := m.Stop(x, asl.Failure{}); !errors.Is(err, asl.ErrNotPending) {
		t.Errorf("stopped twice: %v", err)
	}

	if _, err := m.TimerFired(x, timer); !errors.Is(err, asl.ErrNotPending) {
		t.Errorf("a timer after the end: %v", err)
	}
}
