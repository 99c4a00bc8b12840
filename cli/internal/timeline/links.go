package timeline

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// before returns the place of the event that precedes an event. Usually this is the last event
// of the same state. There are two exceptions. EvaluationFailed refers to the event before
// the entry of its state, and contains the name of the state. ExecutionAborted refers to no
// event.
func (b *builder) before(event *types.HistoryEvent) place {
	at := b.places[event.PreviousEventId]

	switch {
	case event.Type == types.HistoryEventTypeExecutionAborted:
		return b.places[event.Id-1]
	case event.EvaluationFailedEventDetails != nil:
		name := aws.ToString(event.EvaluationFailedEventDetails.State)

		for _, state := range slices.Backward(b.states) {
			if state.Name == name && (state == at.state || state.parent == at.scope) {
				return place{state: state, scope: state.parent}
			}
		}
	}

	return at
}

// named returns the state with this name. It searches the given state, and then the states
// that contain it. If it finds none, it returns the given state. This search is necessary
// because an iteration of a Map can refer to the last event of an earlier iteration.
func named(state *State, name string) *State {
	for at := state; at != nil; at = at.parent.around {
		if at.Name == name {
			return at
		}
	}

	return state
}

// running returns the state with the name that was entered last and has not ended.
func (b *builder) running(name string) *State {
	for _, state := range slices.Backward(b.states) {
		if state.Name == name && state.Outcome == Running {
			return state
		}
	}

	return nil
}
