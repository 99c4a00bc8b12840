package stepfunctions

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"triptych/emulator/awsapi"
	"triptych/emulator/awsapi/jackson"
	"triptych/emulator/stepfunctions/asl"
	"triptych/emulator/stepfunctions/store"
)

// Start starts an execution and returns its ARN and its start date. An empty name means a
// new UUID, an empty input {}. Errors are *[awsapi.Error] with the codes of StartExecution.
//
// Start is idempotent: if a running execution has the same name and the same input, Start
// returns that execution. When Start returns no error, the execution is stored.
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
		VersionARN: machine.versionARN, AliasARN: machine.aliasARN,
	}

	x, effects, err := s.startInMemory(key, machine, options)
	if err != nil {
		return "", time.Time{}, invalidInput(err)
	}

	if s.ctx.Err() != nil {
		return "", time.Time{}, store.ErrClosed
	}

	done := make(chan error, 1)

	s.background(func() { done <- s.create(key, machine.revision, x, effects) })

	select {
	case err = <-done:
	case <-ctx.Done(): // It can still be created. A retry with the same name finds it.
		return "", time.Time{}, fmt.Errorf("start %s: %w", arn, context.Cause(ctx))
	case <-s.ctx.Done():
		return "", time.Time{}, store.ErrClosed
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

// startInMemory starts an execution in memory and runs it up to its first task. If the
// execution's evaluation has killed the process too often, startInMemory sets it to FAILED.
func (s *Service) startInMemory(key string, machine *machine, options asl.StartOptions) (*asl.Execution, asl.Effects, error) {
	if s.crashed(key) {
		x, effects := machine.machine.StartFailed(options, crashFailure())

		return x, effects, nil
	}

	defer s.marks.Set(key)()

	return machine.machine.Start(options)
}

// create stores a new execution and starts its tasks.
func (s *Service) create(key string, rev *revision, x *asl.Execution, effects asl.Effects) error {
	e, first := s.claim(key)
	if !first {
		e.mu.Lock() // Held until it is stored.
		defer e.mu.Unlock()

		return errExists
	}
	defer e.mu.Unlock()

	e.rev, e.x = rev, x

	return s.record(e, effects, (*change).create)
}

// existing returns the result of a start whose name is already in use.
func (s *Service) existing(key string, input json.RawMessage) (string, time.Time, error) {
	x, _, err := s.load(key)
	if err != nil {
		return "", time.Time{}, err
	}

	arn := s.arnOf(key)
	if x == nil || x.Outcome() != nil || !sameJSON(x.Input(), input) {
		return "", time.Time{}, nameTaken(arn)
	}

	return arn, x.Started(), nil
}

// sameJSON reports whether two texts differ only by white space between the tokens.
func sameJSON(a, b json.RawMessage) bool {
	var first, second bytes.Buffer

	if json.Compact(&first, a) != nil || json.Compact(&second, b) != nil {
		return false
	}

	return bytes.Equal(first.Bytes(), second.Bytes())
}

// startable checks a request to start an execution and sets the defaults of its parameters.
func (s *Service) startable(ctx context.Context, machineARN string, name *string, input *json.RawMessage) (*machine, error) {
	if err := s.config.Authorize(ctx, "states:StartExecution", machineARN); err != nil {
		return nil, err
	}

	machine, err := s.resolve(machineARN)
	if err != nil {
		return nil, err
	}

	if machine.record.Deleting {
		return nil, machineDeleting(machineARN)
	}

	if *name == "" {
		*name = uuid.NewString()
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
		return nil, invalidInput(jackson.Check(*input, jackson.String))
	}

	return machine, nil
}
