package stepfunctions

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"triptych/emulator/awsapi"
	"triptych/emulator/stepfunctions/asl"
)

// Start starts an execution and gives its ARN and its start date. An empty name
// means a new UUID, an empty input {}. Errors are *[awsapi.Error] with the codes of
// StartExecution.
//
// It is idempotent: a name that a running execution of the same input has gives
// that execution. The execution is written when Start returns no error.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
func (s *Service) Start(ctx context.Context, machineARN, name string, input json.RawMessage) (string, time.Time, error) {
	machine, err := s.startable(ctx, machineARN, &name, &input)
	if err != nil {
		return "", time.Time{}, err
	}

	key := machine.Machine + ":" + name
	arn := s.arnOf(key)

	options := asl.StartOptions{
		ExecutionARN: arn, ExecutionName: name, RoleARN: machine.RoleARN,
		StateMachineARN: machine.arn, StateMachineName: machine.Machine, Input: input,
	}

	x, effects, err := s.begun(key, machine, options)
	if err != nil {
		return "", time.Time{}, awsapi.Errorf("InvalidExecutionInput", "Invalid State Machine Execution Input: '%v'", err)
	}

	if s.ctx.Err() != nil {
		return "", time.Time{}, errClosed
	}

	done := make(chan error, 1)

	s.background(func() { done <- s.create(key, machine.revision, x, effects) })

	select {
	case err = <-done:
	case <-ctx.Done(): // It may be created still: by the same name, it is found then.
		return "", time.Time{}, fmt.Errorf("start %s: %w", arn, context.Cause(ctx))
	case <-s.ctx.Done():
		return "", time.Time{}, errClosed
	}

	switch {
	case errors.Is(err, errExists):
		return s.existing(key, x.Input())
	case errors.Is(err, errDeleting):
		return "", time.Time{}, machineDeleting(machineARN)
	}

	if err != nil {
		return "", time.Time{}, err
	}

	return arn, x.Started(), nil
}

// begun starts an execution in memory: up to its first task, or FAILED where that has
// killed the process before.
func (s *Service) begun(key string, machine *machine, options asl.StartOptions) (*asl.Execution, asl.Effects, error) {
	if s.crashed(key) {
		x, effects := machine.machine.StartFailed(options, crashFailure())

		return x, effects, nil
	}

	defer s.marks.set(key)()

	return machine.machine.Start(options)
}

// create writes a new execution and sets it going.
func (s *Service) create(key string, rev *revision, x *asl.Execution, effects asl.Effects) error {
	e, first := s.claim(key)
	if !first {
		e.mu.Lock() // Until it is written.
		defer e.mu.Unlock()

		return errExists
	}
	defer e.mu.Unlock()

	e.rev, e.x = rev, x

	return s.record(e, effects, (*change).create)
}

// existing answers a start whose name is taken.
func (s *Service) existing(key string, input json.RawMessage) (string, time.Time, error) {
	x, _, err := s.load(key)
	if err != nil {
		return "", time.Time{}, err
	}

	arn := s.arnOf(key)
	if x == nil || x.Outcome() != nil || string(x.Input()) != string(input) {
		return "", time.Time{}, nameTaken(arn)
	}

	return arn, x.Started(), nil
}

// startable checks a request to start an execution, and fills in what it leaves
// out.
func (s *Service) startable(ctx context.Context, machineARN string, name *string, input *json.RawMessage) (*machine, error) {
	if err := s.config.Authorize(ctx, "states:StartExecution", machineARN); err != nil {
		return nil, err
	}

	machineName, err := s.machineName(machineARN)
	if err != nil {
		return nil, err
	}

	machine := s.machineNamed(machineName)
	if machine == nil {
		return nil, noMachine(machineARN)
	}

	if machine.record.Deleting {
		return nil, machineDeleting(machineARN)
	}

	if *name == "" {
		*name = newUUID()
	}

	if !validName(*name) {
		return nil, awsapi.Errorf("InvalidName", "Invalid Name: '%s'", *name)
	}

	if len(*input) == 0 {
		*input = json.RawMessage("{}")
	}

	if len(*input) > asl.MaxDataBytes {
		return nil, awsapi.Errorf("InvalidExecutionInput", "Invalid State Machine Execution Input: it is over %d bytes", asl.MaxDataBytes)
	}

	if !json.Valid(*input) {
		return nil, awsapi.Errorf("InvalidExecutionInput", "Invalid State Machine Execution Input: it is not valid JSON")
	}

	return machine, nil
}
