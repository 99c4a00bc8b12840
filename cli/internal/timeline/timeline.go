package timeline

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// Outcome is the outcome of a state.
type Outcome string

// The outcomes.
const (
	Running   Outcome = "running"
	Succeeded Outcome = "succeeded"
	// Caught means that the state failed and a Catch handled the error.
	Caught   Outcome = "caught"
	Failed   Outcome = "failed"
	TimedOut Outcome = "timed out"
	Stopped  Outcome = "stopped"
)

// State is one visit of a state.
type State struct {
	Name string
	// Iteration is the index within the Map that the state is part of, or -1.
	Iteration int
	// Depth is the number of Maps and Parallels around the state.
	Depth int
	Start time.Time
	// Took is the duration until the state's end, or until the last known event.
	Took time.Duration
	// Attempts is how often a Task was scheduled; it is 0 for states that do no work.
	Attempts int
	Outcome  Outcome
	// Error and Reason describe the last attempt that failed.
	Error, Reason string

	// ID is the id of the event that entered the state. Within is the ID of the Map
	// around the state, or 0.
	ID, Within int64
	// Data is the state's data, if the history includes it.
	Data Data
	// Tries are the attempts of a Task, in order.
	Tries []Try
	// Items is the number of iterations of a Map; it is 0 for other states.
	Items int

	parent scope
}

// scope is the part of an execution that contains a state. If around is nil, it is the
// whole execution. Otherwise, around is a Map, and index is the index of its iteration.
type scope struct {
	around *State
	index  int
}

// place is the place of an event: its scope, and the state that it belongs to, if any.
type place struct {
	state *State
	scope scope
}

// Trace is a parsed history.
type Trace struct {
	States []State // in the order in which they were entered
	// Of maps the id of each event to the ID of its state. Events of the execution itself
	// are not included.
	Of map[int64]int64
}

// Build returns the states of a whole history. The events must be in the order of the
// history.
func Build(events []types.HistoryEvent) []State { return Read(events).States }

// Read returns the states of a whole history, and the state of each event. The events
// must be in the order of the history.
func Read(events []types.HistoryEvent) Trace {
	b := builder{places: map[int64]place{0: {scope: scope{index: -1}}}}
	trace := Trace{Of: map[int64]int64{}}

	for i := range events {
		b.last = aws.ToTime(events[i].Timestamp)
		before := b.before(&events[i])
		after := b.event(&events[i], before)
		b.places[events[i].Id] = after

		if state := concerned(&events[i], before, after); state != nil {
			trace.Of[events[i].Id] = state.ID
		}
	}

	trace.States = make([]State, len(b.states))

	for i, state := range b.states {
		if state.Outcome == Running {
			state.Took = b.last.Sub(state.Start)
			state.runOn(b.last)
		}

		trace.States[i] = *state
	}

	return trace
}

// concerned returns the state that an event is about.
func concerned(event *types.HistoryEvent, before, after place) *State {
	if event.StateExitedEventDetails != nil {
		// An exit event belongs to the state that it ends, but its place is outside of
		// this state. So the search begins at the place before the event, and goes
		// outwards to the first state with this name.
		for at := owner(before); at != nil; at = at.parent.around {
			if at.Name == aws.ToString(event.StateExitedEventDetails.Name) {
				return at
			}
		}

		return nil
	}

	return owner(after)
}
