package asl

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// run is the handling of one report: it changes the execution and collects the
// effects. Steps are queued, so that branches advance side by side, as on AWS.
type run struct {
	machine *Machine
	x       *executionState
	now     time.Time
	effects Effects
	steps   []func()
	input   any  // The execution's input, decoded when first needed.
	decoded bool // Whether input is.
	full    bool // The history has no room for what happened.
}

// maxEvents is how long a history may be. The last event of one that is full says
// so; without this a loop of states that wait for nothing would never end.
// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-state-machine-executions
const maxEvents = 25_000

// begin takes the time of a report: milliseconds are what events can show.
func (m *Machine) begin(x *executionState) *run {
	return &run{machine: m, x: x, now: m.clock.Now().UTC().Round(0).Truncate(time.Millisecond)}
}

// finish carries out the queued steps and gives the effects.
func (r *run) finish() Effects {
	for len(r.steps) > 0 && r.x.Outcome == nil && !r.full {
		step := r.steps[0]
		r.steps = r.steps[1:]

		step()
	}

	if r.full {
		r.overflow()
	}

	// What was set and cancelled by one report never needs to be seen.
	r.effects.Tasks = slices.DeleteFunc(r.effects.Tasks, func(t Task) bool {
		return dropOne(&r.effects.CancelledTasks, t.ID)
	})
	r.effects.Timers = slices.DeleteFunc(r.effects.Timers, func(t Timer) bool {
		return dropOne(&r.effects.CancelledTimers, t.ID)
	})

	return r.effects
}

func dropOne(ids *[]string, id string) bool {
	index := slices.Index(*ids, id)
	if index >= 0 {
		*ids = slices.Delete(*ids, index, index+1)
	}

	return index >= 0
}

// later queues a step of a frame, which is left out if the frame is stopped first.
func (r *run) later(f *frame, step func()) {
	r.steps = append(r.steps, func() {
		if f.alive() {
			step()
		}
	})
}

// event adds an event to the history, after the event with the id previous. The
// last place is for the event that ends the execution.
func (r *run) event(event HistoryEvent, previous int64) int64 {
	if r.full || (r.x.LastEvent >= maxEvents-1 && !event.Type.endsExecution()) {
		r.full = true

		return r.x.LastEvent
	}

	return r.add(event, previous)
}

// overflow fails the execution because its history is full.
func (r *run) overflow() {
	failure := FailureDetails{
		Error: ErrorRuntime,
		Cause: fmt.Sprintf("The execution reached the maximum number of history events (%d).", maxEvents),
	}

	r.add(HistoryEvent{Type: EventExecutionFailed, ExecutionFailed: &failure}, r.x.LastEvent)
	r.halt(Outcome{Status: StatusFailed, Error: failure.Error, Cause: failure.Cause})
}

func (r *run) add(event HistoryEvent, previous int64) int64 {
	r.x.LastEvent++
	event.ID = r.x.LastEvent
	event.PreviousEventID = previous
	event.Timestamp = Timestamp{r.now}
	r.effects.Events = append(r.effects.Events, event)

	return event.ID
}

// frameEvent adds an event of a frame.
func (r *run) frameEvent(f *frame, event HistoryEvent) {
	f.Previous = r.event(event, f.Previous)
}

func (r *run) newID(kind string) string {
	r.x.LastID++

	return kind + "-" + strconv.FormatInt(r.x.LastID, 10)
}

// setTimer sets a timer of a frame.
func (r *run) setTimer(f *frame, kind timerKind, due time.Time) {
	timer := Timer{ID: r.newID("timer"), Due: due}
	f.Timers = append(f.Timers, pendingTimer{Timer: timer, Kind: kind})
	r.effects.Timers = append(r.effects.Timers, timer)
}

// cancel forgets the task and the timers of a frame, and says so.
func (r *run) cancel(f *frame) {
	if f.Task != nil {
		r.effects.CancelledTasks = append(r.effects.CancelledTasks, f.Task.ID)
	}

	for _, timer := range f.Timers {
		r.effects.CancelledTimers = append(r.effects.CancelledTimers, timer.ID)
	}

	if f.Run != nil {
		if distributed, ok := r.stateOf(f).(*distributedState); ok {
			distributed.endRun(r, f, StatusAborted)
		}
	}

	f.rest()
}

// flowOf is the flow that a frame runs.
func (r *run) flowOf(f *frame) *flow {
	if f.parent == nil {
		return r.machine.definition.root
	}

	switch parent := r.stateOf(f.parent).(type) {
	case *parallelState:
		return parent.branches[f.Index]
	case *mapState:
		return parent.processor
	default:
		panic(fmt.Sprintf("state %q of the execution has children: the definition is another one", f.parent.State))
	}
}

// stateOf is the state that a frame is in.
func (r *run) stateOf(f *frame) state {
	found, ok := r.flowOf(f).states[f.State]
	if !ok {
		panic(fmt.Sprintf("the definition has no state %q, in which the execution is: the definition is another one", f.State))
	}

	return found
}

// head lets a frame enter a state as its next step. Until then EnteredID is 0: if
// something stops the frame first, a redrive enters the state.
func (r *run) head(f *frame, name string, input json.RawMessage) {
	f.Phase = phaseRunning
	f.State = name
	f.Input = input
	f.EnteredID = 0
	r.later(f, func() { r.enter(f) })
}

// enter begins the state that the frame heads for.
func (r *run) enter(f *frame) {
	f.Entered = r.now
	f.Retries = nil
	f.RetryCount = 0

	next := r.stateOf(f)

	r.frameEvent(f, HistoryEvent{
		Type:         EventType(next.facts().kind + "StateEntered"),
		StateEntered: &StateEnteredDetails{Name: f.State, Input: string(f.Input), InputDetails: &DataDetails{}},
	})
	f.EnteredID = f.Previous

	next.start(r, f)
}

// frameDone ends a frame well.
func (r *run) frameDone(f *frame, output json.RawMessage) {
	f.Phase = phaseDone
	f.Output = output

	if f.parent != nil {
		f.Input, f.Variables = nil, nil // Nobody reads them again.
		r.childDone(f.parent, f)

		return
	}

	r.frameEvent(f, HistoryEvent{Type: EventExecutionSucceeded, ExecutionSucceeded: &ExecutionSucceededDetails{
		Output: string(output), OutputDetails: &DataDetails{},
	}})
	r.end(Outcome{Status: StatusSucceeded, Output: output})
}

// frameFailed ends a frame badly. It keeps its state, for a redrive.
func (r *run) frameFailed(f *frame, failure Failure) {
	r.cancel(f)
	f.Phase = phaseFailed
	f.Failure = &failure

	if f.parent != nil {
		r.childFailed(f.parent, f)

		return
	}

	r.frameEvent(f, HistoryEvent{Type: EventExecutionFailed, ExecutionFailed: &FailureDetails{Error: failure.Error, Cause: failure.Cause}})
	r.end(Outcome{Status: StatusFailed, Error: failure.Error, Cause: failure.Cause})
}

// end gives the execution its outcome.
func (r *run) end(outcome Outcome) {
	if r.x.Limit != nil {
		r.effects.CancelledTimers = append(r.effects.CancelledTimers, r.x.Limit.ID)
		r.x.Limit = nil
	}

	r.x.Outcome = &outcome
	r.x.Stopped = r.now
	r.effects.Outcome = &outcome
}
