package stepfunctions

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
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
	crashes   map[string]int // Of executions, see countCrashes.
	marks     *marks
	codec     *codec
	ended     atomic.Int64 // Executions, by this process.
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

	codec, err := newCodec()
	if err != nil {
		return nil, fmt.Errorf("configure Step Functions: %w", err)
	}

	s.codec = codec

	marks, left, err := openMarks(config.Marks)
	if err == nil {
		s.marks = marks
		err = s.countCrashes(left)
	}

	if err != nil {
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
// and does not hold up the others; one whose evaluation has killed the process twice
// in a row is set FAILED. Executions that ended 90 days ago are forgotten,
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

	if s.crashed(key) {
		effects, err := e.machine().Fail(x, crashFailure())
		if err != nil {
			return fmt.Errorf("fail execution %s: %w", key, err)
		}

		s.config.Logger.Error("an execution killed the process twice; it is FAILED and not resumed", "execution", key)

		return s.record(e, effects, (*change).apply)
	}

	pending := e.machine().Pending(x)
	s.act(e, pending)
	s.askAfter(e, pending.Children)

	return nil
}

// Close stops all work and waits for it. Tasks that are under way are run again
// at the next start. It does not close the database; Lambda should outlive it.
func (s *Service) Close() error {
	var err error

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
		err = s.marks.close()
	})

	return err
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
