package model_test

import (
	"context"
	"errors"
)

// errDied is the result of an actor's next step after its process was killed.
var errDied = errors.New("the process was killed")

// actor is one process. It runs only between a grant and its next step.
type actor struct {
	grant chan error    // from the scheduler: continue, or die
	ready chan struct{} // from the actor: it waits for a grant, or has ended
	done  bool
}

type actorKey struct{}

// step is called before every call to another service, and waits for the actor's turn.
// Outside of a schedule it returns immediately.
func step(ctx context.Context) error {
	self, scheduled := ctx.Value(actorKey{}).(*actor)
	if !scheduled {
		return nil
	}

	self.ready <- struct{}{}

	return <-self.grant
}

// chooser selects the next actor from running, which has the indexes of the actors that
// can continue. last is the actor of the last call, or -1. dies means that the actor's
// process is killed before the call.
type chooser func(running []int, last int) (next int, dies bool)

// task is the task of one state. Step Functions restarts it after a death.
type task func(ctx context.Context) error

// execution is a sequence of tasks.
type execution struct {
	tasks []task
	after func() bool // whether it may begin; nil means at the start
}

// run runs the executions one call at a time, in the order that choose selects, until all
// of them have ended. An execution whose condition never becomes true does not begin.
func run(executions []execution, choose chooser) {
	actors := make([]*actor, len(executions))
	last := -1

	for {
		var running []int

		for i, x := range executions {
			if actors[i] == nil && (x.after == nil || x.after()) {
				actors[i] = begin(x.tasks)
			}

			if actors[i] != nil && !actors[i].done {
				running = append(running, i)
			}
		}

		if len(running) == 0 {
			return
		}

		next, dies := choose(running, last)
		last = next

		var fate error
		if dies {
			fate = errDied
		}

		actors[next].grant <- fate

		<-actors[next].ready
	}
}

// begin starts an execution and returns when the execution is about to make its first
// call.
func begin(tasks []task) *actor {
	a := &actor{grant: make(chan error), ready: make(chan struct{})}
	ctx := context.WithValue(context.Background(), actorKey{}, a)

	go func() {
		for _, perform := range tasks {
			err := answered(ctx, perform)
			for errors.Is(err, errDied) {
				err = answered(ctx, perform)
			}

			if err != nil {
				break // Superseded, AlreadyDone: the execution ends here.
			}
		}

		a.done = true
		a.ready <- struct{}{}
	}()

	<-a.ready

	return a
}

// answered performs a task and reports its outcome to Step Functions. The process may
// also die before the report.
func answered(ctx context.Context, perform task) error {
	err := perform(ctx)
	if errors.Is(err, errDied) {
		return err
	}

	if died := step(ctx); died != nil {
		return died
	}

	return err
}
