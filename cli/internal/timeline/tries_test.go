package timeline_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/google/go-cmp/cmp"

	"triptych/cli/internal/timeline"
)

// TestTries uses a Task that is throttled once. It checks each attempt, the delay between
// attempts, and the events of the state.
func TestTries(t *testing.T) {
	var s script

	entered := s.enter(s.began(), "A")
	s[1].StateEnteredEventDetails.Input = aws.String(`{"in":1}`)
	failed := s.failed(s.scheduled(entered), "Throttled", "slowly")
	again := s.scheduled(failed)
	s[again-1].TaskScheduledEventDetails.Parameters = aws.String(`{"sent":2}`)
	left := s.exit(s.succeeded(again), "A")
	s[left-1].StateExitedEventDetails.Output = aws.String(`{"out":3}`)
	s[left-1].StateExitedEventDetails.AssignedVariables = map[string]string{"v": "4"}
	s.add(left, types.HistoryEvent{Type: types.HistoryEventTypeExecutionSucceeded})

	trace := timeline.Read(s)
	got := trace.States[0]

	const step = 100 * time.Millisecond

	want := []timeline.Try{
		{Start: start.Add(2 * step), Took: step, Error: "Throttled", Reason: "slowly", Cause: "slowly", Over: true},
		{Start: start.Add(4 * step), Took: step, Delay: step, Over: true},
	}
	if diff := cmp.Diff(want, got.Tries); diff != "" {
		t.Error(diff)
	}

	data := timeline.Data{Input: `{"in":1}`, Sent: `{"sent":2}`, Output: `{"out":3}`, Variables: map[string]string{"v": "4"}}
	if diff := cmp.Diff(data, got.Data); diff != "" {
		t.Error(diff)
	}

	of := map[int64]int64{}
	for id := entered; id <= left; id++ {
		of[id] = got.ID
	}

	if diff := cmp.Diff(of, trace.Of); diff != "" {
		t.Errorf("the states of the events are: %s", diff)
	}
}
