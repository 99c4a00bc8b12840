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

// task returns a Task state A with these fields, and a Succeed B.
func task(fields string) string {
	return `"A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "f", "Payload": "{% $states.input %}"}, ` +
		fields + `}, "B": {"Type": "Succeed"}`
}

// caught is a Catch that leads every error to B.
const caught = `"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "B"}]`

// script returns one result for each attempt: the name of an error, or "" for success.
// "slow" first takes a minute.
type script struct {
	clock   *asl.VirtualClock
	answers []string
	seen    []string // The virtual time and the attempt of every call.
	start   time.Time
}

func (s *script) run(_ context.Context, task asl.Task) (json.RawMessage, error) {
	s.seen = append(s.seen, fmt.Sprintf("%v #%d", s.clock.Now().Sub(s.start), task.Attempt))

	answer := s.answers[0]
	if len(s.answers) > 1 {
		s.answers = s.answers[1:]
	}

	switch answer {
	case "":
		return json.RawMessage(`{"StatusCode": 200, "Payload": "done"}`), nil
	case "slow":
		s.clock.Advance(time.Minute)

		return json.RawMessage(`{"StatusCode": 200, "Payload": "late"}`), nil
	default:
		return nil, &asl.TaskError{Name: answer, Cause: "cause of " + answer}
	}
}

type half struct{}

func (half) Float64() float64 { return 0.5 }
func (half) Uint64() uint64   { return 1 }

func TestTask(t *testing.T) {
	const done = `"Output": "{% $states.result.Payload %}", "Next": "B"`

	tests := map[string]struct {
		fields  string
		answers []string
		want    asl.Outcome
		calls   []string
		path    string
	}{
		"succeeds": {fields: done, answers: []string{""}, want: succeeded(`"done"`), calls: []string{"0s #0"}, path: "A B"},
		"fails, uncaught": {
			fields: done, answers: []string{"Boom"}, want: failed("Boom", "cause of Boom"), calls: []string{"0s #0"}, path: "A",
		},
		"is retried with backoff up to MaxDelaySeconds": {
			fields:  `"Retry": [{"ErrorEquals": ["Boom"], "IntervalSeconds": 3, "MaxAttempts": 4, "BackoffRate": 2, "MaxDelaySeconds": 10}], ` + done,
			answers: []string{"Boom", "Boom", "Boom", "Boom", ""}, want: succeeded(`"done"`),
			calls: []string{"0s #0", "3s #1", "9s #2", "19s #3", "29s #4"}, path: "A B",
		},
		"defaults of a retrier": {
			fields: `"Retry": [{"ErrorEquals": ["States.ALL"]}], ` + done, answers: []string{"Boom"}, want: failed("Boom", "cause of Boom"),
			calls: []string{"0s #0", "1s #1", "3s #2", "7s #3"}, path: "A",
		},
		"full jitter": {
			fields:  `"Retry": [{"ErrorEquals": ["Boom"], "IntervalSeconds": 4, "JitterStrategy": "FULL"}], ` + done,
			answers: []string{"Boom", "Boom", ""}, want: succeeded(`"done"`), calls: []string{"0s #0", "2s #1", "6s #2"}, path: "A B",
		},
		"MaxAttempts 0 hides later retriers": {
			fields:  `"Retry": [{"ErrorEquals": ["Boom"], "MaxAttempts": 0}, {"ErrorEquals": ["States.ALL"]}], ` + done,
			answers: []string{"Boom", ""}, want: failed("Boom", "cause of Boom"), calls: []string{"0s #0"}, path: "A",
		},
		"each retrier counts for itself": { // AWS's "complex retry scenario".
			fields: `"Retry": [{"ErrorEquals": ["A", "B"], "IntervalSeconds": 1, "BackoffRate": 2, "MaxAttempts": 2}, {"ErrorEquals": ["C"], "IntervalSeconds": 5}], ` +
				caught + "," + done,
			answers: []string{"A", "B", "C", "B"}, want: succeeded(`{"Error": "B", "Cause": "cause of B"}`),
			calls: []string{"0s #0", "1s #1", "3s #2", "8s #3"}, path: "A B",
		},
		"times out, and the late result is not taken": {
			fields: `"TimeoutSeconds": 30, ` + done, answers: []string{"slow"}, want: failed(asl.ErrorTimeout, ""), calls: []string{"0s #0"}, path: "A",
		},
		"a timeout of an expression is retried": {
			fields:  `"TimeoutSeconds": "{% 10 + 20 %}", "Retry": [{"ErrorEquals": ["States.Timeout"], "MaxAttempts": 1}], ` + done,
			answers: []string{"slow", ""}, want: succeeded(`"done"`), calls: []string{"0s #0", "1m1s #1"}, path: "A B",
		},
		"misses its heartbeat": {
			fields:  `"HeartbeatSeconds": 5, "Catch": [{"ErrorEquals": ["States.HeartbeatTimeout"], "Next": "B"}], ` + done,
			answers: []string{"slow"}, want: succeeded(`{"Error": "States.Timeout", "Cause": ""}`), calls: []string{"0s #0"}, path: "A B",
		},
		"States.TaskFailed is no timeout": {
			fields:  `"TimeoutSeconds": 30, "Catch": [{"ErrorEquals": ["States.TaskFailed"], "Next": "B"}], ` + done,
			answers: []string{"slow"}, want: failed(asl.ErrorTimeout, ""), calls: []string{"0s #0"}, path: "A",
		},
		"States.TaskFailed is any other": {
			fields:  `"Catch": [{"ErrorEquals": ["States.TaskFailed"], "Next": "B"}], ` + done,
			answers: []string{"Boom"}, want: succeeded(`{"Error": "Boom", "Cause": "cause of Boom"}`), calls: []string{"0s #0"}, path: "A B",
		},
		"States.ALL is not States.Runtime": {
			fields: caught + "," + done, answers: []string{asl.ErrorRuntime}, want: failed(asl.ErrorRuntime, "cause of States.Runtime"), calls: []string{"0s #0"}, path: "A",
		},
		"States.ALL is not States.DataLimitExceeded": {
			fields: caught + "," + done, answers: []string{asl.ErrorDataLimit}, want: failed(asl.ErrorDataLimit, "cause of States.DataLimitExceeded"),
			calls: []string{"0s #0"}, path: "A",
		},
		"a failed Output is caught, too": {
			fields: caught + `, "Output": "{% $states.result.missing %}", "Next": "B"`, answers: []string{""}, path: "A B", calls: []string{"0s #0"},
			want: succeeded(`{"Error": "States.QueryEvaluationError", "Cause": "An error occurred while executing the state 'A' (entered at the event id #2). ` +
				`The JSONata expression '$states.result.missing' specified for the field 'Output' returned nothing (undefined)."}`),
		},
		"a failed Catch is not caught": {
			fields:  `"Catch": [{"ErrorEquals": ["States.ALL"], "Output": "{% $nothing %}", "Next": "B"}], ` + done,
			answers: []string{"Boom"}, path: "A", calls: []string{"0s #0"},
			want: failed(asl.ErrorQueryEvaluation, "An error occurred while executing the state 'A' (entered at the event id #2). "+
				"The JSONata expression '$nothing' specified for the field 'Catch[0]/Output' returned nothing (undefined)."),
		},
		"a timeout that is no number": {
			fields: `"TimeoutSeconds": "{% 'x' %}", ` + done, answers: []string{""}, path: "A",
			want: failed(asl.ErrorQueryEvaluation, "An error occurred while executing the state 'A' (entered at the event id #2). "+
				"The JSONata expression ''x'' specified for the field 'TimeoutSeconds' returned an unexpected result type. Expected 'number', but was 'string' for value: \"x\""),
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
			clock := asl.NewVirtualClock(start)
			answers := &script{clock: clock, answers: test.answers, start: start}
			result := run(t, &asl.Runner{Definition: machine(t, "A", task(test.fields)), Tasks: answers.run, Clock: clock, Random: half{}}, `{}`)

			wantOutcome(t, result.Outcome, test.want)

			if diff := cmp.Diff(test.calls, answers.seen); diff != "" {
				t.Errorf("calls: %s", diff)
			}

			if got := strings.Join(result.Path(), " "); got != test.path {
				t.Errorf("path %s, want %s", got, test.path)
			}
		})
	}
}

func TestMachine_timeout(t *testing.T) {
	definition, err := asl.Parse([]byte(`{"QueryLanguage": "JSONata", "TimeoutSeconds": 10, "StartAt": "A", "States": {` + task(`"Next": "B"`) + `}}`))
	if err != nil {
		t.Fatal(err)
	}

	clock := asl.NewVirtualClock(time.Unix(0, 0))
	slow := &script{clock: clock, answers: []string{"slow"}, start: clock.Now()}
	result := run(t, &asl.Runner{Definition: definition, Tasks: slow.run, Clock: clock}, `{}`)

	wantOutcome(t, result.Outcome, asl.Outcome{Status: asl.StatusTimedOut, Error: asl.ErrorTimeout})
}

func TestTask_results(t *testing.T) {
	limit := strings.Repeat("x", asl.MaxDataBytes)

	tests := map[string]struct {
		fields string
		input  string
		output string
		want   asl.Outcome
	}{
		"not JSON": {
			fields: `"End": true`, input: `1`, output: `oops`,
			want: failed(asl.ErrorRuntime, "The task's result is not JSON: read JSON: invalid character 'o' looking for beginning of value"),
		},
		"over the limit": {
			fields: `"Catch": [{"ErrorEquals": ["States.DataLimitExceeded"], "Output": "{% $states.errorOutput.Error %}", "Next": "B"}], "End": true`, input: `1`, output: `"` + limit + `"`,
			want: succeeded(`"States.DataLimitExceeded"`),
		},
		"arguments over the limit": {
			fields: `"Next": "B"`, input: `"` + limit[:asl.MaxDataBytes-2] + `"`, output: `1`,
			want: failed(asl.ErrorDataLimit, "The state/task 'A' returned a result with a size exceeding the maximum number of bytes service limit."),
		},
		"output over the limit": {
			fields: `"Output": ["{% $states.result %}", "{% $states.result %}"], "Next": "B"`, input: `1`, output: `"` + limit[:asl.MaxDataBytes-2] + `"`,
			want: failed(asl.ErrorDataLimit, "The state/task 'A' returned a result with a size exceeding the maximum number of bytes service limit."),
		},
		"variables over the limit": {
			fields: `"Assign": {"a": "{% $states.result %}", "b": "{% $states.result %}"}, "Next": "B"`, input: `1`, output: `"` + limit[:asl.MaxDataBytes-2] + `"`,
			want: failed(asl.ErrorDataLimit, "The state/task 'A' returned a result with a size exceeding the maximum number of bytes service limit."),
		},
		"numbers keep their digits": {fields: `"Next": "B"`, input: `1`, output: `{"n": 12345678901234567890, "m": 1000000}`, want: succeeded(`{"n": 12345678901234567890, "m": 1000000}`)},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			states := task(test.fields)
			if !strings.Contains(states, `"Next"`) {
				states = strings.TrimSuffix(states, `, "B": {"Type": "Succeed"}`)
			}

			result := run(t, &asl.Runner{
				Definition: machine(t, "A", states),
				Tasks:      func(context.Context, asl.Task) (json.RawMessage, error) { return json.RawMessage(test.output), nil },
			}, test.input)
			wantOutcome(t, result.Outcome, test.want)
		})
	}
}

// A report for which the execution does not wait changes nothing.
func TestReport_late(t *testing.T) {
	m := asl.New(machine(t, "A", task(`"TimeoutSeconds": 5, "HeartbeatSeconds": 2, "Next": "B"`)), asl.NewVirtualClock(time.Unix(0, 0)), nil)

	x, effects, err := m.Start(options(`{}`))
	if err != nil {
		t.Fatal(err)
	}

	first := effects.Tasks[0]
	if first.Timeout != 5*time.Second || first.Heartbeat != 2*time.Second || !first.Deadline.Equal(time.Unix(5, 0)) {
		t.Errorf("got %+v", first)
	}

	heartbeat, err := m.TaskHeartbeat(x, first.ID)
	if err != nil {
		t.Fatal(err)
	}

	if len(heartbeat.Timers) != 1 || len(heartbeat.CancelledTimers) != 1 || len(heartbeat.Events) != 0 {
		t.Errorf("a heartbeat led to %+v", heartbeat)
	}

	before, err := json.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}

	for name, report := range map[string]func() (asl.Effects, error){
		"unknown task succeeds": func() (asl.Effects, error) { return m.TaskSucceeded(x, "task-99", nil) },
		"unknown task fails":    func() (asl.Effects, error) { return m.TaskFailed(x, "task-99", asl.Failure{}) },
		"unknown task beats":    func() (asl.Effects, error) { return m.TaskHeartbeat(x, "task-99") },
		"old heartbeat timer":   func() (asl.Effects, error) { return m.TimerFired(x, heartbeat.CancelledTimers[0]) },
	} {
		if effects, err := report(); !errors.Is(err, asl.ErrNotPending) || cmp.Diff(asl.Effects{}, effects) != "" {
			t.Errorf("%s: %+v, %v", name, effects, err)
		}
	}

	after, err := json.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}

	if string(before) != string(after) {
		t.Error("the execution changed")
	}
}
