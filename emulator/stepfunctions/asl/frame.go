package asl

import (
	"encoding/json"
	"time"
)

// phase is the current activity of a frame.
type phase string

const (
	phasePending  phase = "pending"  // An iteration of a Map that has not started.
	phaseRunning  phase = "running"  // In a state that does not wait.
	phaseTask     phase = "task"     // Waits for a task.
	phaseWait     phase = "wait"     // Waits for the time of a Wait state.
	phaseRetry    phase = "retry"    // Waits before a retry.
	phaseChildren phase = "children" // Waits for its branches or iterations.
	phaseMapRun   phase = "mapRun"   // Waits for a Map Run.
	phaseDone     phase = "done"     // Has succeeded.
	phaseFailed   phase = "failed"   // A state has failed, and the failure was not caught.
	phaseAborted  phase = "aborted"  // Was running when another part of the execution ended it.
)

// frame is one thread of control: the machine itself, a branch of a Parallel, or an
// iteration of a Map. Its flow follows from its parent's state and its index, so a frame
// stores only names and numbers.
type frame struct {
	Index     int                        `json:"index"` // The position among the parent's children.
	Phase     phase                      `json:"phase"`
	State     string                     `json:"state,omitempty"`
	Entered   time.Time                  `json:"entered,omitzero"`
	EnteredID int64                      `json:"enteredId,omitempty"` // The ID of the StateEntered event; 0 before this event.
	Before    int64                      `json:"before,omitempty"`    // The ID of the event before the StateEntered event.
	Previous  int64                      `json:"previous,omitempty"`  // The ID of the frame's newest event.
	Input     json.RawMessage            `json:"input,omitempty"`     // The input of the current state.
	Variables map[string]json.RawMessage `json:"variables,omitempty"`

	Retries    []int `json:"retries,omitempty"`    // How many times each retrier of the state was used.
	RetryCount int   `json:"retryCount,omitempty"` // The sum of Retries.

	Task     *pendingTask   `json:"task,omitempty"`
	Timers   []pendingTimer `json:"timers,omitempty"`
	Children []*frame       `json:"children,omitempty"`
	Limit    int            `json:"limit,omitempty"` // The maximum number of concurrent iterations.

	Run *mapRun `json:"run,omitempty"` // The run of a DISTRIBUTED Map.

	Output  json.RawMessage `json:"output,omitempty"`  // Only in phaseDone.
	Failure *Failure        `json:"failure,omitempty"` // Only in phaseFailed.

	parent *frame
}

// pendingTask is a Task with the data that its events need.
type pendingTask struct {
	ID        string          `json:"id"`
	Arguments json.RawMessage `json:"arguments,omitempty"`
	RoleARN   string          `json:"roleArn,omitempty"`   // The role of its Credentials.
	Timeout   float64         `json:"timeout,omitempty"`   // Seconds.
	Heartbeat float64         `json:"heartbeat,omitempty"` // Seconds.
	Deadline  time.Time       `json:"deadline,omitzero"`
	Token     string          `json:"token,omitempty"`     // Only with PatternCallback.
	Submitted bool            `json:"submitted,omitempty"` // The call was made, and the task waits for a callback or a job.
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

// adopt restores the links to the parents, which the JSON does not contain.
func (f *frame) adopt(parent *frame) {
	f.parent = parent
	for _, child := range f.Children {
		child.adopt(f)
	}
}

// alive reports whether the frame is running or waiting.
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

// find returns the first frame, from the outside in, for which is returns true.
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

// variableBytes returns the size of the variables of a frame and of the frames below it.
func (f *frame) variableBytes() int {
	total := size(f.Variables)
	for _, child := range f.Children {
		total += child.variableBytes()
	}

	return total
}

// stopWaiting removes the task and the timers that the frame waited for.
func (f *frame) stopWaiting() {
	f.Task = nil
	f.Timers = nil
}
