package stepfunctions

import (
	"context"
	"errors"

	"triptych/emulator/awsapi"
	"triptych/emulator/stepfunctions/asl"
)

// Limits of state machines.
// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
const (
	maxMachines        = 10_000
	maxDefinitionBytes = 1 << 20
)

type createStateMachineInput struct {
	machineSettings

	Name string `json:"name"`
	Type string `json:"type"`
	Tags []tag  `json:"tags"`
}

type createStateMachineOutput struct {
	StateMachineARN string        `json:"stateMachineArn"`
	CreationDate    asl.Timestamp `json:"creationDate"`
	VersionARN      string        `json:"stateMachineVersionArn,omitempty"`
}

func (in *createStateMachineInput) validate() error {
	switch {
	case !validName(in.Name):
		return awsapi.Errorf("InvalidName", "Invalid Name: '%s'", in.Name)
	case in.Type != "" && in.Type != standard:
		return awsapi.Errorf("StateMachineTypeNotSupported", "The Step Functions emulator does not support state machines of type %s", in.Type)
	default:
		return in.machineSettings.validate()
	}
}

// createStateMachine creates a machine. If it is called again with the same definition, it
// returns the same response and leaves the role and the tags unchanged.
func (s *Service) createStateMachine(ctx context.Context, in createStateMachineInput) (createStateMachineOutput, error) {
	arn := MachineARN(s.config.Region, s.config.Account, in.Name)
	if err := s.config.Authorize(ctx, "states:CreateStateMachine", arn); err != nil {
		return createStateMachineOutput{}, err
	}

	if err := in.validate(); err != nil {
		return createStateMachineOutput{}, err
	}

	tags, err := addTags(nil, in.Tags)
	if err != nil {
		return createStateMachineOutput{}, err
	}

	rev, err := newRevision(in.Name, in.RoleARN, in.Definition)
	if err != nil {
		return createStateMachineOutput{}, invalidDefinition(err)
	}

	if err := s.checkLogging(ctx, in.LoggingConfiguration, in.RoleARN); err != nil {
		return createStateMachineOutput{}, err
	}

	s.changing.Lock()
	defer s.changing.Unlock()

	switch m := s.machineNamed(in.Name); {
	case m != nil && m.record.Deleting:
		return createStateMachineOutput{}, machineDeleting(arn)
	case m != nil && m.Definition == in.Definition:
		return s.created(in)
	case m != nil:
		return createStateMachineOutput{}, awsapi.Errorf("StateMachineAlreadyExists", "State Machine Already Exists: '%s'", arn)
	case s.machineCount() >= maxMachines:
		return createStateMachineOutput{}, awsapi.Errorf("StateMachineLimitExceeded", "State Machine Limit Exceeded: %d", maxMachines)
	}

	err = s.setMachine(in.Name, rev, func(record *machineRecord) {
		record.Managed, record.Tags = true, tags
		in.set(record)
	})
	if err != nil {
		return createStateMachineOutput{}, err
	}

	return s.created(in)
}

func (s *Service) machineCount() int {
	s.mu.Lock()
	defer s.mu.Unlock()

	return len(s.machines)
}

type updateStateMachineInput struct {
	machineSettings

	StateMachineARN string `json:"stateMachineArn"`
}

type updateStateMachineOutput struct {
	UpdateDate asl.Timestamp `json:"updateDate"`
	RevisionID string        `json:"revisionId"`
	VersionARN string        `json:"stateMachineVersionArn,omitempty"`
}

// updateStateMachine changes a machine for the executions that start from now on. Running
// executions continue with the definition that they were started with.
func (s *Service) updateStateMachine(ctx context.Context, in updateStateMachineInput) (updateStateMachineOutput, error) {
	if err := s.config.Authorize(ctx, "states:UpdateStateMachine", in.StateMachineARN); err != nil {
		return updateStateMachineOutput{}, err
	}

	name, err := s.machineName(in.StateMachineARN)
	if err != nil {
		return updateStateMachineOutput{}, err
	}

	if in.Definition == "" && in.RoleARN == "" && in.LoggingConfiguration == nil && in.TracingConfiguration == nil && in.Encryption == nil {
		return updateStateMachineOutput{}, awsapi.Errorf("MissingRequiredParameter",
			"Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified")
	}

	if err := in.validate(); err != nil {
		return updateStateMachineOutput{}, err
	}

	s.changing.Lock()
	defer s.changing.Unlock()

	m, err := s.changeable(name)
	if err != nil {
		return updateStateMachineOutput{}, err
	}

	definition, role := m.Definition, m.RoleARN
	if in.Definition != "" {
		definition = in.Definition
	}

	if in.RoleARN != "" {
		role = in.RoleARN
	}

	rev, err := newRevision(name, role, definition)
	if err != nil {
		return updateStateMachineOutput{}, invalidDefinition(err)
	}

	if err := s.checkLogging(ctx, in.LoggingConfiguration, role); err != nil {
		return updateStateMachineOutput{}, err
	}

	err = s.setMachine(name, rev, func(record *machineRecord) {
		record.Changed = true
		in.set(record)
	})
	if err != nil {
		return updateStateMachineOutput{}, err
	}

	out := updateStateMachineOutput{UpdateDate: stamp(s.machineNamed(name).record.Updated), RevisionID: rev.id()}
	out.VersionARN, err = s.publishOnRequest(s.machineNamed(name), in.machineSettings)

	return out, err
}

// changeable finds a machine that exists and is not being deleted.
func (s *Service) changeable(name string) (*machine, error) {
	arn := MachineARN(s.config.Region, s.config.Account, name)

	switch m := s.machineNamed(name); {
	case m == nil:
		return nil, noMachine(arn)
	case m.record.Deleting:
		return nil, machineDeleting(arn)
	default:
		return m, nil
	}
}

// deleteStateMachine starts the deletion of a machine. If the machine does not exist, it
// succeeds.
func (s *Service) deleteStateMachine(ctx context.Context, in machineInput) (struct{}, error) {
	if err := s.config.Authorize(ctx, "states:DeleteStateMachine", in.StateMachineARN); err != nil {
		return struct{}{}, err
	}

	name, err := s.machineName(in.StateMachineARN)
	if err != nil {
		if isElsewhere(err) {
			err = nil
		}

		return struct{}{}, err
	}

	s.changing.Lock()
	m := s.machineNamed(name)

	if m != nil {
		err = s.setMachine(name, m.revision, func(record *machineRecord) { record.Deleting = true })
	}
	s.changing.Unlock()

	if err != nil {
		return struct{}{}, err
	}

	s.background(func() { s.finishDeletion(name) })

	return struct{}{}, nil
}

// isElsewhere reports whether an error means that the machine cannot exist in this
// emulator.
func isElsewhere(err error) bool {
	failure, ok := errors.AsType[*awsapi.Error](err)

	return ok && failure.Code == "StateMachineDoesNotExist"
}
