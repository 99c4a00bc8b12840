package asl

import (
	"encoding/json"
	"time"

	"triptych/emulator/stepfunctions/asl/jsonata"
)

// StateRun is the run of one state. If the state has a task or a wait, the driver runs
// the task or waits, and reports the result. It then reads [StateRun.Result].
type StateRun struct {
	run    *run
	frame  *frame
	state  state
	probe  *probe
	failed *Failure // The failure that the state has handled.

	inspection Inspection
	items      []json.RawMessage // The inputs of the iterations of a Map.
	mapRun     *mapRun           // The settings of a DISTRIBUTED Map.
}

// Kind returns the type of the state.
func (t *StateRun) Kind() string { return t.state.facts().kind }

// Task returns the task that the driver has to run.
func (t *StateRun) Task() (Task, bool) {
	task, ok := t.state.(*taskState)
	if !ok || t.frame.Phase != phaseTask || t.probe.left {
		return Task{}, false
	}

	return task.task(t.run, t.frame), true
}

// Due returns the time until which a Wait state waits.
func (t *StateRun) Due() (time.Time, bool) {
	if t.frame.Phase != phaseWait || t.probe.left {
		return time.Time{}, false
	}

	return t.frame.Timers[0].Due, true
}

// Waited ends the wait of a Wait state.
func (t *StateRun) Waited() {
	if wait, ok := t.state.(*waitState); ok {
		wait.over(t.run, t.frame)
	}
}

// Succeed reports the result of the task, or of all branches or iterations.
func (t *StateRun) Succeed(result json.RawMessage) {
	if t.probe.left { // A field before the task has failed.
		return
	}

	t.inspection.Result = result

	if task, ok := t.state.(*taskState); ok {
		task.succeeded(t.run, t.frame, result)

		return
	}

	value, err := jsonata.Decode(result)
	if err != nil {
		t.Fail(Failure{Error: ErrorRuntime, Cause: err.Error()})

		return
	}

	t.run.complete(t.frame, t.run.newScope(t.frame).with("result", value), result)
}

// Fail reports the failure of the task, or of a branch or an iteration.
func (t *StateRun) Fail(failure Failure) {
	if t.probe.left {
		return
	}

	t.failed = &failure

	if task, ok := t.state.(*taskState); ok {
		task.failed(t.run, t.frame, failure, failure.Error)

		return
	}

	t.run.fail(t.frame, failure, failure.Error)
}
