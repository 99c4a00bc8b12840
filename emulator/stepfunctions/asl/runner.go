package asl

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// TaskRunner runs one task and returns its result. If the error is, or wraps, a *TaskError,
// that error has the States Language name that Retry and Catch see. Any other error is
// States.TaskFailed.
type TaskRunner func(ctx context.Context, task Task) (json.RawMessage, error)

// TaskError is a task failure with a name. A TaskRunner can return it.
type TaskError struct {
	Name  string // The name that ErrorEquals matches.
	Cause string // A text for people.
}

// Error implements error.
func (e *TaskError) Error() string { return e.Name + ": " + e.Cause }

// Runner runs one execution to its end, without durability and in virtual time: it never
// sleeps. A task takes no time, unless its TaskRunner advances Clock.
type Runner struct {
	Definition *Definition
	Tasks      TaskRunner
	Items      PageReader    // Reads the items of DISTRIBUTED Maps; may be nil.
	Clock      *VirtualClock // nil means a clock that starts at the Unix epoch.
	Random     Random        // nil means a fixed seed, so that all runs are alike.
}

// VirtualClock is a clock that moves only when Advance is called.
type VirtualClock struct{ now time.Time }

// NewVirtualClock returns a clock that shows start.
func NewVirtualClock(start time.Time) *VirtualClock { return &VirtualClock{now: start} }

// Now implements [Clock].
func (c *VirtualClock) Now() time.Time { return c.now }

// Advance moves the clock forward.
func (c *VirtualClock) Advance(by time.Duration) { c.now = c.now.Add(by) }

// Result is the result of a Runner's execution.
type Result struct {
	Execution *Execution
	Outcome   Outcome
	History   []HistoryEvent
	Children  map[string]*Result // The child executions of Map Runs, by their ID.
	MapRuns   []MapRun           // One entry after each report that changed a Map Run.
}

// Path returns the names of the states that were entered, in order.
func (r *Result) Path() []string {
	var path []string

	for _, event := range r.History {
		if event.StateEntered != nil {
			path = append(path, event.StateEntered.Name)
		}
	}

	return path
}

// runnerSeed is the seed of a Runner without Random, so that all its runs are alike.
const runnerSeed = 1

// errStuck is the error for an execution that waits for nothing and has not ended.
var errStuck = errors.New("the execution has not ended and waits for nothing")

// Run starts an execution with the input and runs it to its end. It fails if the input is
// not JSON, or if ctx ends.
func (r *Runner) Run(ctx context.Context, options StartOptions) (*Result, error) {
	drive := r.driver(nil)

	execution, effects, err := drive.machine.Start(options)
	if err != nil {
		return nil, err
	}

	drive.result.Execution = execution

	return drive.toEnd(ctx, effects)
}

// Redrive continues an execution that failed, was aborted or timed out, and runs it to its
// end. The result contains the history of the whole execution.
func (r *Runner) Redrive(ctx context.Context, earlier *Result) (*Result, error) {
	drive := r.driver(earlier.Execution)
	drive.result.History = slices.Clone(earlier.History)
	drive.result.Children = childrenOf(earlier)

	effects, err := drive.machine.Redrive(earlier.Execution)
	if err != nil {
		return nil, err
	}

	return drive.toEnd(ctx, effects)
}

// driver is the state of one Run.
type driver struct {
	runner   *Runner
	machine  *Machine
	clock    *VirtualClock
	result   *Result
	tasks    []Task
	timers   []Timer
	reads    []Read
	writes   []Write
	children []Child
}

func (r *Runner) driver(execution *Execution) *driver {
	clock := r.Clock
	if clock == nil {
		clock = NewVirtualClock(time.Unix(0, 0).UTC())
	}

	random := r.Random
	if random == nil {
		random = rand.New(rand.NewPCG(runnerSeed, runnerSeed)) //nolint:gosec // Tests need the same numbers in every run.
	}

	return &driver{runner: r, machine: New(r.Definition, clock, random), clock: clock, result: &Result{Execution: execution}}
}

func (d *driver) toEnd(ctx context.Context, effects Effects) (*Result, error) {
	for {
		d.take(effects)

		if effects.Outcome != nil {
			d.result.Outcome = *effects.Outcome

			return d.result, nil
		}

		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("run %s: %w", d.result.Execution.Options().ExecutionARN, err)
		}

		var err error
		if effects, err = d.next(ctx); err != nil {
			return nil, err
		}
	}
}

// take adds the effects to the work that is to be done.
func (d *driver) take(effects Effects) {
	d.result.History = append(d.result.History, effects.Events...)
	d.tasks = append(d.tasks, effects.Tasks...)
	d.timers = append(d.timers, effects.Timers...)
	d.reads = append(d.reads, effects.Reads...)
	d.writes = append(d.writes, effects.Writes...)
	d.children = append(d.children, effects.Children...)
	d.result.MapRuns = append(d.result.MapRuns, effects.MapRuns...)
	d.stopChildren(effects.StoppedChildren)
	d.tasks = slices.DeleteFunc(d.tasks, func(t Task) bool { return slices.Contains(effects.CancelledTasks, t.ID) })
	d.timers = slices.DeleteFunc(d.timers, func(t Timer) bool { return slices.Contains(effects.CancelledTimers, t.ID) })
	slices.SortStableFunc(d.timers, func(a, b Timer) int { return a.Due.Compare(b.Due) })
}

// next does one piece of work: a timer that is due; otherwise a task, a read or a child
// execution; otherwise the next timer.
func (d *driver) next(ctx context.Context) (Effects, error) {
	x := d.result.Execution

	due := len(d.timers) > 0 && !d.timers[0].Due.After(d.clock.Now())

	if !due && len(d.tasks) > 0 {
		task := d.tasks[0]
		d.tasks = d.tasks[1:]

		return d.perform(ctx, task)
	}

	if !due && len(d.reads) > 0 {
		read := d.reads[0]
		d.reads = d.reads[1:]

		return d.readPage(ctx, read)
	}

	if !due && len(d.writes) > 0 { // Nothing is written: the caller has the children.
		write := d.writes[0]
		d.writes = d.writes[1:]

		at, _, err := write.Place()
		if err != nil {
			return d.machine.WriteFailed(x, write.ID, err.Error())
		}

		return d.machine.ResultsWritten(x, write.ID, at)
	}

	if !due && len(d.children) > 0 {
		child := d.children[0]
		d.children = d.children[1:]

		return d.runChild(ctx, child)
	}

	if len(d.timers) == 0 {
		return Effects{}, errStuck
	}

	timer := d.timers[0]
	d.timers = d.timers[1:]

	if wait := timer.Due.Sub(d.clock.Now()); wait > 0 {
		d.clock.Advance(wait)
	}

	return d.machine.TimerFired(x, timer.ID)
}

// perform runs a task. If the task took longer than one of its timers allows, this timer
// fires first, and the result comes too late.
func (d *driver) perform(ctx context.Context, task Task) (Effects, error) {
	x := d.result.Execution

	output, failure := d.runner.Tasks(ctx, task)

	for len(d.timers) > 0 && !d.timers[0].Due.After(d.clock.Now()) {
		timer := d.timers[0]
		d.timers = d.timers[1:]

		effects, err := d.machine.TimerFired(x, timer.ID)
		if err != nil || effects.Outcome != nil {
			return effects, err
		}

		d.take(effects)
	}

	var (
		effects Effects
		err     error
	)

	if failure == nil {
		effects, err = d.machine.TaskSucceeded(x, task.ID, output)
	} else {
		effects, err = d.machine.TaskFailed(x, task.ID, failureOf(failure))
	}

	if errors.Is(err, ErrNotPending) {
		return Effects{}, nil
	}

	return effects, err
}

func failureOf(err error) Failure {
	if named, ok := errors.AsType[*TaskError](err); ok {
		return Failure{Error: named.Name, Cause: named.Cause}
	}

	return Failure{Error: ErrorTaskFailed, Cause: err.Error()}
}
