package asl

import (
	"encoding/json"
	"fmt"
	"time"
)

// Execution is the whole state of one execution. It marshals to JSON and back
// without loss; its JSON is the package's own affair. The zero Execution is only
// good for unmarshalling into; [Machine.Start] makes one.
type Execution struct {
	state executionState
}

// executionState is what an Execution marshals.
type executionState struct {
	Options      StartOptions `json:"options"`
	Started      time.Time    `json:"started"`
	Stopped      time.Time    `json:"stopped,omitzero"`
	RedriveCount int          `json:"redriveCount,omitempty"`
	RedriveDate  time.Time    `json:"redriveDate,omitzero"`
	LastEvent    int64        `json:"lastEvent"`       // The id of the newest history event.
	LastID       int64        `json:"lastId"`          // The number of the newest task, timer or frame.
	Limit        *Timer       `json:"limit,omitempty"` // The machine's own timeout.
	Root         *frame       `json:"root"`
	Outcome      *Outcome     `json:"outcome,omitempty"`
}

// Status is RUNNING until the execution has an outcome.
func (x *Execution) Status() Status {
	if x.state.Outcome == nil {
		return StatusRunning
	}

	return x.state.Outcome.Status
}

// Outcome is nil while the execution runs.
func (x *Execution) Outcome() *Outcome { return x.state.Outcome }

// Started is when the execution was started.
func (x *Execution) Started() time.Time { return x.state.Started }

// Stopped is when it ended; zero while it runs.
func (x *Execution) Stopped() time.Time { return x.state.Stopped }

// Input is what the execution was started with.
func (x *Execution) Input() json.RawMessage { return x.state.Options.Input }

// Options are what the execution was started with.
func (x *Execution) Options() StartOptions { return x.state.Options }

// RedriveCount is how often the execution was redriven.
func (x *Execution) RedriveCount() int { return x.state.RedriveCount }

// RedriveDate is when it was last redriven; zero if never.
func (x *Execution) RedriveDate() time.Time { return x.state.RedriveDate }

// EventCount is how many events its history has.
func (x *Execution) EventCount() int64 { return x.state.LastEvent }

// Redrivable says whether [Machine.Redrive] would go on with it: it ended FAILED,
// ABORTED or TIMED_OUT. AWS's further limits (14 days, 1,000 redrives, 25,000
// events, a deleted machine) are the driver's to check.
func (x *Execution) Redrivable() bool {
	return x.state.Outcome != nil && x.state.Outcome.Status != StatusSucceeded
}

// MarshalJSON implements [json.Marshaler].
func (x *Execution) MarshalJSON() ([]byte, error) {
	text, err := encode(&x.state)
	if err != nil {
		return nil, fmt.Errorf("write execution %s: %w", x.state.Options.ExecutionARN, err)
	}

	return text, nil
}

// UnmarshalJSON implements [json.Unmarshaler].
func (x *Execution) UnmarshalJSON(text []byte) error {
	x.state = executionState{}
	if err := json.Unmarshal(text, &x.state); err != nil {
		return fmt.Errorf("read execution: %w", err)
	}

	if x.state.Root != nil {
		x.state.Root.adopt(nil)
	}

	return nil
}
