package timeline

import (
	"encoding/json"
	"regexp"
	"strings"
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

type builder struct {
	states []*State
	places map[int64]place // by event id
	last   time.Time
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

// attempt applies an event of a Task or of a Map itself.
func (s *State) attempt(event *types.HistoryEvent) {
	if s.Outcome == Failed || s.Outcome == TimedOut || s.Outcome == Stopped {
		s.Outcome = Running // A redrive continues where the execution ended.
	}

	s.follow(event)

	switch {
	case event.TaskScheduledEventDetails != nil, event.LambdaFunctionScheduledEventDetails != nil:
		s.Attempts++
	case event.TaskSucceededEventDetails != nil, event.LambdaFunctionSucceededEventDetails != nil:
		s.Error, s.Reason = "", ""
	case event.TaskFailedEventDetails != nil:
		s.fail(event.TaskFailedEventDetails.Error, event.TaskFailedEventDetails.Cause)
	case event.TaskTimedOutEventDetails != nil:
		s.fail(event.TaskTimedOutEventDetails.Error, event.TaskTimedOutEventDetails.Cause)
	case event.TaskStartFailedEventDetails != nil:
		s.fail(event.TaskStartFailedEventDetails.Error, event.TaskStartFailedEventDetails.Cause)
	case event.LambdaFunctionFailedEventDetails != nil:
		s.fail(event.LambdaFunctionFailedEventDetails.Error, event.LambdaFunctionFailedEventDetails.Cause)
	case event.LambdaFunctionTimedOutEventDetails != nil:
		s.fail(event.LambdaFunctionTimedOutEventDetails.Error, event.LambdaFunctionTimedOutEventDetails.Cause)
	case event.EvaluationFailedEventDetails != nil:
		s.fail(event.EvaluationFailedEventDetails.Error, event.EvaluationFailedEventDetails.Cause)
	}
}

func (s *State) fail(name, cause *string) {
	s.Error, s.Reason = aws.ToString(name), Reason(aws.ToString(cause))
}

// lambdaPrefix matches the prefix of Lambda's messages about a crash or a timeout. The
// request id is not useful to a reader.
var lambdaPrefix = regexp.MustCompile(`^RequestId: [0-9a-f-]{36} Error: `)

// Reason returns the sentence in a cause. Lambda's causes are JSON documents with the
// sentence in errorMessage.
func Reason(cause string) string {
	var document struct {
		Message string `json:"errorMessage"`
	}

	if json.Unmarshal([]byte(cause), &document) == nil && document.Message != "" {
		cause = document.Message
	}

	return strings.TrimSpace(lambdaPrefix.ReplaceAllLiteralString(cause, ""))
}
