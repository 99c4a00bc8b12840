package asl

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"triptych/emulator/stepfunctions/asl/jsonata"
)

// TestStatus is the status of the test of a state. The names are AWS's.
type TestStatus string

// Statuses of a test.
const (
	TestSucceeded TestStatus = "SUCCEEDED"
	TestFailed    TestStatus = "FAILED"
	TestRetriable TestStatus = "RETRIABLE"    // A retrier matches the error.
	TestCaught    TestStatus = "CAUGHT_ERROR" // A catcher matches the error.
)

// TestResult is the result of the test of a state.
type TestResult struct {
	Status     TestStatus
	Output     json.RawMessage
	Next       string   // The next state; "" at the end of the flow.
	Failure    *Failure // Unless the status is TestSucceeded.
	Handler    int      // The index of the retrier or of the catcher.
	Backoff    time.Duration
	Inspection Inspection
}

// Inspection is the data at each step of a state. A missing step is empty.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_InspectionData.html
type Inspection struct {
	Input             json.RawMessage
	Arguments         json.RawMessage
	Items             json.RawMessage // After the ItemSelector: an array.
	Batches           json.RawMessage // After the ItemBatcher: an array.
	Result            json.RawMessage
	Variables         map[string]json.RawMessage
	MaxConcurrency    *float64
	ToleratedCount    *float64
	ToleratedFraction *float64 // A percentage.
}

// start runs the state up to its task, its wait or its end. The branches of a Parallel and
// the iterations of a Map do not run.
func (t *StateRun) start() {
	r, f := t.run, t.frame

	var err error

	switch current := t.state.(type) {
	case *mapState:
		err = t.startMap(current)
	case *distributedState:
		err = t.startDistributed(current)
	case *parallelState:
		if current.arguments != nil {
			t.inspection.Arguments, err = r.evaluate(current.arguments, r.newScope(f), "Arguments")
		}
	default:
		current.start(r, f)

		if f.Task != nil && t.state.(*taskState).arguments != nil { //nolint:forcetypeassert // Only a Task has a task.
			t.inspection.Arguments = f.Task.Arguments
		}
	}

	if err != nil {
		r.evaluationFailed(f, err, atStart)
	}
}

func (t *StateRun) startMap(s *mapState) error {
	scope := t.run.newScope(t.frame)

	inputs, _, err := s.inputs(t.run, t.frame, scope)
	if err != nil {
		return err
	}

	t.items = inputs

	if s.itemSelector != nil {
		t.inspection.Items, err = jsonata.Encode(inputs)
	}

	if err == nil {
		t.inspection.MaxConcurrency, err = optionalNumber(s.maxConcurrency, scope, "MaxConcurrency", 0)
	}

	return err
}

// startDistributed evaluates the fields of a DISTRIBUTED Map. The items of an ItemReader are
// those of [StateRun.Read], or the state's input if it is an array.
func (t *StateRun) startDistributed(s *distributedState) error {
	begun, items, err := s.evaluate(t.run, t.frame)
	if err != nil {
		return err
	}

	t.mapRun, t.frame.Run = begun, begun
	t.inspection.ToleratedCount, t.inspection.ToleratedFraction = begun.ToleratedCount, begun.ToleratedPercentage

	if t.inspection.MaxConcurrency, err = optionalNumber(s.maxConcurrency, t.run.newScope(t.frame), "MaxConcurrency", 0); err != nil {
		return err
	}

	if s.reader != nil {
		if value, decodeErr := jsonata.Decode(t.frame.Input); decodeErr == nil {
			items, _ = value.([]any)
		}
	}

	return t.choose(s, items)
}

// choose applies the ItemSelector and the ItemBatcher.
func (t *StateRun) choose(s *distributedState, items []any) error {
	begun := t.mapRun
	begun.Waiting, begun.ItemsRead, begun.ReadAll = nil, 0, true

	if !s.receive(t.run, t.frame, items) {
		return nil // The failure is recorded.
	}

	t.items = begun.Waiting

	var err error

	if s.itemSelector != nil {
		if t.inspection.Items, err = jsonata.Encode(t.items); err != nil {
			return err
		}
	}

	if s.batcher == nil {
		return nil
	}

	var batches []json.RawMessage

	for len(begun.Waiting) > 0 {
		batch, _, err := begun.next(s.name)
		if err != nil {
			return err
		}

		batches = append(batches, batch)
	}

	t.inspection.Batches, err = jsonata.Encode(batches)

	return err
}

// Read replaces the items of a DISTRIBUTED Map by those that its ItemReader reads.
func (t *StateRun) Read(items []json.RawMessage) error {
	s, ok := t.state.(*distributedState)
	if !ok || t.probe.left {
		return nil
	}

	values := make([]any, len(items))

	for i, text := range items {
		var err error
		if values[i], err = jsonata.Decode(text); err != nil {
			return err
		}
	}

	if err := t.choose(s, values); err != nil {
		t.run.evaluationFailed(t.frame, err, atStart)
	}

	return nil
}

// Format returns the format of the file that the ItemReader of a DISTRIBUTED Map reads; false
// if it reads no file.
func (t *StateRun) Format() (ItemFormat, bool) {
	s, ok := t.state.(*distributedState)
	if !ok || s.reader == nil || s.reader.resource != GetObject {
		return ItemFormat{}, false
	}

	return s.reader.format, true
}

// ItemCount returns the number of items of a Map.
func (t *StateRun) ItemCount() int { return len(t.items) }

// Exceeds reports whether a number of failed iterations exceeds what a DISTRIBUTED Map
// tolerates.
func (t *StateRun) Exceeds(failures int) bool {
	if t.mapRun == nil {
		return false
	}

	t.mapRun.Failed = []childRun{{Status: StatusFailed, Items: failures}}

	return t.mapRun.exceeded()
}

// Result returns the result of the test.
func (t *StateRun) Result() TestResult {
	out := TestResult{Inspection: t.inspection, Next: t.probe.next, Output: t.probe.output, Failure: t.handled()}
	out.Inspection.Variables = maps.Clone(t.frame.Variables)
	facts := t.state.facts()

	switch {
	case t.probe.left && t.probe.failure != nil:
		out.Status, out.Failure = TestFailed, t.probe.failure
	case t.probe.left && out.Failure == nil:
		out.Status = TestSucceeded
	case t.probe.left:
		out.Status = TestCaught
		out.Handler = slices.IndexFunc(facts.catch, func(c catcher) bool { return matches(c.errorEquals, out.Failure.Error) })
	case t.frame.Phase == phaseRetry:
		out.Status = TestRetriable
		out.Backoff = t.frame.Timers[0].Due.Sub(t.run.now)
		out.Handler = slices.IndexFunc(facts.retry, func(c retrier) bool { return matches(c.errorEquals, out.Failure.Error) })
	}

	return out
}

// handled returns the failure that a retrier or a catcher has handled, or nil.
func (t *StateRun) handled() *Failure {
	for _, event := range slices.Backward(t.run.effects.Events) {
		if details := event.EvaluationFailed; details != nil {
			return &Failure{Error: details.Error, Cause: details.Cause}
		}
	}

	return t.failed
}
