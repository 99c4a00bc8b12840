package replay

import (
	"time"

	"triptych/shared/ledger"
)

// Source is the list in which failed work was found.
type Source string

// The sources. If several sources list an entry, its Source is the first of them in this
// order.
const (
	DeadLetter  Source = "dead-letter"
	Undelivered Source = "undelivered"
	Execution   Source = "execution"
	Ledger      Source = "ledger"
)

// rank returns the position of a source in this order.
func (s Source) rank() int {
	switch s {
	case DeadLetter:
		return 0
	case Undelivered:
		return 1
	case Execution:
		return 2
	case Ledger:
		return 3
	default:
		return 4
	}
}

// Action is the action for an entry.
type Action string

// The actions.
const (
	Redrive Action = "redrive"
	Restart Action = "restart"
	None    Action = "none"
)

// Message is a message that was received from a queue and not yet deleted.
type Message struct {
	Queue   string // URL
	ID      string
	Receipt string
	// A message of the failed-executions queue reports the end of an execution. About is
	// the ARN of this execution, and Count is its number of redrives. For other messages,
	// About is "".
	About string
	Count int
	// Problem says why a message cannot be replayed; otherwise it is "".
	Problem string
}

// Sighting is failed work as one source reports it.
type Sighting struct {
	Source Source
	// ExecutionARN identifies the work. For an undelivered event, it is the execution
	// that the replay starts.
	ExecutionARN string
	// RedriveCount is the number of redrives before the execution failed.
	RedriveCount int
	// Input is the input of the execution. If it is "", the input must be read with
	// DescribeExecution.
	Input string
	// Why is the error of EventBridge, if the event could not be delivered.
	Why string
	At  time.Time

	Message *Message     // nil if the source is not a queue
	Upload  *ledger.Item // nil if the source is not the ledger
}

// Entry is one item of the list: all sightings of the same work.
type Entry struct {
	Sighting

	Messages []Message
	// Asked means that the user named this entry, so a rejected upload is also retried.
	Asked bool
}

// Result is the outcome of an entry. As JSON, it is the output of `triptych replay`.
type Result struct {
	Key string `json:"key"`
	// ExecutionARN is the execution that Status is about. After a restart, it is the new
	// execution.
	ExecutionARN string `json:"executionArn"`
	Source       Source `json:"source"`
	Action       Action `json:"action"`
	// Status is the status of the execution. It is RUNNING if the execution did not end
	// before the timeout. It is UNDELIVERED if the execution has not been started yet.
	Status string `json:"status"`
	Error  string `json:"error"`
	// Reason explains the action.
	Reason string `json:"reason"`
	// Replaces is the ARN of the execution that a restart replaces; otherwise it is "".
	Replaces string `json:"replaces"`

	// settled means that the execution is running and needs no further replay.
	settled bool
	// entry is the ExecutionARN of the entry in the list.
	entry string
}

// The statuses of a [Result]. Some of them are also statuses of an execution.
const (
	StatusUndelivered = "UNDELIVERED"
	StatusRunning     = "RUNNING"
	StatusSucceeded   = "SUCCEEDED"
	StatusFailed      = "FAILED"
)

// OK reports whether the work is done or continues without a further replay.
func (r *Result) OK() bool { return r.Status == StatusSucceeded || r.settled }
