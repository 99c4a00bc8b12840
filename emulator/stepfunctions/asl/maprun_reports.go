package asl

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ItemsRead reports a page of items that a [Read] has requested. If the items are not JSON,
// the Map fails with States.ItemReaderFailed.
func (m *Machine) ItemsRead(x *Execution, readID string, page Page) (Effects, error) {
	r, f, distributed, err := m.reading(x, readID)
	if err != nil {
		return Effects{}, err
	}

	distributed.received(r, f, page)

	return r.finish(), nil
}

// ReadFailed reports that a page could not be read. The Map fails with
// States.ItemReaderFailed and the given cause.
func (m *Machine) ReadFailed(x *Execution, readID, cause string) (Effects, error) {
	r, f, distributed, err := m.reading(x, readID)
	if err != nil {
		return Effects{}, err
	}

	f.Run.Reading.ID = ""
	distributed.fail(r, f, Failure{Error: ErrorItemReader, Cause: cause})

	return r.finish(), nil
}

func (m *Machine) reading(x *Execution, readID string) (*run, *frame, *distributedState, error) {
	r, f, distributed := m.mapRun(x, func(run *mapRun) bool { return run.Reading != nil && run.Reading.ID == readID })
	if f == nil {
		return nil, nil, nil, fmt.Errorf("read %s of %s: %w", readID, x.state.Options.ExecutionARN, ErrNotPending)
	}

	return r, f, distributed, nil
}

// ChildEnded reports the outcome of a child execution.
func (m *Machine) ChildEnded(x *Execution, childID string, outcome Outcome) (Effects, error) {
	runID, number, _ := strings.Cut(childID, " ")
	index := -1

	r, f, distributed := m.mapRun(x, func(run *mapRun) bool {
		if run.ID == runID {
			index = slices.IndexFunc(run.Running, func(child childRun) bool { return strconv.Itoa(child.Index) == number })
		}

		return index >= 0
	})
	if f == nil {
		return Effects{}, fmt.Errorf("child %s of %s: %w", childID, x.state.Options.ExecutionARN, ErrNotPending)
	}

	distributed.childEnded(r, f, index, outcome)

	return r.finish(), nil
}

// MapRunUpdate holds the settings that UpdateMapRun can change. A nil field is not changed.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateMapRun.html
type MapRunUpdate struct {
	MaxConcurrency             *int
	ToleratedFailureCount      *int64
	ToleratedFailurePercentage *float64
}

// UpdateMapRun changes a Map Run that is in progress.
func (m *Machine) UpdateMapRun(x *Execution, arn string, update MapRunUpdate) (Effects, error) {
	id := arn[strings.LastIndexByte(arn, ':')+1:]

	r, f, distributed := m.mapRun(x, func(run *mapRun) bool { return run.ID == id })
	if f == nil {
		return Effects{}, fmt.Errorf("map run %s of %s: %w", arn, x.state.Options.ExecutionARN, ErrNotPending)
	}

	if most := update.MaxConcurrency; most != nil {
		f.Run.Concurrency = min(distributedConcurrency, *most)
		if *most == 0 {
			f.Run.Concurrency = distributedConcurrency
		}
	}

	if count := update.ToleratedFailureCount; count != nil {
		f.Run.ToleratedCount = new(float64(*count))
	}

	if percentage := update.ToleratedFailurePercentage; percentage != nil {
		f.Run.ToleratedPercentage = percentage
	}

	distributed.proceed(r, f)

	return r.finish(), nil
}

// mapRun finds a Map Run that is in progress.
func (m *Machine) mapRun(x *Execution, is func(*mapRun) bool) (*run, *frame, *distributedState) {
	if x.state.Outcome != nil {
		return nil, nil, nil
	}

	f := x.state.Root.find(func(f *frame) bool { return f.Run != nil && f.Run.Status == StatusRunning && is(f.Run) })
	if f == nil {
		return nil, nil, nil
	}

	r := m.begin(&x.state)

	distributed, ok := r.stateOf(f).(*distributedState)
	if !ok {
		panic(fmt.Sprintf("state %q of the execution has a Map Run: the execution belongs to another definition", f.State))
	}

	return r, f, distributed
}

// pending adds the reads and children that a Map Run waits for to the effects that a driver
// must repeat.
func (s *distributedState) pending(r *run, f *frame, out *Effects) {
	if f.Run.Reading != nil && f.Run.Reading.ID != "" {
		out.Reads = append(out.Reads, s.read(f.Run))
	}

	if f.Run.Writing != nil {
		out.Writes = append(out.Writes, s.write(r, f))
	}

	for _, child := range f.Run.Running {
		out.Children = append(out.Children, s.child(r, f, child.Index))
	}
}

// Child returns the machine of the child executions of the Map with a label. It returns
// false if there is no such Map.
func (m *Machine) Child(label string) (*Machine, bool) {
	definition, found := m.definition.children[label]

	return &Machine{definition: definition, clock: m.clock, random: m.random}, found
}
