package asl

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
)

// processRandom is the process's own source of randomness.
type processRandom struct{}

func (processRandom) Float64() float64 { return rand.Float64() } //nolint:gosec // Jitter is not a secret.
func (processRandom) Uint64() uint64   { return rand.Uint64() }  //nolint:gosec // $uuid is not a secret.

// Start starts an execution and runs it up to its first task or timer, or to its end. It
// fails only if the input is not JSON or is larger than [MaxDataBytes].
func (m *Machine) Start(options StartOptions) (*Execution, Effects, error) {
	if len(options.Input) == 0 {
		options.Input = json.RawMessage("{}")
	}

	if _, err := compact(options.Input); err != nil {
		return nil, Effects{}, fmt.Errorf("start execution %s: %w", options.ExecutionARN, err)
	}

	if len(options.Input) > MaxDataBytes {
		return nil, Effects{}, fmt.Errorf("start execution %s: %w: %d bytes", options.ExecutionARN, errInputTooLarge, len(options.Input))
	}

	x, r := m.newExecution(options)
	r.setLimit()
	r.enterNext(x.state.Root, m.definition.root.startAt, options.Input)

	return x, r.finish(), nil
}

// newExecution returns an execution that has started and has not entered a state yet. Its
// input is JSON.
func (m *Machine) newExecution(options StartOptions) (*Execution, *run) {
	x := &Execution{state: executionState{Options: options, Root: &frame{Phase: phaseRunning}}}
	r := m.begin(&x.state)
	x.state.Started = r.now

	r.event(HistoryEvent{Type: EventExecutionStarted, ExecutionStarted: &ExecutionStartedDetails{
		Input: string(options.Input), InputDetails: &DataDetails{}, RoleARN: options.RoleARN,
	}}, 0)

	return x, r
}

// StartFailed creates an execution that fails before it enters a state, for a driver that
// cannot run it. The input must be JSON.
func (m *Machine) StartFailed(options StartOptions, failure Failure) (*Execution, Effects) {
	x, r := m.newExecution(options)

	return x, r.failExecution(failure)
}

// Fail ends an execution as FAILED, for a driver that cannot run it any further. A redrive
// runs the tasks that were in progress again.
func (m *Machine) Fail(x *Execution, failure Failure) (Effects, error) {
	if x.state.Outcome != nil {
		return Effects{}, fmt.Errorf("fail %s: %w", x.state.Options.ExecutionARN, ErrNotPending)
	}

	return m.begin(&x.state).failExecution(failure), nil
}

func (r *run) failExecution(failure Failure) Effects {
	r.event(HistoryEvent{Type: EventExecutionFailed, ExecutionFailed: &FailureDetails{Error: failure.Error, Cause: failure.Cause}}, r.x.LastEvent)
	r.halt(Outcome{Status: StatusFailed, Error: failure.Error, Cause: failure.Cause})

	return r.finish()
}

var errInputTooLarge = fmt.Errorf("the input is over %d bytes", MaxDataBytes)

// setLimit sets the timer for the machine's TimeoutSeconds.
func (r *run) setLimit() {
	if limit := r.machine.definition.timeoutSeconds; limit > 0 {
		r.x.Limit = &Timer{ID: r.newID("timer"), Due: r.now.Add(seconds(limit))}
		r.effects.Timers = append(r.effects.Timers, *r.x.Limit)
	}
}

// waiting finds the frame that waits for a task.
func (m *Machine) waiting(x *Execution, taskID string) (*run, *frame, *taskState, error) {
	if x.state.Outcome == nil {
		f := x.state.Root.find(func(f *frame) bool { return f.Task != nil && f.Task.ID == taskID })
		if f != nil {
			r := m.begin(&x.state)
			if task, ok := r.stateOf(f).(*taskState); ok {
				return r, f, task, nil
			}
		}
	}

	return nil, nil, nil, fmt.Errorf("task %s of %s: %w", taskID, x.state.Options.ExecutionARN, ErrNotPending)
}

// TaskSucceeded reports the result of a task. If the result is not JSON, the task fails
// with States.Runtime. If it is larger than [MaxDataBytes], the task fails with
// States.DataLimitExceeded.
func (m *Machine) TaskSucceeded(x *Execution, taskID string, output json.RawMessage) (Effects, error) {
	r, f, task, err := m.waiting(x, taskID)
	if err != nil {
		return Effects{}, err
	}

	task.succeeded(r, f, output)

	return r.finish(), nil
}

// TaskFailed reports the failure of a task. Retry and Catch decide how the execution
// continues. The error States.Timeout is recorded as TaskTimedOut, any other error as
// TaskFailed.
func (m *Machine) TaskFailed(x *Execution, taskID string, failure Failure) (Effects, error) {
	r, f, task, err := m.waiting(x, taskID)
	if err != nil {
		return Effects{}, err
	}

	task.failed(r, f, failure, failure.Error)

	return r.finish(), nil
}

// TaskHeartbeat reports that a task is alive. It restarts the task's heartbeat timer.
func (m *Machine) TaskHeartbeat(x *Execution, taskID string) (Effects, error) {
	r, f, _, err := m.waiting(x, taskID)
	if err != nil {
		return Effects{}, err
	}

	for i, timer := range f.Timers {
		if timer.Kind == timerHeartbeat {
			f.Timers = slices.Delete(f.Timers, i, i+1)

			r.effects.CancelledTimers = append(r.effects.CancelledTimers, timer.ID)
			r.setTimer(f, timerHeartbeat, r.now.Add(seconds(f.Task.Heartbeat)))

			break
		}
	}

	return r.finish(), nil
}

// TimerFired reports that a timer came due. Only the machine knows its meaning: the end of
// a wait, a retry or a timeout.
func (m *Machine) TimerFired(x *Execution, timerID string) (Effects, error) {
	if x.state.Outcome != nil {
		return Effects{}, fmt.Errorf("timer %s of %s: %w", timerID, x.state.Options.ExecutionARN, ErrNotPending)
	}

	r := m.begin(&x.state)

	if limit := x.state.Limit; limit != nil && limit.ID == timerID {
		x.state.Limit = nil
		r.event(HistoryEvent{Type: EventExecutionTimedOut, ExecutionTimedOut: &FailureDetails{Error: ErrorTimeout}}, x.state.LastEvent)
		r.halt(Outcome{Status: StatusTimedOut, Error: ErrorTimeout})

		return r.finish(), nil
	}

	var kind timerKind

	f := x.state.Root.find(func(f *frame) bool {
		i := slices.IndexFunc(f.Timers, func(t pendingTimer) bool { return t.ID == timerID })
		if i < 0 {
			return false
		}

		kind = f.Timers[i].Kind
		f.Timers = slices.Delete(f.Timers, i, i+1)

		return true
	})
	if f == nil {
		return Effects{}, fmt.Errorf("timer %s of %s: %w", timerID, x.state.Options.ExecutionARN, ErrNotPending)
	}

	r.fired(f, kind)

	return r.finish(), nil
}

// fired handles a frame's timer that came due.
func (r *run) fired(f *frame, kind timerKind) {
	switch current := r.stateOf(f).(type) {
	case *waitState:
		current.over(r, f)
	case *taskState:
		if kind == timerRetry {
			current.start(r, f)

			return
		}

		r.effects.CancelledTasks = append(r.effects.CancelledTasks, f.Task.ID)

		name := ErrorTimeout
		if kind == timerHeartbeat {
			name = ErrorHeartbeatTimeout
		}

		current.failed(r, f, Failure{Error: ErrorTimeout}, name)
	default:
		current.start(r, f)
	}
}

// Stop ends a running execution as ABORTED, with the error and cause of the call of
// StopExecution (both may be empty).
func (m *Machine) Stop(x *Execution, failure Failure) (Effects, error) {
	if x.state.Outcome != nil {
		return Effects{}, fmt.Errorf("stop %s: %w", x.state.Options.ExecutionARN, ErrNotPending)
	}

	r := m.begin(&x.state)
	r.event(HistoryEvent{Type: EventExecutionAborted, ExecutionAborted: &FailureDetails{Error: failure.Error, Cause: failure.Cause}}, 0)
	r.halt(Outcome{Status: StatusAborted, Error: failure.Error, Cause: failure.Cause})

	return r.finish(), nil
}

// halt ends an execution from outside and keeps all frames for a redrive.
func (r *run) halt(outcome Outcome) {
	var abortAll func(f *frame)

	abortAll = func(f *frame) {
		if f.alive() {
			r.cancel(f)
			f.Phase = phaseAborted
		}

		for _, child := range f.Children {
			abortAll(child)
		}
	}
	abortAll(r.x.Root)

	r.end(outcome)
}

// Pending returns everything that the execution waits for. A driver that has just loaded
// the execution must run and set all of it again. Events is empty.
func (m *Machine) Pending(x *Execution) Effects {
	var out Effects
	if x.state.Outcome != nil {
		return out
	}

	r := m.begin(&x.state)

	if x.state.Limit != nil {
		out.Timers = append(out.Timers, *x.state.Limit)
	}

	x.state.Root.find(func(f *frame) bool {
		if f.Task != nil {
			if task, ok := r.stateOf(f).(*taskState); ok {
				out.Tasks = append(out.Tasks, task.task(r, f))
			}
		}

		for _, timer := range f.Timers {
			out.Timers = append(out.Timers, timer.Timer)
		}

		if f.Run != nil && (f.Run.Status == StatusRunning || f.Run.Writing != nil) {
			if distributed, ok := r.stateOf(f).(*distributedState); ok {
				distributed.pending(r, f, &out)
			}
		}

		return false
	})

	return out
}
