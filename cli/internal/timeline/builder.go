package timeline

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

type builder struct {
	states []*State
	places map[int64]place // by event id
	last   time.Time
}

// event applies one event and returns its place.
func (b *builder) event(event *types.HistoryEvent, before place) place {
	switch {
	case event.StateEnteredEventDetails != nil:
		return b.enter(event, before.scope)
	case event.StateExitedEventDetails != nil:
		return b.exit(event, before)
	}

	if started := event.MapIterationStartedEventDetails; started != nil {
		return place{scope: scope{around: named(owner(before), aws.ToString(started.Name)), index: int(started.Index)}}
	}

	switch event.Type { // The default case handles the events of Tasks, and the other events of Maps.
	case types.HistoryEventTypeMapIterationSucceeded:
		return leave(before)
	case types.HistoryEventTypeMapIterationFailed:
		return b.failIteration(before)
	case types.HistoryEventTypeMapIterationAborted:
		b.endWithin(before.scope.around, Stopped)

		return leave(before)
	case types.HistoryEventTypeMapStateSucceeded:
		if before.state != nil {
			before.state.Error, before.state.Reason = "", "" // A retry of the whole Map succeeded.
		}
	case types.HistoryEventTypeExecutionFailed:
		b.end(Failed)
	case types.HistoryEventTypeExecutionTimedOut:
		b.end(TimedOut)
	case types.HistoryEventTypeExecutionAborted:
		b.end(Stopped)
	default:
		if state := before.state; state != nil {
			state.attempt(event)
		}
	}

	return before
}

func (b *builder) enter(event *types.HistoryEvent, in scope) place {
	state := &State{
		Name: aws.ToString(event.StateEnteredEventDetails.Name), Iteration: -1,
		Start: aws.ToTime(event.Timestamp), Outcome: Running, parent: in, ID: event.Id,
		Data: Data{Input: aws.ToString(event.StateEnteredEventDetails.Input)},
	}

	if in.around != nil {
		state.Iteration, state.Depth, state.Within = in.index, in.around.Depth+1, in.around.ID
	}

	b.states = append(b.states, state)

	return place{state: state, scope: in}
}

// exit ends the nearest state with the event's name. The exit event of a Map follows the
// last event of its last iteration.
func (b *builder) exit(event *types.HistoryEvent, before place) place {
	name := aws.ToString(event.StateExitedEventDetails.Name)

	state := before.state
	if state == nil {
		state = before.scope.around
	}

	for state != nil && state.Name != name {
		state = state.parent.around
	}

	if state == nil {
		state = b.running(name) // The exit of a Parallel follows the last event of a branch.
	}

	if state == nil {
		return before
	}

	b.endWithin(state, Stopped)

	state.Took = aws.ToTime(event.Timestamp).Sub(state.Start)
	state.Data.Output = aws.ToString(event.StateExitedEventDetails.Output)
	state.Data.Variables = event.StateExitedEventDetails.AssignedVariables

	state.Outcome = Succeeded
	if state.Error != "" {
		state.Outcome = Caught
	}

	return place{scope: state.parent}
}

// owner returns the state that contains an event directly.
func owner(at place) *State {
	if at.state != nil {
		return at.state
	}

	return at.scope.around
}

// leave moves from an iteration to its Map.
func leave(at place) place {
	if at.scope.around == nil {
		return at
	}

	return place{state: at.scope.around, scope: at.scope.around.parent}
}

// failIteration ends the state that failed its iteration. The error is passed to the Map,
// which fails or catches it.
func (b *builder) failIteration(before place) place {
	around := leave(before)

	if inner := before.state; inner != nil && around.state != nil && inner != around.state {
		inner.close(Failed, b.last)
		around.state.Error, around.state.Reason = inner.Error, inner.Reason
	}

	return around
}

// endWithin ends the running states in the iterations of a Map.
func (b *builder) endWithin(around *State, outcome Outcome) {
	for _, state := range b.states {
		if around != nil && state.parent.around == around {
			b.endWithin(state, outcome)
			state.close(outcome, b.last)
		}
	}
}

// end ends the running states when the execution has ended.
func (b *builder) end(outcome Outcome) {
	for _, state := range b.states {
		state.close(outcome, b.last)
	}
}

func (s *State) close(outcome Outcome, at time.Time) {
	if s.Outcome == Running {
		s.Outcome, s.Took = outcome, at.Sub(s.Start)
		s.runOn(at)
	}
}
