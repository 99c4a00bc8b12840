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
// Execution belongs to one goroutine at a time.
type Machine struct {
	definition *Definition
	clock      Clock
	random     Random
}

// New makes a Machine. A nil random means the process's own source, which is safe
// for concurrent use (a *rand.Rand is not).
func New(definition *Definition, clock Clock, random Random) *Machine {
	if random == nil {
		random = processRandom{}
	}

	return &Machine{definition: definition, clock: clock, random: random}
}

// Definition is what the machine runs.
func (m *Machine) Definition() *Definition { return m.definition }

// StartOptions are the facts of a new execution, as $states.context shows them.
type StartOptions struct {
	ExecutionARN     string          // $states.context.Execution.Id
	ExecutionName    string          // $states.context.Execution.Name
	RoleARN          string          // $states.context.Execution.RoleArn
	StateMachineARN  string          // $states.context.StateMachine.Id
	StateMachineName string          // $states.context.StateMachine.Name
	Input            json.RawMessage // Any JSON; empty means {}.
}

// Start begins an execution and runs it up to its first task or timer, or to its
// end. It fails only if the input is not JSON or is over [MaxDataBytes].
func (m *Machine) Start(options StartOptions) (*Execution, Effects, error) {
	return m.start(options)
}

// TaskSucceeded reports the result of a task. A result that is not JSON fails the
// task with States.Runtime, one over [MaxDataBytes] with States.DataLimitExceeded.
func (m *Machine) TaskSucceeded(x *Execution, taskID string, output json.RawMessage) (Effects, error) {
	return m.taskSucceeded(x, taskID, output)
}

// TaskFailed reports the failure of a task; Retry and Catch decide what follows.
// The error States.Timeout is recorded as TaskTimedOut, any other as TaskFailed.
func (m *Machine) TaskFailed(x *Execution, taskID string, failure Failure) (Effects, error) {
	return m.taskFailed(x, taskID, failure)
}

// TaskHeartbeat reports that a task is alive: its heartbeat timer is set anew.
func (m *Machine) TaskHeartbeat(x *Execution, taskID string) (Effects, error) {
	return m.taskHeartbeat(x, taskID)
}

// TimerFired reports that a timer came due. What a timer means (the end of a wait,
// a retry, a timeout) is the machine's own affair.
func (m *Machine) TimerFired(x *Execution, timerID string) (Effects, error) {
	return m.timerFired(x, timerID)
}

// Stop ends a running execution as ABORTED, with the error and cause that the
// caller of StopExecution gave (both may be empty).
func (m *Machine) Stop(x *Execution, failure Failure) (Effects, error) {
	return m.stop(x, failure)
}

// Redrive continues an execution that FAILED, was ABORTED or TIMED_OUT from the
// states that did not succeed; what succeeded is not run again. Retry counts start
// anew, and so does the machine's timeout.
// https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
func (m *Machine) Redrive(x *Execution) (Effects, error) {
	return m.redrive(x)
}

// Pending is everything that the execution waits for: what a driver that has just
// loaded it must run and set again. Events is empty.
func (m *Machine) Pending(x *Execution) Effects {
	return m.pending(x)
}
