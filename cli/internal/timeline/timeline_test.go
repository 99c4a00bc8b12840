package timeline_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"triptych/cli/internal/timeline"
)

var start = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// script builds a history. Its events are 100 ms apart. Each method adds one event and
// returns the ID of the event. The event refers to an earlier event with the ID previous.
type script []types.HistoryEvent

func (s *script) add(previous int64, event types.HistoryEvent) int64 {
	event.Id, event.PreviousEventId = int64(len(*s)+1), previous
	event.Timestamp = aws.Time(start.Add(time.Duration(len(*s)) * 100 * time.Millisecond))
	*s = append(*s, event)

	return event.Id
}

func (s *script) began() int64 {
	return s.add(0, types.HistoryEvent{Type: types.HistoryEventTypeExecutionStarted})
}

func (s *script) enter(previous int64, name string) int64 {
	return s.add(previous, types.HistoryEvent{
		Type: types.HistoryEventTypeTaskStateEntered, StateEnteredEventDetails: &types.StateEnteredEventDetails{Name: &name},
	})
}

func (s *script) exit(previous int64, name string) int64 {
	return s.add(previous, types.HistoryEvent{
		Type: types.HistoryEventTypeTaskStateExited, StateExitedEventDetails: &types.StateExitedEventDetails{Name: &name},
	})
}

func (s *script) scheduled(previous int64) int64 {
	return s.add(previous, types.HistoryEvent{
		Type: types.HistoryEventTypeTaskScheduled, TaskScheduledEventDetails: &types.TaskScheduledEventDetails{},
	})
}

func (s *script) succeeded(previous int64) int64 {
	return s.add(previous, types.HistoryEvent{
		Type: types.HistoryEventTypeTaskSucceeded, TaskSucceededEventDetails: &types.TaskSucceededEventDetails{},
	})
}

func (s *script) failed(previous int64, name, cause string) int64 {
	return s.add(previous, types.HistoryEvent{
		Type:                   types.HistoryEventTypeTaskFailed,
		TaskFailedEventDetails: &types.TaskFailedEventDetails{Error: &name, Cause: &cause},
	})
}

func (s *script) evaluation(previous int64, state string) int64 {
	return s.add(previous, types.HistoryEvent{
		Type: types.HistoryEventTypeEvaluationFailed,
		EvaluationFailedEventDetails: &types.EvaluationFailedEventDetails{
			Error: aws.String("States.QueryEvaluationError"), Cause: aws.String("nothing"), State: &state,
		},
	})
}

func (s *script) iteration(previous int64, index int32) int64 {
	return s.add(previous, types.HistoryEvent{
		Type: types.HistoryEventTypeMapIterationStarted,
		MapIterationStartedEventDetails: &types.MapIterationEventDetails{
			Name: aws.String("Map"), Index: index,
		},
	})
}

func (s *script) plain(previous int64, kind types.HistoryEventType) int64 {
	return s.add(previous, types.HistoryEvent{Type: kind})
}

// seen has the fields of a state that the tests compare.
type seen struct {
	Name      string
	Iteration int
	Depth     int
	Start     time.Duration
	Took      time.Duration
	Attempts  int
	Outcome   timeline.Outcome
	Error     string
	Reason    string
}

const (
	ms   = time.Millisecond
	none = -1
)

func TestBuild(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		write func(s *script)
		want  []seen
	}{
		"no state yet": {func(s *script) { s.began() }, []seen{}},
		"two states in sequence": {
			func(s *script) {
				last := s.exit(s.succeeded(s.scheduled(s.enter(s.began(), "A"))), "A")
				s.exit(s.succeeded(s.scheduled(s.enter(last, "B"))), "B")
			},
			[]seen{
				{"A", none, 0, 100 * ms, 300 * ms, 1, timeline.Succeeded, "", ""},
				{"B", none, 0, 500 * ms, 300 * ms, 1, timeline.Succeeded, "", ""},
			},
		},
		"a retry succeeds": {
			func(s *script) {
				failed := s.failed(s.scheduled(s.enter(s.began(), "A")), "Transient", "{}")
				s.exit(s.succeeded(s.scheduled(failed)), "A")
			},
			[]seen{{"A", none, 0, 100 * ms, 500 * ms, 2, timeline.Succeeded, "", ""}},
		},
		"the error is caught": {
			func(s *script) {
				failed := s.failed(s.scheduled(s.enter(s.began(), "A")), "NotAnImage", `{"errorMessage":"This file is not an image.","errorType":"NotAnImage"}`)
				s.scheduled(s.enter(s.exit(failed, "A"), "Rejected"))
			},
			[]seen{
				{"A", none, 0, 100 * ms, 300 * ms, 1, timeline.Caught, "NotAnImage", "This file is not an image."},
				{"Rejected", none, 0, 500 * ms, 100 * ms, 1, timeline.Running, "", ""},
			},
		},
		"the execution fails": {
			func(s *script) {
				failed := s.failed(s.scheduled(s.enter(s.began(), "A")), "Lambda.Unknown", "it died")
				s.plain(failed, types.HistoryEventTypeExecutionFailed)
			},
			[]seen{{"A", none, 0, 100 * ms, 300 * ms, 1, timeline.Failed, "Lambda.Unknown", "it died"}},
		},
		"a failed execution is redriven": {
			func(s *script) {
				failed := s.failed(s.scheduled(s.enter(s.began(), "A")), "Lambda.Unknown", "it died")
				ended := s.plain(failed, types.HistoryEventTypeExecutionFailed)
				again := s.plain(ended, types.HistoryEventTypeExecutionRedriven)
				s.exit(s.succeeded(s.scheduled(again)), "A")
			},
			[]seen{{"A", none, 0, 100 * ms, 700 * ms, 2, timeline.Succeeded, "", ""}},
		},
		"the execution is stopped": {
			func(s *script) { s.plain(s.scheduled(s.enter(s.began(), "A")), types.HistoryEventTypeExecutionAborted) },
			[]seen{{"A", none, 0, 100 * ms, 200 * ms, 1, timeline.Stopped, "", ""}},
		},
		"the execution times out": {
			func(s *script) {
				s.plain(s.scheduled(s.enter(s.began(), "A")), types.HistoryEventTypeExecutionTimedOut)
			},
			[]seen{{"A", none, 0, 100 * ms, 200 * ms, 1, timeline.TimedOut, "", ""}},
		},
		"the error of a Map iteration is caught": {
			func(s *script) {
				entered := s.plain(s.enter(s.began(), "Map"), types.HistoryEventTypeMapStateStarted)
				first, second := s.iteration(entered, 0), s.iteration(entered, 1)
				doomed := s.scheduled(s.enter(first, "Make"))
				other := s.scheduled(s.enter(second, "Make"))
				broken := s.plain(s.failed(doomed, "Corrupt", "bad bytes"), types.HistoryEventTypeMapIterationFailed)
				s.plain(other, types.HistoryEventTypeMapIterationAborted)
				last := s.exit(s.plain(broken, types.HistoryEventTypeMapStateFailed), "Map")
				s.enter(last, "Rejected")
			},
			[]seen{
				{"Map", none, 0, 100 * ms, 1200 * ms, 0, timeline.Caught, "Corrupt", "bad bytes"},
				{"Make", 0, 1, 500 * ms, 500 * ms, 1, timeline.Failed, "Corrupt", "bad bytes"},
				{"Make", 1, 1, 700 * ms, 400 * ms, 1, timeline.Stopped, "", ""},
				{"Rejected", none, 0, 1400 * ms, 0, 0, timeline.Running, "", ""},
			},
		},
		"a Map in a Map": {
			func(s *script) {
				outer := s.iteration(s.plain(s.enter(s.began(), "Outer"), types.HistoryEventTypeMapStateStarted), 4)
				inner := s.iteration(s.plain(s.enter(outer, "Inner"), types.HistoryEventTypeMapStateStarted), 2)
				made := s.exit(s.enter(inner, "Make"), "Make")
				innerDone := s.exit(s.plain(s.plain(made, types.HistoryEventTypeMapIterationSucceeded), types.HistoryEventTypeMapStateSucceeded), "Inner")
				s.exit(s.plain(s.plain(innerDone, types.HistoryEventTypeMapIterationSucceeded), types.HistoryEventTypeMapStateSucceeded), "Outer")
			},
			[]seen{
				{"Outer", none, 0, 100 * ms, 1300 * ms, 0, timeline.Succeeded, "", ""},
				{"Inner", 4, 1, 400 * ms, 700 * ms, 0, timeline.Succeeded, "", ""},
				{"Make", 2, 2, 700 * ms, 100 * ms, 0, timeline.Succeeded, "", ""},
			},
		},
		"an evaluation fails in the second state": {
			func(s *script) {
				before := s.exit(s.enter(s.began(), "A"), "A")
				s.enter(before, "B")
				s.plain(s.evaluation(before, "B"), types.HistoryEventTypeExecutionFailed)
			},
			[]seen{
				{"A", none, 0, 100 * ms, 100 * ms, 0, timeline.Succeeded, "", ""},
				{"B", none, 0, 300 * ms, 200 * ms, 0, timeline.Failed, "States.QueryEvaluationError", "nothing"},
			},
		},
		"an evaluation fails in the first state": {
			func(s *script) {
				s.began()
				s.enter(0, "A")
				s.plain(s.evaluation(0, "A"), types.HistoryEventTypeExecutionFailed)
			},
			[]seen{{"A", none, 0, 100 * ms, 200 * ms, 0, timeline.Failed, "States.QueryEvaluationError", "nothing"}},
		},
		"a redrive after a stop, which follows no event": {
			func(s *script) {
				s.began()
				s.scheduled(s.enter(0, "A"))
				stopped := s.plain(0, types.HistoryEventTypeExecutionAborted)
				s.exit(s.succeeded(s.scheduled(s.plain(stopped, types.HistoryEventTypeExecutionRedriven))), "A")
			},
			[]seen{{"A", none, 0, 100 * ms, 600 * ms, 2, timeline.Succeeded, "", ""}},
		},
		"an iteration that follows the last event of another one": {
			func(s *script) {
				started := s.plain(s.enter(s.began(), "Map"), types.HistoryEventTypeMapStateStarted)
				first := s.exit(s.enter(s.iteration(started, 0), "Make"), "Make")
				s.plain(first, types.HistoryEventTypeMapIterationSucceeded)
				second := s.exit(s.enter(s.iteration(first, 1), "Make"), "Make")
				last := s.plain(second, types.HistoryEventTypeMapIterationSucceeded)
				s.plain(last, types.HistoryEventTypeMapStateSucceeded)
				s.exit(last, "Map")
			},
			[]seen{
				{"Map", none, 0, 100 * ms, 1100 * ms, 0, timeline.Succeeded, "", ""},
				{"Make", 0, 1, 400 * ms, 100 * ms, 0, timeline.Succeeded, "", ""},
				{"Make", 1, 1, 800 * ms, 100 * ms, 0, timeline.Succeeded, "", ""},
			},
		},
		"a Parallel ends after its last branch": {
			func(s *script) {
				started := s.plain(s.enter(s.began(), "Both"), types.HistoryEventTypeParallelStateStarted)
				s.exit(s.enter(started, "Left"), "Left")
				last := s.exit(s.enter(started, "Right"), "Right")
				s.plain(last, types.HistoryEventTypeParallelStateSucceeded)
				s.enter(s.exit(last, "Both"), "After")
			},
			[]seen{
				{"Both", none, 0, 100 * ms, 700 * ms, 0, timeline.Succeeded, "", ""},
				{"Left", none, 0, 300 * ms, 100 * ms, 0, timeline.Succeeded, "", ""},
				{"Right", none, 0, 500 * ms, 100 * ms, 0, timeline.Succeeded, "", ""},
				{"After", none, 0, 900 * ms, 0, 0, timeline.Running, "", ""},
			},
		},
		"exit of a state that was not entered": {
			func(s *script) { s.exit(s.began(), "Ghost") }, []seen{},
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var events script

			test.write(&events)

			got := []seen{}

			for _, state := range timeline.Build(events) {
				got = append(got, seen{
					state.Name, state.Iteration, state.Depth, state.Start.Sub(start), state.Took,
					state.Attempts, state.Outcome, state.Error, state.Reason,
				})
			}

			if diff := cmp.Diff(test.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("states (-want +got):\n%s", diff)
			}
		})
	}
}
