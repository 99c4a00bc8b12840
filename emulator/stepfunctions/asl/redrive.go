package asl

import "fmt"

// Redrive continues an execution that ended as FAILED, ABORTED or TIMED_OUT, from the
// states that did not succeed. Successful states do not run again. Retry counts and the
// machine's timeout start again.
// https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
func (m *Machine) Redrive(x *Execution) (Effects, error) {
	if !x.Redrivable() {
		return Effects{}, fmt.Errorf("redrive %s: %w: it is %s", x.state.Options.ExecutionARN, ErrNotRedrivable, x.Status())
	}

	r := m.begin(&x.state)
	x.state.Outcome = nil
	x.state.RedriveCount++
	x.state.RedriveDate = r.now

	root := x.state.Root
	root.Previous = r.event(HistoryEvent{
		Type:              EventExecutionRedriven,
		ExecutionRedriven: &ExecutionRedrivenDetails{RedriveCount: x.state.RedriveCount},
	}, x.state.LastEvent)
	r.setLimit()
	r.resume(root)

	return r.finish(), nil
}

// resume continues a frame that failed or was aborted, at its current state and with that
// state's input. Retry counts start again.
// https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html#redrive-behavior-states
func (r *run) resume(f *frame) {
	failure := f.Failure

	f.Phase = phaseRunning
	f.Failure = nil
	f.Retries = nil
	f.RetryCount = 0
	f.stopWaiting()

	if f.EnteredID == 0 { // The frame was stopped before it entered the state.
		r.enterNext(f, f.State, f.Input)

		return
	}

	switch current := r.stateOf(f).(type) {
	case *taskState, *waitState:
		r.later(f, func() { current.start(r, f) })
	case *distributedState:
		f.Phase = phaseMapRun
		r.later(f, func() { current.redrive(r, f) })
	case hasChildren:
		if len(f.Children) == 0 || failure != nil && failure.Error == ErrorDataLimit {
			f.Children = nil
			r.later(f, func() { current.start(r, f) })

			return
		}

		f.Phase = phaseChildren
		r.later(f, func() { current.redrive(r, f) })
	default:
		r.enterNext(f, f.State, f.Input)
	}
}
