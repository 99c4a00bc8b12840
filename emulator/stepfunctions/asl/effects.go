package asl

import (
	"encoding/json"
	"time"
)

// MaxDataBytes limits the input and the output of a state, of a task and of an execution,
// as UTF-8 encoded JSON.
// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
const MaxDataBytes = 256 << 10

// Effects is the result of a report to a Machine. All lists are in order. A driver stores
// the Execution and the Events first, and then acts on the rest.
type Effects struct {
	Events          []HistoryEvent // To append to the history.
	Tasks           []Task         // To run.
	Timers          []Timer        // To set.
	Reads           []Read         // To carry out.
	Writes          []Write        // To carry out.
	CancelledTasks  []string       // IDs of tasks whose results are not needed any more.
	CancelledTimers []string       // IDs of timers that need not fire any more.
	Outcome         *Outcome       // Set by the report that ended the execution.

	// Children are separate executions. A driver stores them in the same transaction as the
	// Execution, because the Execution does not hold their inputs. A child that is in both
	// Children and StoppedChildren is started and stopped, because a redrive will need it.
	Children        []Child
	StoppedChildren []Child  // To stop. Their outcomes are not reported.
	MapRuns         []MapRun // The Map Runs that have changed, for display.
}

// Task is one attempt of one Task state, for the driver to run. A retry is another Task
// with another ID.
type Task struct {
	ID        string          // Unique within the execution. It can serve as an idempotency token.
	Execution string          // The execution's ARN.
	State     string          // The Task state's name.
	Resource  string          // The state's Resource, such as LambdaInvoke.
	Pattern   Pattern         // How the task waits for its end.
	Function  bool            // Resource is the ARN of a Lambda function, and Arguments is its payload.
	Submitted bool            // The call was made already, before a restart of the driver. See [Machine.TaskSubmitted].
	Arguments json.RawMessage // The evaluated Arguments.
	RoleARN   string          // The role of the Credentials, which runs the task instead of the machine's role; may be empty.
	Attempt   int             // 0 for the first attempt, like $states.context.State.RetryCount.

	// Timeout and Heartbeat are the state's TimeoutSeconds and HeartbeatSeconds; 0 means
	// none (AWS's limit of 99,999,999 seconds). The machine enforces both with its own
	// timers. A driver may use them to cancel its work earlier.
	Timeout   time.Duration
	Heartbeat time.Duration
	Deadline  time.Time // The end of Timeout; zero without a timeout.
}

// Timer asks the driver to call [Machine.TimerFired] at a time.
type Timer struct {
	ID  string    `json:"id"` // Unique within the execution.
	Due time.Time `json:"due"`
}

// Failure is a States Language error: its name, which ErrorEquals matches, and its cause, a
// text for people (Lambda's causes are JSON text).
type Failure struct {
	Error string `json:"error,omitempty"`
	Cause string `json:"cause,omitempty"`
}

// Status is the status of an execution. The names are AWS's.
type Status string

// Statuses of an execution.
const (
	StatusRunning   Status = "RUNNING"
	StatusSucceeded Status = "SUCCEEDED"
	StatusFailed    Status = "FAILED"
	StatusTimedOut  Status = "TIMED_OUT"
	StatusAborted   Status = "ABORTED"
)

// Outcome is the result of an execution that has ended.
type Outcome struct {
	Status Status          `json:"status"`
	Output json.RawMessage `json:"output,omitempty"` // Only with StatusSucceeded.
	Error  string          `json:"error,omitempty"`
	Cause  string          `json:"cause,omitempty"`
}
