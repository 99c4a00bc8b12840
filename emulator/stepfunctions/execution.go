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
)

// execution is an unfinished execution in memory. What is finished is on disk only.
type execution struct {
	key string
	rev *revision

	mu       sync.Mutex // One report at a time; held until it is written and acted upon.
	x        *asl.Execution
	gone     bool // It has ended, never came to be, or could not be written.
	tasks    map[string]context.CancelFunc
	timers   map[string]*time.Timer
	redrives []byte // The record of its redrives, written with the redrive itself.
}

// machine runs the execution.
func (e *execution) machine() *asl.Machine { return e.rev.machineOf(e.key) }

func newExecution(key string, rev *revision, x *asl.Execution) *execution {
	return &execution{key: key, rev: rev, x: x, tasks: map[string]context.CancelFunc{}, timers: map[string]*time.Timer{}}
}

// report tells an execution what happened, writes what follows, and acts upon it.
// A report that comes too late changes nothing.
func (s *Service) report(e *execution, happened func() (asl.Effects, error)) error {
	e.mu.Lock()
	defer e.mu.Unlock()

	if e.gone {
		return asl.ErrNotPending
	}

	unmark := s.marks.set(e.key)
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

// record writes the effects of a report and acts upon them. The execution is
// locked.
func (s *Service) record(e *execution, effects asl.Effects, how func(*change, *bbolt.Tx) error) error {
	started := len(effects.Events) > 0 && effects.Events[0].Type == asl.EventExecutionStarted
	redriven := len(effects.Events) > 0 && effects.Events[0].Type == asl.EventExecutionRedriven

	c, err := s.newChange(e.key, e.rev.hash, e.x, effects.Events)
	if err == nil {
		c.relist = started || redriven || effects.Outcome != nil
		c.redrives = e.redrives
		err = s.addStatusChanges(c, e.x, started || redriven)
	}

	var family []*relative

	if err == nil {
		c.mapRuns = effects.MapRuns
		c.crashed = s.forgetCrashes(e.key)
		unmark := s.marks.set(e.key) // Child executions begin.
		family, err = s.family(e, effects)

		unmark()
	}

	for _, child := range family {
		defer child.e.mu.Unlock()

		c.family = append(c.family, child.change)
	}

	if err == nil {
		err = s.commits.commit(func(tx *bbolt.Tx) error { return how(c, tx) })
	}

	if err != nil {
		s.drop(e)

		for _, child := range family {
			s.drop(child.e)
		}

		if !refuses(err) && s.ctx.Err() == nil {
			s.config.Logger.Error("an execution could not be written; it goes on at the next start", "execution", e.key, "error", err)
		}

		return fmt.Errorf("write execution %s: %w", e.key, err)
	}

	s.emit(c)
	s.act(e, effects)
	s.actFamily(family)

	if effects.Outcome != nil {
		s.tellParent(e)
		s.executionEnded(e.key)
		s.countEnded()
	}

	return nil
}

// drop forgets an execution in memory.
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

// as is the context of what a machine's role does.
func (s *Service) as(roleARN string) context.Context {
	if s.config.As == nil {
		return s.ctx
	}

	return s.config.As(s.ctx, roleARN)
}

func (s *Service) begin(e *execution, task asl.Task) {
	ctx, cancel := context.WithCancel(s.as(e.rev.RoleARN))
	e.tasks[task.ID] = cancel

	s.background(func() {
		defer cancel()

		output, failure, err := s.runTask(ctx, task)
		if err != nil || ctx.Err() != nil {
			return // Cancelled, or the laptop's AWS is going down: it is run again at the next start.
		}

		err = s.report(e, func() (asl.Effects, error) {
			delete(e.tasks, task.ID)

			if failure != nil {
				return e.machine().TaskFailed(e.x, task.ID, *failure)
			}

			return e.machine().TaskSucceeded(e.x, task.ID, output)
		})
		s.unexpected(e, err)
	})
}

// unexpected logs what should not have happened: reports that come too late are
// expected, and a failed write has been logged.
func (s *Service) unexpected(e *execution, err error) {
	if err != nil && !errors.Is(err, asl.ErrNotPending) && s.ctx.Err() == nil {
		s.config.Logger.Error("an execution did not take a report", "execution", e.key, "error", err)
	}
}

// background runs work that Close waits for, unless the service is closed.
func (s *Service) background(work func()) {
	s.mu.Lock()
	defer s.mu.Unlock()

	if s.ctx.Err() == nil {
		s.running.Go(work)
	}
}
