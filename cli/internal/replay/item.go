package replay

import (
	"time"

	"triptych/shared/ledger"
)

// Source is where failed work was found.
type Source string

// The sources; where several know of an entry, the first of these names it.
const (
	DeadLetter  Source = "dead-letter"
	Undelivered Source = "undelivered"
	Execution   Source = "execution"
	Ledger      Source = "ledger"
)

// rank orders the sources.
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

// Action is what is done about an entry.
type Action string

// The actions.
const (
	Redrive Action = "redrive"
	Restart Action = "restart"
	None    Action = "none"
)

// Message is one of a queue, received and not yet deleted.
type Message struct {
	Queue   string // URL
	ID      string
	Receipt string
	// About is the execution that a dead letter tells the end of, and Count how often
	// that had been redriven; "" of all others.
	About string
	Count int
	// Problem says why a message cannot be replayed; "" where it can.
	Problem string
}

// Sighting is failed work as one source shows it.
type Sighting struct {
	Source Source
	// ExecutionARN names the work. For an event that was not delivered it is the
	// execution that its replay starts.
	ExecutionARN string
	// RedriveCount is how often the execution had been redriven when it failed.
	RedriveCount int
	// Input is the execution's, or "": then DescribeExecution has it.
	Input string
	// Why says what a source knows beyond the execution: EventBridge's error.
	Why string
	At  time.Time

	Message *Message     // nil where the source is no queue
	Upload  *ledger.Item // nil where the source is not the ledger
}

// Entry is failed work on the list: all sightings of it.
type Entry struct {
	Sighting

	Messages []Message
	// Asked means that the user named this very entry, so that what was rejected
	// is tried again too.
	Asked bool
}

// Result is what became of an entry; as JSON it is what `triptych replay` prints.
type Result struct {
	Key string `json:"key"`
	// ExecutionARN is the execution that Status is about: after a restart the new
	// one.
	ExecutionARN string `json:"executionArn"`
	Source       Source `json:"source"`
	Action       Action `json:"action"`
	// Status is the execution's; RUNNING where the wait was over before the work,
	// UNDELIVERED where there is none yet.
	Status string `json:"status"`
	Error  string `json:"error"`
	// Reason says why the action was chosen.
	Reason string `json:"reason"`
	// Replaces is the ARN whose place a restart took, or takes; else "".
	Replaces string `json:"replaces"`

	// settled means that nothing is left to be waited for.
	settled bool
	// entry is the ARN that the entry stands under on the list.
	entry string
}

// The statuses of a [Result] that are not an execution's, and those that are.
const (
	StatusUndelivered = "UNDELIVERED"
	StatusRunning     = "RUNNING"
	StatusSucceeded   = "SUCCEEDED"
	StatusFailed      = "FAILED"
)

// OK says whether the work is done, or on a way that needs nobody.
func (r *Result) OK() bool { return r.Status == StatusSucceeded || r.settled }
