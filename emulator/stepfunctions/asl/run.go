package asl

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// run handles one report. It changes the execution and collects the effects. Steps are
// queued, so that branches advance side by side, as on AWS.
type run struct {
	machine *Machine
	x       *executionState
	now     time.Time
	effects Effects
	steps   []func()
	input   any    // The execution's input, decoded when it is first needed.
	decoded bool   // Whether input is decoded.
	full    bool   // The history has no room for further events.
	probe   *probe // Only in the test of a state.
}

// maxEvents limits the length of a history. The last event of a full history reports this.
// Without the limit, a loop of states that do not wait would never end.
// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-state-machine-executions
const maxEvents = 25_000

// begin starts a report and sets its time, in milliseconds, which is the precision of
// events.
func (m *Machine) begin(x *executionState) *run {
	return &run{machine: m, x: x, now: m.clock.Now().UTC().Round(0).Truncate(time.Millisecond)}
}

// finish runs the queued steps and returns the effects.
func (r *run) finish() Effects {
	for len(r.steps) > 0 && r.x.Outcome == nil && !r.full {
		step := r.steps[0]
		r.steps = r.steps[1:]

		step()
	}

	if r.full {
		r.overflow()
	}

	// Tasks and timers that the same report set and cancelled are removed.
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

// later queues a step of a frame. The step is skipped if the frame is stopped first.
func (r *run) later(f *frame, step func()) {
	r.steps = append(r.steps, func() {
		if f.alive() {
			step()
		}
	})
}

// event adds an event to the history, as a successor of the event with the ID previous. The
// last place is reserved for the event that ends the execution.
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

// cancel removes the task and the timers of a frame, and adds them to the cancelled
// effects.
func (r *run) cancel(f *frame) {
	if f.Task != nil {
		r.effects.CancelledTasks = append(r.effects.CancelledTasks, f.Task.ID)
	}

	for _, timer := range f.Timers {
		r.effects.CancelledTimers = append(r.effects.CancelledTimers, timer.ID)
	}

	if f.Run != nil {
		if f.Run.Writing != nil {
			r.effects.CancelledTasks = append(r.effects.CancelledTasks, f.Run.Writing.ID)
			f.Run.Writing = nil
		}

		if distributed, ok := r.stateOf(f).(*distributedState); ok {
			distributed.endRun(r, f, StatusAborted)
		}
	}

	f.stopWaiting()
}

// flowOf returns the flow that a frame runs.
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
		panic(fmt.Sprintf("state %q of the execution has children: the execution belongs to another definition", f.parent.State))
	}
}

// stateOf returns the current state of a frame.
func (r *run) stateOf(f *frame) state {
	found, ok := r.flowOf(f).states[f.State]
	if !ok {
		panic(fmt.Sprintf("the definition has no state %q, the current state of the execution: the execution belongs to another definition", f.State))
	}

	return found
}

// enterNext makes a frame enter a state as its next step. Until then EnteredID is 0: if the
// frame is stopped first, a redrive enters the state.
func (r *run) enterNext(f *frame, name string, input json.RawMessage) {
	if r.probe.leaves(f, name, input, nil) {
		return
	}

	f.Phase = phaseRunning
	f.State = name
	f.Input = input
	f.EnteredID = 0
	r.later(f, func() { r.enter(f) })
}

// enter enters the state that was set by enterNext and starts it.
func (r *run) enter(f *frame) {
	f.Entered = r.now
	f.Retries = nil
	f.RetryCount = 0

	f.Before = f.Previous

	next := r.stateOf(f)

	r.frameEvent(f, HistoryEvent{
		Type:         EventType(next.facts().kind + "StateEntered"),
		StateEntered: &StateEnteredDetails{Name: f.State, Input: string(f.Input), InputDetails: &DataDetails{}},
	})
	f.EnteredID = f.Previous

	next.start(r, f)
}

// frameDone ends a frame with success.
func (r *run) frameDone(f *frame, output json.RawMessage) {
	if r.probe.leaves(f, "", output, nil) {
		return
	}

	f.Phase = phaseDone
	f.Output = output

	if f.parent != nil {
		f.Input, f.Variables = nil, nil // They are not needed any more.
		r.childDone(f.parent, f)

		return
	}

	r.frameEvent(f, HistoryEvent{Type: EventExecutionSucceeded, ExecutionSucceeded: &ExecutionSucceededDetails{
		Output: string(output), OutputDetails: &DataDetails{},
	}})
	r.end(Outcome{Status: StatusSucceeded, Output: output})
}

// frameFailed ends a frame with a failure. The frame keeps its state for a redrive.
func (r *run) frameFailed(f *frame, failure Failure) {
	if r.probe.leaves(f, "", nil, &failure) {
		return
	}

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

// end sets the outcome of the execution.
func (r *run) end(outcome Outcome) {
	if r.x.Limit != nil {
		r.effects.CancelledTimers = append(r.effects.CancelledTimers, r.x.Limit.ID)
		r.x.Limit = nil
	}

	r.x.Outcome = &outcome
	r.x.Stopped = r.now
	r.effects.Outcome = &outcome
}
