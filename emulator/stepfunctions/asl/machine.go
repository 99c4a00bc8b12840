package asl

import (
	"encoding/json"
	"errors"
	"time"

	"triptych/emulator/stepfunctions/asl/jsonata"
)

// ErrNotPending means that the execution does not wait for this task or timer, or not any
// more: the state ended in another way, timed out or was cancelled, or the execution has
// ended. The execution is unchanged, and the driver may drop the report.
var ErrNotPending = errors.New("the execution does not wait for it")

// ErrNotRedrivable means that an execution cannot be redriven, because it is running or has
// succeeded.
var ErrNotRedrivable = errors.New("the execution cannot be redriven")

// Clock returns the current time.
type Clock interface {
	Now() time.Time
}

// Random is the source of jitter, $random and $uuid. *math/rand/v2.Rand implements it.
type Random = jsonata.Random

// Machine runs executions of one definition. It does not hold their state. It is safe for
// concurrent use if its clock and its source of randomness are. Only one goroutine at a
// time may use an Execution. A Machine panics if it is called with an execution of another
// definition, which is a bug of the caller.
type Machine struct {
	definition *Definition
	clock      Clock
	random     Random
}

// New creates a Machine. A nil random means the process's own source, which is safe for
// concurrent use (a *rand.Rand is not).
func New(definition *Definition, clock Clock, random Random) *Machine {
	if random == nil {
		random = processRandom{}
	}

	return &Machine{definition: definition, clock: clock, random: random}
}

// Definition returns the definition that the machine runs.
func (m *Machine) Definition() *Definition { return m.definition }

// StartOptions are the parameters of a new execution, as they appear in $states.context.
type StartOptions struct {
	ExecutionARN     string          `json:"executionArn"`     // $states.context.Execution.Id
	ExecutionName    string          `json:"executionName"`    // $states.context.Execution.Name
	RoleARN          string          `json:"roleArn"`          // $states.context.Execution.RoleArn
	StateMachineARN  string          `json:"stateMachineArn"`  // $states.context.StateMachine.Id
	StateMachineName string          `json:"stateMachineName"` // $states.context.StateMachine.Name
	Input            json.RawMessage `json:"input"`            // Any JSON; empty means {}.

	// The qualified ARNs that the execution was started with; empty for none.
	VersionARN string `json:"versionArn,omitempty"`
	AliasARN   string `json:"aliasArn,omitempty"`

	// For a child execution: its Map Run, and its ID there, see [Child].
	MapRunARN string `json:"mapRunArn,omitempty"`
	ChildID   string `json:"childId,omitempty"`
}
