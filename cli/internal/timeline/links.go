package timeline

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// before returns the place that an event continues. Two types of events do not follow the
// last event of their state: EvaluationFailed follows the event before the state's entry,
// and names the state; ExecutionAborted follows nothing.
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

// named returns the state with the name among a state and the states around it, or the
// state itself if there is none. An iteration of a Map can follow the last event of an
// earlier iteration.
func named(state *State, name string) *State {
	for at := state; at != nil; at = at.parent.around {
		if at.Name == name {
			return at
		}
	}

	return state
}
