package stepfunctions

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"triptych/emulator/stepfunctions/asl"
	"triptych/emulator/stepfunctions/integration"
	"triptych/emulator/stepfunctions/store"
)

// execution is an unfinished execution in memory. Finished executions are only on disk.
type execution struct {
	key string
	rev *revision

	mu       sync.Mutex // Serializes the reports. It is held until a report is stored and acted on.
	x        *asl.Execution
	gone     bool // The execution has ended, was not created, or could not be stored.
	tasks    map[string]context.CancelFunc
	timers   map[string]*time.Timer
	redrives []byte // The record of its redrives, stored together with the redrive itself.
}

// machine returns the machine that the execution runs.
func (e *execution) machine() *asl.Machine { return e.rev.machineOf(e.key) }

func newExecution(key string, rev *revision, x *asl.Execution) *execution {
	return &execution{key: key, rev: rev, x: x, tasks: map[string]context.CancelFunc{}, timers: map[string]*time.Timer{}}
}

// report applies an event to an execution, stores the effects and acts on them. A report
// that comes too late changes nothing.
func (s *Service) report(e *execution, happened func() (asl.Effects, error)) error {
	e.mu.Lock()
	defer e.mu.Unlock()

	if e.gone {
		return asl.ErrNotPending
	}

	unmark := s.marks.Set(e.key)
	effects, err := happened()

	unmark()

	if err == nil {
		effects, err = s.endIfDeleting(e, effects)
	}

	if err != nil {
		return err
	}

	return s.record(e, effects, (*change).apply)
}

// record stores the effects of a report and acts on them. The execution is locked.
func (s *Service) record(e *execution, effects asl.Effects, how func(*change, *bbolt.Tx) error) error {
	started := len(effects.Events) > 0 && effects.Events[0].Type == asl.EventExecutionStarted
	redriven := len(effects.Events) > 0 && effects.Events[0].Type == asl.EventExecutionRedriven

	c, err := s.newChange(e.key, e.rev.hash, e.x, effects.Events)
	if err == nil {
		c.relist = started || redriven || effects.Outcome != nil
		c.redrives = e.redrives
		err = s.addStatusChanges(c, e.x, started || redriven)
	}

	var related []*relatedChild

	if err == nil {
		c.mapRuns = effects.MapRuns
		c.crashed = s.forgetCrashes(e.key)
		unmark := s.marks.Set(e.key) // Child executions start here, which evaluates expressions.
		related, err = s.related(e, effects)

		unmark()
	}

	for _, child := range related {
		defer child.e.mu.Unlock()

		c.related = append(c.related, child.change)
	}

	if err == nil {
		err = s.commits.Commit(func(tx *bbolt.Tx) error { return how(c, tx) })
	}

	if err != nil {
		s.drop(e)

		for _, child := range related {
			s.drop(child.e)
		}

		if !store.Refuses(err) && s.ctx.Err() == nil {
			s.config.Logger.Error("store execution: failed; it will continue at the next start", "execution", e.key, "error", err)
		}

		return fmt.Errorf("store execution %s: %w", e.key, err)
	}

	s.logAll(e, effects, related)
	s.emit(c)
	s.act(e, effects)
	s.actOnRelated(related)

	if effects.Outcome != nil {
		s.tellEnd(e)
	}

	return nil
}

// logAll writes the events of an execution and of its related children to the logs of their
// state machines.
func (s *Service) logAll(e *execution, effects asl.Effects, related []*relatedChild) {
	s.logEvents(e, effects.Events)

	for _, child := range related {
		s.logEvents(child.e, child.effects.Events)
	}
}

// tellEnd tells those who wait for an execution that it has ended. The execution is locked.
func (s *Service) tellEnd(e *execution) {
	s.notifyParent(e)
	s.executionEnded(e.key)
	s.wakeWatchers(e.key)
	s.countEnded()
}

// drop removes an execution from memory.
func (s *Service) drop(e *execution) {
	e.gone = true

	for _, cancel := range e.tasks {
		cancel()
	}

	for _, timer := range e.timers {
		timer.Stop()
	}

	s.mu.Lock()
	defer s.mu.Unlock()

	if s.live[e.key] == e {
		delete(s.live, e.key)
	}
}

// act runs tasks and sets timers. The execution is locked.
func (s *Service) act(e *execution, effects asl.Effects) {
	for _, id := range effects.CancelledTasks {
		if cancel := e.tasks[id]; cancel != nil {
			cancel()
			delete(e.tasks, id)
		}
	}

	for _, id := range effects.CancelledTimers {
		if timer := e.timers[id]; timer != nil {
			timer.Stop()
			delete(e.timers, id)
		}
	}

	if effects.Outcome != nil || s.ctx.Err() != nil {
		s.drop(e)

		return
	}

	for _, timer := range effects.Timers {
		if !slices.Contains(effects.CancelledTimers, timer.ID) {
			s.set(e, timer)
		}
	}

	for _, read := range effects.Reads {
		s.beginRead(e, read)
	}

	for _, write := range effects.Writes {
		s.beginWrite(e, write)
	}

	for _, task := range effects.Tasks {
		if !slices.Contains(effects.CancelledTasks, task.ID) {
			s.begin(e, task)
		}
	}
}

func (s *Service) set(e *execution, timer asl.Timer) {
	e.timers[timer.ID] = time.AfterFunc(time.Until(timer.Due), func() {
		s.background(func() {
			err := s.report(e, func() (asl.Effects, error) {
				delete(e.timers, timer.ID)

				return e.machine().TimerFired(e.x, timer.ID)
			})
			s.unexpected(e, err)
		})
	})
}

// as returns the context for calls with a machine's role.
func (s *Service) as(roleARN string) context.Context {
	if s.config.As == nil {
		return s.ctx
	}

	return s.config.As(s.ctx, roleARN)
}

func (s *Service) begin(e *execution, task asl.Task) {
	options := e.x.Options()
	ctx := integration.WithExecution(s.as(e.rev.RoleARN), integration.Execution{ARN: options.ExecutionARN, StateMachineARN: options.StateMachineARN})
	ctx, cancel := context.WithCancel(ctx)
	e.tasks[task.ID] = cancel

	s.background(func() {
		defer cancel()

		if task.Pattern.Waits() {
			s.runWaiting(ctx, e, task)

			return
		}

		output, failure, err := s.runTask(ctx, task)
		if err != nil || ctx.Err() != nil {
			return // The task was cancelled, or the emulator is stopping. In the second case it runs again at the next start.
		}

		s.finishTask(e, task, output, failure)
	})
}

// unexpected logs unexpected errors. Reports that come too late are expected, and failed
// writes have been logged already.
func (s *Service) unexpected(e *execution, err error) {
	if err != nil && !errors.Is(err, asl.ErrNotPending) && s.ctx.Err() == nil {
		s.config.Logger.Error("apply a report to an execution", "execution", e.key, "error", err)
	}
}

// background runs work in a goroutine that Close waits for, unless the service is closed.
func (s *Service) background(work func()) {
	s.mu.Lock()
	defer s.mu.Unlock()

	if s.ctx.Err() == nil {
		s.running.Go(work)
	}
}
