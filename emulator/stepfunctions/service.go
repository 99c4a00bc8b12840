package stepfunctions

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"

	"triptych/emulator/stepfunctions/store"
)

// Service is the emulator of Step Functions. It is safe for concurrent use.
type Service struct {
	config   Config
	commits  *store.Committer
	changing sync.Mutex // Held while a machine is being changed.

	ctx     context.Context //nolint:containedctx // The context of the executions, which outlive every call.
	cancel  context.CancelFunc
	closing sync.Once

	mu   sync.Mutex // It may be locked while an execution is locked, but not the other way round.
	live map[string]*execution

	logStreams map[string]string   // By machine. mu guards it.
	machines   map[string]*machine // By name. A machine value is immutable.
	revisions  map[string]*revision
	crashes    map[string]int             // By execution key, see countCrashes.
	watchers   map[string][]chan struct{} // By execution key, see watch.
	marks      *store.Marks
	codec      *store.Codec
	ended      atomic.Int64 // The number of executions that this process has ended.
	running    sync.WaitGroup
}

// New creates the service and stores the definitions of the machines. Unfinished executions
// do not run before [Service.Resume].
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
		watchers: map[string][]chan struct{}{},
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())

	if err := createBuckets(config.DB); err != nil {
		return nil, fmt.Errorf("configure Step Functions: %w", err)
	}

	codec, err := store.NewCodec()
	if err != nil {
		return nil, fmt.Errorf("configure Step Functions: %w", err)
	}

	s.codec = codec

	marks, left, err := store.OpenMarks(config.Marks)
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

	s.commits = store.NewCommitter(config.DB)

	return s, nil
}

// Resume continues the executions that a former process left unfinished, and emits the
// status changes that the process could not emit. An execution that cannot be read is
// reported and does not block the others. An execution whose evaluation has killed the
// process twice in a row is set to FAILED. Resume also removes the executions that ended
// more than 90 days ago, as AWS does.
func (s *Service) Resume() error {
	keys, err := s.keys(runningBucket)
	if err != nil {
		return fmt.Errorf("find unfinished executions: %w", err)
	}

	problems := []error{s.emitPending(), s.forgetOld()}

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

		s.config.Logger.Error("an execution killed the process twice: it is set to FAILED and not resumed", "execution", key)

		return s.record(e, effects, (*change).apply)
	}

	pending := e.machine().Pending(x)
	s.act(e, pending)
	s.reportEndedChildren(e, pending.Children)

	return nil
}

// Close stops all work and waits for it. Tasks in progress run again at the next start.
// Close does not close the database. Close Lambda after this service.
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
		s.commits.Close()
		err = s.marks.Close()
	})

	return err
}

// Errors that reject one change, but not the other changes of the same transaction.
const (
	// errExists means that a record was not created because it exists already.
	errExists = store.Refusal("the record exists already")
	// errDeleting means that the execution's machine is being deleted, or is deleted.
	errDeleting = store.Refusal("the state machine is being deleted")
	// errInUse means that a machine still has running executions.
	errInUse = store.Refusal("the state machine has running executions")
)

// claim adds an execution to memory and returns it locked, with true. If the execution is
// in memory already, claim returns it unlocked, with false.
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
