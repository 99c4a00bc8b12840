package asl

import (
	"context"
	"encoding/json"
	"time"
)

// TaskRunner carries out one task and gives its result. An error that is, or
// wraps, a *TaskError carries the States Language name that Retry and Catch see;
// any other error is States.TaskFailed.
type TaskRunner func(ctx context.Context, task Task) (json.RawMessage, error)

// TaskError is a task's failure with a name, for a TaskRunner to return.
type TaskError struct {
	Name  string // What ErrorEquals matches.
	Cause string // Text for people.
}

// Error implements error.
func (e *TaskError) Error() string { return e.Name + ": " + e.Cause }

// Runner drives one execution to its end without durability, in virtual time: it
// never sleeps. A task takes no time, unless its runner moves Clock.
type Runner struct {
	Definition *Definition
	Tasks      TaskRunner
	Clock      *VirtualClock // nil means one that begins at the Unix epoch.
	Random     Random        // nil means a fixed seed: runs are alike.
}

// VirtualClock is a clock that only moves when told to.
type VirtualClock struct{ now time.Time }

// NewVirtualClock makes a clock that stands at start.
func NewVirtualClock(start time.Time) *VirtualClock { return &VirtualClock{now: start} }

// Now implements [Clock].
func (c *VirtualClock) Now() time.Time { return c.now }

// Advance moves the clock on.
func (c *VirtualClock) Advance(by time.Duration) { c.now = c.now.Add(by) }

// Result is what a Runner's execution came to.
type Result struct {
	Execution *Execution
	Outcome   Outcome
	History   []HistoryEvent
}

// Path is the names of the states that were entered, in order.
func (r *Result) Path() []string { return r.path() }

// Run starts an execution with the input and drives it to its end. It fails if
// the input is not JSON, or if ctx ends.
func (r *Runner) Run(ctx context.Context, options StartOptions) (*Result, error) {
	return r.run(ctx, options)
}
