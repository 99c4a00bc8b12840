package asl

import (
	"encoding/json"
	"fmt"
	"time"

	"triptych/emulator/stepfunctions/asl/jsonata"
)

// Execution is the complete state of one execution. It can be encoded as JSON and decoded
// without loss. The JSON format is private to the package. Use the zero Execution only for
// unmarshaling; [Machine.Start] creates an Execution.
type Execution struct {
	state executionState
}

// executionState is the JSON form of an Execution.
type executionState struct {
	Options      StartOptions `json:"options"`
	Started      time.Time    `json:"started"`
	Stopped      time.Time    `json:"stopped,omitzero"`
	RedriveCount int          `json:"redriveCount,omitempty"`
	RedriveDate  time.Time    `json:"redriveDate,omitzero"`
	LastEvent    int64        `json:"lastEvent"`       // The ID of the newest history event.
	LastID       int64        `json:"lastId"`          // The number of the newest task, timer or frame.
	Limit        *Timer       `json:"limit,omitempty"` // The timer of the machine's own timeout.
	Root         *frame       `json:"root"`
	Outcome      *Outcome     `json:"outcome,omitempty"`
}

// Status returns the status. It is RUNNING until the execution has an outcome.
func (x *Execution) Status() Status {
	if x.state.Outcome == nil {
		return StatusRunning
	}

	return x.state.Outcome.Status
}

// Outcome returns the outcome, or nil while the execution is running.
func (x *Execution) Outcome() *Outcome { return x.state.Outcome }

// Started returns the time at which the execution was started.
func (x *Execution) Started() time.Time { return x.state.Started }

// Stopped returns the time at which the execution ended; zero while it is running.
func (x *Execution) Stopped() time.Time { return x.state.Stopped }

// Input returns the input that the execution was started with, as it was given.
func (x *Execution) Input() json.RawMessage { return x.state.Options.Input }

// Options returns the options that the execution was started with.
func (x *Execution) Options() StartOptions { return x.state.Options }

// RedriveCount returns how many times the execution was redriven.
func (x *Execution) RedriveCount() int { return x.state.RedriveCount }

// RedriveDate returns the time of the last redrive; zero if there was none.
func (x *Execution) RedriveDate() time.Time { return x.state.RedriveDate }

// EventCount returns the number of events in the history.
func (x *Execution) EventCount() int64 { return x.state.LastEvent }

// Redrivable reports whether [Machine.Redrive] can continue the execution: it ended as
// FAILED, ABORTED or TIMED_OUT. The driver must check AWS's further limits (14 days, 1,000
// redrives, 25,000 events, a deleted machine).
func (x *Execution) Redrivable() bool {
	return x.state.Outcome != nil && x.state.Outcome.Status != StatusSucceeded
}

// MarshalJSON implements [json.Marshaler].
func (x *Execution) MarshalJSON() ([]byte, error) {
	text, err := jsonata.Encode(x.state.stored())
	if err != nil {
		return nil, fmt.Errorf("encode execution %s: %w", x.state.Options.ExecutionARN, err)
	}

	return text, nil
}

// UnmarshalJSON implements [json.Unmarshaler].
func (x *Execution) UnmarshalJSON(text []byte) error {
	x.state = executionState{}

	stored := &storedState{executionState: &x.state}
	if err := json.Unmarshal(text, stored); err != nil {
		return fmt.Errorf("decode execution: %w", err)
	}

	stored.restore()

	if x.state.Root != nil {
		x.state.Root.adopt(nil)
	}

	return nil
}
