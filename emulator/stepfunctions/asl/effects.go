package asl

import (
	"encoding/json"
	"time"
)

// MaxDataBytes bounds the input and the output of a state, of a task and of an
// execution, as UTF-8 encoded JSON.
// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
const MaxDataBytes = 256 << 10

// Effects is what a report to a Machine led to. Everything is in order. A driver
// writes the Execution and Events first, then acts upon the rest.
type Effects struct {
	Events          []HistoryEvent // To append to the history.
	Tasks           []Task         // To run.
	Timers          []Timer        // To set.
	Reads           []Read         // To carry out.
	CancelledTasks  []string       // Task ids whose results nobody waits for any more.
	CancelledTimers []string       // Timer ids that need not fire any more.
	Outcome         *Outcome       // Set by the report that ended the execution.

	// Children are executions of their own. A driver writes them in the same step as
	// the Execution, which does not keep their inputs. One that is among both is
	// started and stopped: a redrive will ask for it.
	Children        []Child
	StoppedChildren []Child  // To stop; nobody waits for their outcome.
	MapRuns         []MapRun // What became of Map Runs, to be shown.
}

// Task is work for the driver: one attempt at one Task state. A retry is another
// Task with another id.
type Task struct {
	ID        string          // Unique within the execution; an idempotency token.
	State     string          // The Task state's name.
	Resource  string          // The state's Resource, such as LambdaInvoke.
	Arguments json.RawMessage // The evaluated Arguments.
	Attempt   int             // 0 for the first, as $states.context.State.RetryCount.

	// Timeout and Heartbeat are the state's TimeoutSeconds and HeartbeatSeconds; 0
	// means none (AWS's limit of 99,999,999 seconds). The machine enforces both by
	// timers of its own; a driver may use them to give up earlier.
	Timeout   time.Duration
	Heartbeat time.Duration
	Deadline  time.Time // When Timeout is over; zero without one.
}

// Timer asks for a call of [Machine.TimerFired] at a time.
type Timer struct {
	ID  string    `json:"id"` // Unique within the execution.
	Due time.Time `json:"due"`
}

// Failure is a States Language error: its name, which ErrorEquals matches, and its
// cause, which is text for people (Lambda's causes are JSON text).
type Failure struct {
	Error string `json:"error,omitempty"`
	Cause string `json:"cause,omitempty"`
}

// Status is an execution's status, by AWS's names.
type Status string

// The statuses of an execution.
const (
	StatusRunning   Status = "RUNNING"
	StatusSucceeded Status = "SUCCEEDED"
	StatusFailed    Status = "FAILED"
	StatusTimedOut  Status = "TIMED_OUT"
	StatusAborted   Status = "ABORTED"
)

// Outcome is how an execution ended.
type Outcome struct {
	Status Status          `json:"status"`
	Output json.RawMessage `json:"output,omitempty"` // With StatusSucceeded only.
	Error  string          `json:"error,omitempty"`
	Cause  string          `json:"cause,omitempty"`
}
