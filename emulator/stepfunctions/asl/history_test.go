package asl_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"triptych/emulator/stepfunctions/asl"
)

// line returns a short form of an event: its ID, the previous ID, its type, and its
// subject.
func line(e asl.HistoryEvent) string {
	about := ""

	switch {
	case e.StateEntered != nil:
		about = " " + e.StateEntered.Name
	case e.StateExited != nil:
		about = " " + e.StateExited.Name
	case e.TaskFailed != nil:
		about = " " + e.TaskFailed.Error
	case e.TaskTimedOut != nil:
		about = " " + e.TaskTimedOut.Error
	case e.ExecutionFailed != nil:
		about = " " + e.ExecutionFailed.Error
	case e.EvaluationFailed != nil:
		about = " " + e.EvaluationFailed.Location
	}

	for _, iteration := range []*asl.MapIterationDetails{e.MapIterationStarted, e.MapIterationSucceeded, e.MapIterationFailed, e.MapIterationAborted} {
		if iteration != nil {
			about = fmt.Sprintf(" %s[%d]", iteration.Name, iteration.Index)
		}
	}

	return fmt.Sprintf("%d<%d %s%s", e.ID, e.PreviousEventID, e.Type, about)
}

func lines(history []asl.HistoryEvent) string {
	out := make([]string, len(history))
	for i, event := range history {
		out[i] = line(event)
	}

	return strings.Join(out, "\n")
}

const mapOfTasks = `"M": {"Type": "Map", "ItemProcessor": {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
	"Arguments": {"FunctionName": "f"}, "TimeoutSeconds": 5, "End": true}}}, "End": true}`

// The order, the IDs and the links are those of histories that were recorded on AWS.
func TestHistory_asOnAWS(t *testing.T) {
	tests := map[string]struct {
		states, input string
		tasks         asl.TaskRunner
		want          string
	}{
		"a task that fails and is caught": {
			states: `"A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {}, "Catch": [{"ErrorEquals": ["Exception"], "Next": "F"}], "End": true},
			         "F": {"Type": "Pass", "End": true}`,
			tasks: func(context.Context, asl.Task) (json.RawMessage, error) {
				return nil, &asl.TaskError{Name: "Exception"}
			},
			want: `1<0 ExecutionStarted
2<0 TaskStateEntered A
3<2 TaskScheduled
4<3 TaskStarted
5<4 TaskFailed Exception
6<5 TaskStateExited A
7<6 PassStateEntered F
8<7 PassStateExited F
9<8 ExecutionSucceeded`,
		},
		"a Map": {
			states: mapOfTasks, input: `[1, 2]`, tasks: echo,
			want: `1<0 ExecutionStarted
2<0 MapStateEntered M
3<2 MapStateStarted
4<3 MapIterationStarted M[0]
5<3 MapIterationStarted M[1]
6<4 TaskStateEntered T
7<6 TaskScheduled
8<5 TaskStateEntered T
9<8 TaskScheduled
10<7 TaskStarted
11<9 TaskStarted
12<10 TaskSucceeded
13<12 TaskStateExited T
14<13 MapIterationSucceeded M[0]
15<11 TaskSucceeded
16<15 TaskStateExited T
17<16 MapIterationSucceeded M[1]
18<17 MapStateSucceeded
19<17 MapStateExited M
20<19 ExecutionSucceeded`,
		},
		"a Map whose first iteration fails": {
			states: mapOfTasks, input: `[1, 2, 3]`,
			tasks: func(context.Context, asl.Task) (json.RawMessage, error) {
				return nil, &asl.TaskError{Name: "States.Timeout"}
			},
			want: `1<0 ExecutionStarted
2<0 MapStateEntered M
3<2 MapStateStarted
4<3 MapIterationStarted M[0]
5<3 MapIterationStarted M[1]
6<3 MapIterationStarted M[2]
7<4 TaskStateEntered T
8<7 TaskScheduled
9<5 TaskStateEntered T
10<9 TaskScheduled
11<6 TaskStateEntered T
12<11 TaskScheduled
13<8 TaskStarted
14<10 TaskStarted
15<12 TaskStarted
16<13 TaskTimedOut States.Timeout
17<16 MapIterationFailed M[0]
18<16 TaskStateAborted
19<16 MapIterationAborted M[1]
20<16 TaskStateAborted
21<16 MapIterationAborted M[2]
22<16 MapStateFailed
23<22 ExecutionFailed States.Timeout`,
		},
		"a Parallel": {
			states: `"P": {"Type": "Parallel", "Branches": [{"StartAt": "L", "States": {"L": {"Type": "Pass", "End": true}}}, {"StartAt": "R", "States": {"R": {"Type": "Wait", "Seconds": 1, "End": true}}}], "End": true}`,
			want: `1<0 ExecutionStarted
2<0 ParallelStateEntered P
3<2 ParallelStateStarted
4<3 PassStateEntered L
5<4 PassStateExited L
6<3 WaitStateEntered R
7<6 WaitStateExited R
8<7 ParallelStateSucceeded
9<7 ParallelStateExited P
10<9 ExecutionSucceeded`,
		},
		"an evaluation that fails": {
			states: `"A": {"Type": "Pass", "Output": {"a": [1, "{% $nothing %}"]}, "End": true}`,
			want: `1<0 ExecutionStarted
2<0 PassStateEntered A
3<0 EvaluationFailed Output/a[1]
4<3 ExecutionFailed States.QueryEvaluationError`,
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			start := test.states[1 : strings.Index(test.states[1:], `"`)+1]
			result := run(t, &asl.Runner{Definition: machine(t, start, test.states), Tasks: test.tasks}, test.input)

			if diff := cmp.Diff(strings.Split(test.want, "\n"), strings.Split(lines(result.History), "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The JSON of an event is that of GetExecutionHistory.
func TestHistoryEvent_JSON(t *testing.T) {
	definition := machine(t, "A", `"A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"k": "{% $states.input.k %}"},
		"TimeoutSeconds": 60, "HeartbeatSeconds": 9, "Assign": {"v": "{% $states.result %}"}, "Output": 1, "End": true}`)
	clock := asl.NewVirtualClock(time.Date(2026, 3, 4, 5, 6, 7, 89_000_000, time.UTC))
	result := run(t, &asl.Runner{Definition: definition, Tasks: echo, Clock: clock}, `{"k": "a<b>&c"}`)

	want := []string{
		`{"id":1,"previousEventId":0,"timestamp":1772600767.089,"type":"ExecutionStarted","executionStartedEventDetails":{"input":"{\"k\": \"a<b>&c\"}","inputDetails":{"truncated":false},"roleArn":"role"}}`,
		`{"id":2,"previousEventId":0,"timestamp":1772600767.089,"type":"TaskStateEntered","stateEnteredEventDetails":{"name":"A","input":"{\"k\": \"a<b>&c\"}","inputDetails":{"truncated":false}}}`,
		`{"id":3,"previousEventId":2,"timestamp":1772600767.089,"type":"TaskScheduled","taskScheduledEventDetails":{"resourceType":"lambda","resource":"invoke","region":"eu-west-1",` +
			`"parameters":"{\"k\":\"a<b>&c\"}","timeoutInSeconds":60,"heartbeatInSeconds":9}}`,
		`{"id":4,"previousEventId":3,"timestamp":1772600767.089,"type":"TaskStarted","taskStartedEventDetails":{"resourceType":"lambda","resource":"invoke"}}`,
		`{"id":5,"previousEventId":4,"timestamp":1772600767.089,"type":"TaskSucceeded","taskSucceededEventDetails":{"resourceType":"lambda","resource":"invoke","output":"{\"k\":\"a<b>&c\"}","outputDetails":{"truncated":false}}}`,
		`{"id":6,"previousEventId":5,"timestamp":1772600767.089,"type":"TaskStateExited","stateExitedEventDetails":{"name":"A","output":"1","outputDetails":{"truncated":false},` +
			`"assignedVariables":{"v":"{\"k\":\"a<b>&c\"}"},"assignedVariablesDetails":{"truncated":false}}}`,
		`{"id":7,"previousEventId":6,"timestamp":1772600767.089,"type":"ExecutionSucceeded","executionSucceededEventDetails":{"output":"1","outputDetails":{"truncated":false}}}`,
	}

	for i, event := range result.History {
		var out strings.Builder

		encoder := json.NewEncoder(&out)
		encoder.SetEscapeHTML(false)

		if err := encoder.Encode(event); err != nil {
			t.Fatal(err)
		}

		if diff := cmp.Diff(want[i], strings.TrimSpace(out.String())); diff != "" {
			t.Error(diff)
		}

		var again asl.HistoryEvent
		if err := json.Unmarshal([]byte(out.String()), &again); err != nil {
			t.Fatal(err)
		}

		if diff := cmp.Diff(event, again); diff != "" {
			t.Error(diff)
		}

		bare, err := json.Marshal(event.WithoutData())
		if err != nil {
			t.Fatal(err)
		}

		if strings.Contains(string(bare), `b\u003e`) {
			t.Errorf("data in %s", bare)
		}
	}
}
