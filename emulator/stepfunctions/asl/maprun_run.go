package asl

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"triptych/emulator/stepfunctions/asl/jsonata"
)

// proceed starts as many child executions as the concurrency and the items allow. If there
// are too few items, it requests the next page. It ends the run when nothing is left to do.
func (s *distributedState) proceed(r *run, f *frame) {
	run := f.Run

	for len(run.Running) < run.Concurrency {
		if len(run.Redrives) > 0 {
			child := s.child(r, f, run.Redrives[0].Index)
			child.Redrive = true

			run.Running = append(run.Running, run.Redrives[0])
			run.Redrives = run.Redrives[1:]

			r.effects.Children = append(r.effects.Children, child)

			continue
		}

		if len(run.Waiting) == 0 {
			break
		}

		input, items, err := run.next(s.name)
		if err == nil && len(input) > MaxDataBytes {
			err = dataLimit(s.name)
		}

		if err != nil {
			s.evaluationFailed(r, f, err)

			return
		}

		if items == 0 {
			break
		}

		child := s.child(r, f, run.Children)
		child.Options.Input = input

		run.Running = append(run.Running, childRun{Index: run.Children, Items: items})
		run.Children++
		r.effects.Children = append(r.effects.Children, child)
	}

	if len(run.Running) < run.Concurrency {
		s.want(r, f)
	}

	if run.ReadAll && len(run.Waiting)+len(run.Running)+len(run.Redrives) == 0 {
		s.finish(r, f)

		return
	}

	s.changed(r, f)
}

// changed reports the new state of the run to the driver.
func (s *distributedState) changed(r *run, f *frame) {
	described := f.Run.describe(s.arn(r, f))

	r.effects.MapRuns = slices.DeleteFunc(r.effects.MapRuns, func(m MapRun) bool { return m.ARN == described.ARN })
	r.effects.MapRuns = append(r.effects.MapRuns, described)
}

// childEnded handles the outcome of a child execution.
func (s *distributedState) childEnded(r *run, f *frame, index int, outcome Outcome) {
	run := f.Run
	child := run.Running[index]
	run.Running = slices.Delete(run.Running, index, index+1)

	if outcome.Status == StatusSucceeded {
		run.succeeded(child, outcome.Output)
	} else {
		child.Status = outcome.Status
		run.Failed = append(run.Failed, child)
	}

	if run.exceeded() {
		s.fail(r, f, Failure{
			Error: ErrorTolerance,
			Cause: "The specified tolerated failure threshold was exceeded",
		})

		return
	}

	s.proceed(r, f)
}

// succeeded stores a result. If the results are too large for the Map's result, they are
// not stored. As on AWS, the Map then fails at its end, after all work is done.
func (m *mapRun) succeeded(child childRun, output json.RawMessage) {
	m.Succeeded.Executions++
	m.Succeeded.Items += int64(child.Items)
	m.Bytes += len(output) + len(",")

	if m.Bytes > MaxDataBytes {
		m.Results = nil

		return
	}

	m.Results = append(m.Results, childResult{Index: child.Index, Output: output})
}

// finish ends a successful run. Its result is the outputs of the successful child
// executions, in the order of their items.
func (s *distributedState) finish(r *run, f *frame) {
	run := f.Run

	if s.writer.exports() {
		s.endRun(r, f, StatusSucceeded)
		s.export(r, f)

		return
	}

	if run.Bytes > MaxDataBytes {
		err := dataLimit(s.name)
		s.fail(r, f, Failure{Error: ErrorDataLimit, Cause: err.Error()})

		return
	}

	slices.SortFunc(run.Results, func(a, b childResult) int { return cmp.Compare(a.Index, b.Index) })

	list := make([]json.RawMessage, len(run.Results))
	for i, result := range run.Results {
		list[i] = result.Output
	}

	result, err := s.writer.transform(list)
	if err != nil {
		s.evaluationFailed(r, f, err)

		return
	}

	s.endRun(r, f, StatusSucceeded)
	s.succeed(r, f, result)
}

// succeed exits the state after a successful run.
func (s *distributedState) succeed(r *run, f *frame, result json.RawMessage) {
	value, err := jsonata.Decode(result)
	if err != nil {
		s.evaluationFailed(r, f, err)

		return
	}

	f.Run = nil // If the Output fails, a redrive starts a new run.
	r.frameEvent(f, HistoryEvent{Type: EventMapRunSucceeded})
	r.event(HistoryEvent{Type: EventMapStateSucceeded}, f.Previous) // The following events come after MapRunSucceeded, as on AWS.
	r.complete(f, r.newScope(f).with("result", value), result)
}

// fail ends a failed run.
func (s *distributedState) fail(r *run, f *frame, failure Failure) {
	f.Run.Failure = &failure
	s.endRun(r, f, StatusFailed)

	if s.writer.exports() && failure.Error == ErrorTolerance {
		s.export(r, f)

		return
	}

	s.failed(r, f, failure)
}

// failed fails the state after a failed run.
func (s *distributedState) failed(r *run, f *frame, failure Failure) {
	r.frameEvent(f, HistoryEvent{Type: EventMapRunFailed, MapRunFailed: &FailureDetails{Error: failure.Error, Cause: failure.Cause}})
	r.failWhole(f, failure)
}

// endRun ends a run and stops its running child executions.
func (s *distributedState) endRun(r *run, f *frame, status Status) {
	run := f.Run
	if run.Status != StatusRunning {
		return
	}

	for _, child := range run.Running {
		r.effects.StoppedChildren = append(r.effects.StoppedChildren, s.child(r, f, child.Index))
		run.Failed = append(run.Failed, childRun{Index: child.Index, Items: child.Items, Status: StatusAborted})
	}

	// Children that were still waiting for their redrive keep their earlier status.
	for _, child := range run.Redrives {
		run.Failed = append(run.Failed, childRun{Index: child.Index, Items: child.Items, Status: child.Status})
	}

	if run.Reading != nil {
		run.Reading.ID = ""
	}

	run.Running, run.Redrives = nil, nil
	run.Status, run.Stopped = status, r.now
	s.changed(r, f)
}

// redrive redrives a run. The unsuccessful child executions are redriven, and the reading
// continues where it stopped. A run that failed because of its data starts again, and so
// does a run that never started a child execution.
// https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html
func (s *distributedState) redrive(r *run, f *frame) {
	run := f.Run

	if run == nil || run.Children == 0 || (run.Failure != nil && run.Failure.Error == ErrorDataLimit) {
		s.start(r, f)

		return
	}

	f.Phase = phaseMapRun
	run.Status, run.Stopped, run.Failure, run.Writing, run.Written = StatusRunning, time.Time{}, nil, nil, false
	run.RedriveCount++
	run.RedriveDate = r.now

	slices.SortFunc(run.Failed, func(a, b childRun) int { return cmp.Compare(a.Index, b.Index) })
	run.Redrives, run.Failed = run.Failed, nil

	r.frameEvent(f, HistoryEvent{Type: EventMapRunRedriven, MapRunRedriven: &MapRunRedrivenDetails{
		MapRunARN: s.arn(r, f), RedriveCount: run.RedriveCount,
	}})
	s.proceed(r, f)
}
