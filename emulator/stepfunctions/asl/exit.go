package asl

import (
	"encoding/json"
	"errors"
	"fmt"

	"triptych/emulator/stepfunctions/asl/jsonata"
)

// complete evaluates Assign and Output, exits the state, and enters its Next. Without an
// Output, output is the state's output.
func (r *run) complete(f *frame, s *scope, output json.RawMessage) {
	common := r.stateOf(f).facts()
	r.exitState(f, s, exit{assign: common.assign, output: common.output, next: common.next, at: atExit}, output)
}

// exit describes how a state is exited: by its own end, by a Catch or by a Choice.
type exit struct {
	assign   *template
	output   *template
	location string // The prefix of the location of Assign and Output, such as "Catch[0]/"; empty for the state's own fields.
	next     string // If it is empty, the flow ends.
	at       moment // atExit or atCatch.
}

func (r *run) exitState(f *frame, s *scope, how exit, output json.RawMessage) {
	assigned, err := r.assign(s, how)
	if err == nil && len(assigned) > 0 && r.variableBytes(f, assigned) > maxVariableBytes {
		err = dataLimit(f.State)
	}

	if err == nil && how.output != nil {
		output, err = r.evaluate(how.output, s, how.location+"Output")
	}

	if err == nil && len(output) > MaxDataBytes {
		err = dataLimit(f.State)
	}

	if err != nil {
		r.evaluationFailed(f, err, how.at)

		return
	}

	r.cancel(f)
	f.Children, f.Run = nil, nil

	details := &StateExitedDetails{Name: f.State, Output: string(output), OutputDetails: &DataDetails{}}

	if len(assigned) > 0 {
		if f.Variables == nil {
			f.Variables = map[string]json.RawMessage{}
		}

		details.AssignedVariables = map[string]string{}
		details.AssignedVariablesDetails = &DataDetails{}

		for name, value := range assigned {
			f.Variables[name] = value
			details.AssignedVariables[name] = string(value)
		}
	}

	r.frameEvent(f, HistoryEvent{Type: EventType(r.stateOf(f).facts().kind + "StateExited"), StateExited: details})

	if how.next != "" {
		r.enterNext(f, how.next, output)

		return
	}

	r.frameDone(f, output)
}

// maxVariableBytes limits the size of all variables of an execution together.
// https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html#variables-limits
const maxVariableBytes = 10 << 20

func size(variables map[string]json.RawMessage) int {
	total := 0
	for _, value := range variables {
		total += len(value)
	}

	return total
}

// variableBytes returns the size of the execution's variables after the variables in
// assigned are set in the frame.
func (r *run) variableBytes(f *frame, assigned map[string]json.RawMessage) int {
	total := r.x.Root.variableBytes() + size(assigned)
	for name := range assigned {
		total -= len(f.Variables[name]) // The old value is replaced.
	}

	return total
}

// assign evaluates all variables before any of them is set.
func (r *run) assign(s *scope, how exit) (map[string]json.RawMessage, error) {
	if how.assign == nil {
		return nil, nil //nolint:nilnil // No variable is assigned.
	}

	out := make(map[string]json.RawMessage, len(how.assign.object))

	for _, name := range how.assign.keys {
		value, err := r.evaluate(how.assign.object[name], s, how.location+"Assign/"+name)
		if err != nil {
			return nil, err
		}

		out[name] = value
	}

	if size(out) > MaxDataBytes {
		return nil, dataLimit(s.frame.State)
	}

	return out, nil
}

func (r *run) evaluate(t *template, s *scope, location string) (json.RawMessage, error) {
	value, err := t.eval(s, location)
	if err != nil {
		return nil, err
	}

	return jsonata.Encode(value)
}

// limitError is the error for data that exceeds MaxDataBytes.
type limitError struct{ state string }

func (e *limitError) Error() string {
	return fmt.Sprintf("The state/task '%s' returned a result with a size exceeding the maximum number of bytes service limit.", e.state)
}

func dataLimit(state string) error { return &limitError{state: state} }

// moment says when a field of a state could not be evaluated.
type moment int

const (
	atStart moment = iota // Before the exit of the state.
	atExit                // At its own exit.
	atCatch               // At its exit by a Catch. The failure is not caught again.
)

// evaluationFailed fails the state because one of its fields could not be evaluated. On
// AWS, EvaluationFailed follows the event before the state's StateEntered.
func (r *run) evaluationFailed(f *frame, err error, at moment) {
	failure := Failure{Error: ErrorQueryEvaluation}

	var (
		limit *limitError
		field *fieldError
	)

	failure.Cause = err.Error()
	location, previous := "", f.Before

	switch {
	case errors.As(err, &limit):
		failure.Error = ErrorDataLimit
	case errors.As(err, &field):
		location = field.location

		if field.parsed {
			previous = f.Previous
		}
	}

	if failure.Error == ErrorQueryEvaluation {
		failure.Cause = fmt.Sprintf("An error occurred while executing the state '%s' (entered at the event id #%d). %s", f.State, f.EnteredID, failure.Cause)
		f.Previous = r.event(HistoryEvent{Type: EventEvaluationFailed, EvaluationFailed: &EvaluationFailedDetails{
			Error: failure.Error, Cause: failure.Cause, Location: location, State: f.State,
		}}, previous)
	}

	switch at {
	case atStart:
		r.failWhole(f, failure)
	case atExit:
		r.fail(f, failure, failure.Error)
	case atCatch:
		r.frameFailed(f, failure)
	}
}
