package stepfunctions

import (
	"context"
	"encoding/json"

	"triptych/emulator/stepfunctions/asl"
)

// A task with the pattern .waitForTaskToken or .sync makes its call first, and then waits
// for a callback or for the job that the call has started. Both facts are stored, so a task
// that waits does not make its call again after a restart of the emulator.

// runWaiting makes the call of a task with a pattern, and reports its response. It then
// waits for the job of a task with the pattern .sync.
func (s *Service) runWaiting(ctx context.Context, e *execution, task asl.Task) {
	if !task.Submitted && !s.submit(ctx, e, task) {
		return
	}

	if task.Pattern == asl.PatternCallback {
		return
	}

	if output, failure, ended := s.awaitExecution(ctx, e, task); ended {
		s.finishTask(e, task, output, failure)
	}
}

// submit makes the call. It reports whether the task waits now.
func (s *Service) submit(ctx context.Context, e *execution, task asl.Task) bool {
	output, failure, err := s.runTask(ctx, task)
	if err != nil || ctx.Err() != nil {
		return false
	}

	err = s.report(e, func() (asl.Effects, error) {
		if failure != nil {
			delete(e.tasks, task.ID)

			return e.machine().TaskSubmitFailed(e.x, task.ID, *failure)
		}

		return e.machine().TaskSubmitted(e.x, task.ID, output)
	})
	s.unexpected(e, err)

	return err == nil && failure == nil
}

// finishTask reports the end of a task.
func (s *Service) finishTask(e *execution, task asl.Task, output json.RawMessage, failure *asl.Failure) {
	err := s.report(e, func() (asl.Effects, error) {
		delete(e.tasks, task.ID)

		if failure != nil {
			return e.machine().TaskFailed(e.x, task.ID, *failure)
		}

		return e.machine().TaskSucceeded(e.x, task.ID, output)
	})
	s.unexpected(e, err)
}
