package asl

import (
	"encoding/json"
	"time"
)

// phase is what a frame is doing.
type phase string

const (
	phasePending  phase = "pending"  // A Map's iteration that has not begun.
	phaseRunning  phase = "running"  // In a state that needs no waiting.
	phaseTask     phase = "task"     // Waits for a task.
	phaseWait     phase = "wait"     // Waits for a Wait state's time.
	phaseRetry    phase = "retry"    // Waits before another attempt.
	phaseChildren phase = "children" // Waits for its branches or iterations.
	phaseMapRun   phase = "mapRun"   // Waits for a Map Run.
	phaseDone     phase = "done"     // Came to its end.
	phaseFailed   phase = "failed"   // A state of it failed, and nothing caught that.
	phaseAborted  phase = "aborted"  // Was running when something else ended it.
)

// frame is one thread of control: the machine itself, a branch of a Parallel, or
// an iteration of a Map. What its flow is follows from its parent's state and its
// index, so only names and numbers are kept.
type frame struct {
	Index     int                        `json:"index"` // Among the parent's children.
	Phase     phase                      `json:"phase"`
	State     string                     `json:"state,omitempty"`
	Entered   time.Time                  `json:"entered,omitzero"`
	EnteredID int64                      `json:"enteredId,omitempty"` // The id of the StateEntered event; 0 before it.
	Previous  int64                      `json:"previous,omitempty"`  // The id of its newest event.
	Input     json.RawMessage            `json:"input,omitempty"`     // The current state's.
	Variables map[string]json.RawMessage `json:"variables,omitempty"`

	Retries    []int `json:"retries,omitempty"`    // How often each retrier of the state was used.
	RetryCount int   `json:"retryCount,omitempty"` // Their sum.

	Task     *pendingTask   `json:"task,omitempty"`
	Timers   []pendingTimer `json:"timers,omitempty"`
	Children []*frame       `json:"children,omitempty"`
	Limit    int            `json:"limit,omitempty"` // How many iterations may run at once.

	Run *mapRun `json:"run,omitempty"` // Of a DISTRIBUTED Map.

	Output  json.RawMessage `json:"output,omitempty"`  // With phaseDone.
	Failure *Failure        `json:"failure,omitempty"` // With phaseFailed.

	parent *frame
}

// pendingTask is a Task with what its events need.
type pendingTask struct {
	ID        string          `json:"id"`
	Arguments json.RawMessage `json:"arguments,omitempty"`
	Timeout   float64         `json:"timeout,omitempty"`   // Seconds.
	Heartbeat float64         `json:"heartbeat,omitempty"` // Seconds.
	Deadline  time.Time       `json:"deadline,omitzero"`
}

type timerKind string

const (
	timerWait      timerKind = "wait"
	timerRetry     timerKind = "retry"
	timerTimeout   timerKind = "timeout"
	timerHeartbeat timerKind = "heartbeat"
)

type pendingTimer struct {
	Timer

	Kind timerKind `json:"kind"`
}

// adopt restores the links to the parents, which JSON does not hold.
func (f *frame) adopt(parent *frame) {
	f.parent = parent
	for _, child := range f.Children {
		child.adopt(f)
	}
}

// alive says whether the frame can still go on by itself.
func (f *frame) alive() bool {
	switch f.Phase {
	case phaseRunning, phaseTask, phaseWait, phaseRetry, phaseChildren, phaseMapRun:
		return true
	case phasePending, phaseDone, phaseFailed, phaseAborted:
		return false
	default:
		return false
	}
}

// find is the first frame, from the outside in, for which is holds.
func (f *frame) find(is func(*frame) bool) *frame {
	if is(f) {
		return f
	}

	for _, child := range f.Children {
		if found := child.find(is); found != nil {
			return found
		}
	}

	return nil
}

// variableBytes is the size of the variables of a frame and of those below it.
func (f *frame) variableBytes() int {
	total := size(f.Variables)
	for _, child := range f.Children {
		total += child.variableBytes()
	}

	return total
}

// rest forgets what the frame waited for.
func (f *frame) rest() {
	f.Task = nil
	f.Timers = nil
}
