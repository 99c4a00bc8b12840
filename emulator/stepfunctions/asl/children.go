package asl

import "triptych/emulator/stepfunctions/asl/jsonata"

import "encoding/json"

// Parallel and Map run frames below their own frame. This file contains their common code.

// hasChildren is a state with branches or iterations.
type hasChildren interface {
	state
	// childDone handles the end of one successful child.
	childDone(r *run, f, child *frame)
	// childEnded adds the events for a child's failure or abortion.
	childEnded(r *run, f, child *frame, previous int64)
	// redrive starts the children that a redrive has to run again.
	redrive(r *run, f *frame)
}

func (r *run) childDone(f, child *frame) {
	if parent, ok := r.stateOf(f).(hasChildren); ok {
		parent.childDone(r, f, child)
	}
}

// childFailed aborts the other children and fails the state with the child's failure,
// unchanged: Retry and Catch of a Map see the name of the inner error. The events of the
// failure follow the last event of the child.
// https://states-language.net/spec.html#map-state
func (r *run) childFailed(f, child *frame) {
	parent, ok := r.stateOf(f).(hasChildren)
	if !ok {
		return
	}

	cause := child.Previous
	parent.childEnded(r, f, child, cause)

	for _, other := range f.Children {
		if other.alive() {
			r.abort(other, cause)
			parent.childEnded(r, f, other, cause)
		}
	}

	f.Previous = cause
	r.failWhole(f, *child.Failure)
}

// abort stops a frame and all frames below it.
func (r *run) abort(f *frame, cause int64) {
	for _, child := range f.Children {
		if child.alive() {
			r.abort(child, cause)
		}
	}

	running := f.Run != nil && f.Run.Status == StatusRunning
	r.cancel(f)
	f.Phase = phaseAborted

	if f.EnteredID == 0 {
		return
	}

	if running {
		cause = r.event(HistoryEvent{Type: EventMapRunAborted}, cause)
	}

	switch kind := r.stateOf(f).facts().kind; kind {
	case kindTask, kindWait, kindMap, kindParallel:
		r.event(HistoryEvent{Type: EventType(kind + "StateAborted")}, cause)
	}
}

// outputs returns the outputs of a frame's children as one JSON array.
func outputs(f *frame) (json.RawMessage, error) {
	list := make([]json.RawMessage, len(f.Children))
	for i, child := range f.Children {
		list[i] = child.Output
	}

	return jsonata.Encode(list)
}

// collect completes a state whose children have all ended. The exit of the state follows
// the last event of the children: on AWS, no event points at {Type}StateSucceeded.
func (r *run) collect(f *frame) {
	kind := r.stateOf(f).facts().kind

	result, err := outputs(f)
	if err == nil && len(result) > MaxDataBytes {
		err = dataLimit(f.State)
	}

	if err != nil {
		r.evaluationFailed(f, err, atStart)

		return
	}

	r.event(HistoryEvent{Type: EventType(kind + "StateSucceeded")}, f.Previous)

	value, err := jsonata.Decode(result)
	if err != nil {
		r.evaluationFailed(f, err, atStart)

		return
	}

	r.complete(f, r.newScope(f).with("result", value), result)
}
