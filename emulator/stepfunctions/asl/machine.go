package asl

import (
	"encoding/json"
	"errors"
	"time"
)

// ErrNotPending says that the execution does not wait for this task or timer (any
// more): it ended in another way, timed out, was cancelled, or is over. The
// execution is unchanged, and the driver may forget the report.
var ErrNotPending = errors.New("the execution does not wait for it")

// ErrNotRedrivable says that an execution cannot be redriven: it is running, or
// it succeeded.
var ErrNotRedrivable = errors.New("the execution cannot be redriven")

// Clock tells the time.
type Clock interface {
	Now() time.Time
}

// Random is the source of jitter, $random and $uuid; *math/rand/v2.Rand is one.
type Random interface {
	Float64() float64 // In [0, 1).
	Uint64() uint64
}

// Machine runs executions of one definition. It holds no state of theirs, and is
// safe for concurrent use if its clock and its source of randomness are; one
// Execution belongs to one goroutine at a time. To hand it an execution of another
// definition is a bug of the caller, and panics.
type Machine struct {
	definition *Definition
	clock      Clock
	random     Random
	library    map[string]*function // Of expressions; never changed.
}

// New makes a Machine. A nil random means the process's own source, which is safe
// for concurrent use (a *rand.Rand is not).
func New(definition *Definition, clock Clock, random Random) *Machine {
	if random == nil {
		random = processRandom{}
	}

	return &Machine{definition: definition, clock: clock, random: random, library: makeLibrary()}
}

// Definition is what the machine runs.
func (m *Machine) Definition() *Definition { return m.definition }

// StartOptions are the facts of a new execution, as $states.context shows them.
type StartOptions struct {
	ExecutionARN     string          `json:"executionArn"`     // $states.context.Execution.Id
	ExecutionName    string          `json:"executionName"`    // $states.context.Execution.Name
	RoleARN          string          `json:"roleArn"`          // $states.context.Execution.RoleArn
	StateMachineARN  string          `json:"stateMachineArn"`  // $states.context.StateMachine.Id
	StateMachineName string          `json:"stateMachineName"` // $states.context.StateMachine.Name
	Input            json.RawMessage `json:"input"`            // Any JSON; empty means {}.

	// Of a child execution: its Map Run, and its ID there; see [Child].
	MapRunARN string `json:"mapRunArn,omitempty"`
	ChildID   string `json:"childId,omitempty"`
}
