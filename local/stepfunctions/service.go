package stepfunctions

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"triptych/local/awsapi"
	"triptych/statemachine/asl"
)

// Service is the laptop's Step Functions. It is safe for concurrent use.
type Service struct {
	config   Config
	commits  *committer
	changing sync.Mutex // Held by a change of a machine.

	ctx     context.Context //nolint:containedctx // Of the executions, which outlast every call.
	cancel  context.CancelFunc
	closing sync.Once

	mu        sync.Mutex // Taken while an execution is locked, never the other way round.
	live      map[string]*execution
	machines  map[string]*machine // By name; a machine itself is never changed.
	revisions map[string]*revision
	running   sync.WaitGroup
}

// New makes the service and records the machines' definitions. Executions that are
// unfinished rest until [Service.Resume].
func New(config Config) (*Service, error) {
	if err := config.Validate(); err != nil {
		return nil, fmt.Errorf("configure Step Functions: %w", err)
	}

	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}

	if config.Authorize == nil {
		config.Authorize = func(context.Context, string, string) error { return nil }
	}

	s := &Service{
		config: config, machines: map[string]*machine{},
		live: map[string]*execution{}, revisions: map[string]*revision{},
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())

	if err := createBuckets(config.DB); err != nil {
		return nil, fmt.Errorf("configure Step Functions: %w", err)
	}

	if err := s.install(); err != nil {
		return nil, fmt.Errorf("configure Step Functions: %w", err)
	}

	if err := s.loadMachines(); err != nil {
		return nil, fmt.Errorf("configure Step Functions: %w", err)
	}

	s.commits = newCommitter(config.DB)

	return s, nil
}

// Resume goes on with the executions that a former process left unfinished, and
// emits the status changes that it could not. One that cannot be read is reported,
// and does not hold up the others. Executions that ended 90 days ago are forgotten,
// as on AWS.
func (s *Service) Resume() error {
	keys, err := s.keys(runningBucket)
	if err != nil {
		return fmt.Errorf("find unfinished executions: %w", err)
	}

	problems := []error{s.emitLeftOver(), s.forgetOld()}

	for _, key := range keys {
		problems = append(problems, s.resume(string(key)))
	}

	s.finishDeletions()

	return errors.Join(problems...)
}

func (s *Service) resume(key string) error {
	e, first := s.claim(key)
	if !first {
		return nil // It was started by this process.
	}
	defer e.mu.Unlock()

	x, rev, err := s.load(key)
	if err != nil || x == nil || x.Outcome() != nil {
		s.drop(e)

		return err
	}

	e.x, e.rev = x, rev
	pending := e.machine().Pending(x)
	s.act(e, pending)
	s.askAfter(e, pending.Children)

	return nil
}

// Close stops all work and waits for it. Tasks that are under way are run again
// at the next start. It does not close the database; Lambda should outlive it.
func (s *Service) Close() error {
	s.closing.Do(func() {
		s.mu.Lock()
		s.cancel()

		live := make([]*execution, 0, len(s.live))
		for _, e := range s.live {
			live = append(live, e)
		}
		s.mu.Unlock()

		for _, e := range live {
			e.mu.Lock()
			s.drop(e)
			e.mu.Unlock()
		}

		s.running.Wait()
		s.commits.close()
	})

	return nil
}

// errClosed says that the service is closed.
var errClosed = errors.New("the Step Functions service is closed")

// claim enters an execution into memory, locked, if it is not there yet; else it
// gives the one that is there, not locked.
func (s *Service) claim(key string) (*execution, bool) {
	e := newExecution(key, nil, nil)
	e.mu.Lock()

	s.mu.Lock()
	defer s.mu.Unlock()

	if other := s.live[key]; other != nil {
		return other, false
	}

	s.live[key] = e

	return e, true
}

// Start starts an execution and gives its ARN and its start date. An empty name
// means a new UUID, an empty input {}. Errors are *[awsapi.Error] with the codes of
// StartExecution.
//
// It is idempotent: a name that a running execution of the same input has gives
// that execution. The execution is written when Start returns.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
func (s *Service) Start(ctx context.Context, machineARN, name string, input json.RawMessage) (string, time.Time, error) {
	machine, err := s.startable(ctx, machineARN, &name, &input)
	if err != nil {
		return "", time.Time{}, err
	}

	key := machine.Machine + ":" + name
	arn := s.arnOf(key)

	x, effects, err := machine.machine.Start(asl.StartOptions{
		ExecutionARN: arn, ExecutionName: name, RoleARN: machine.RoleARN,
		StateMachineARN: machine.arn, StateMachineName: machine.Machine, Input: input,
	})
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
