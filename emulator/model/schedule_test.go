package model_test

import (
	"context"
	"errors"
)

// errDied is what an actor's next step returns when its process has been killed.
var errDied = errors.New("the process was killed")

// actor is one process at work. It runs only between a grant and its next step.
type actor struct {
	grant chan error    // the scheduler's: go on, or die
	ready chan struct{} // the actor's: waiting for a grant, or done
	done  bool
}

type actorKey struct{}

// step is called before every call to the outside: it waits for its turn. Outside
// a schedule it passes.
func step(ctx context.Context) error {
	self, scheduled := ctx.Value(actorKey{}).(*actor)
	if !scheduled {
		return nil
	}

	self.ready <- struct{}{}

	return <-self.grant
}

// chooser picks, of the actors that can go on, the next one by its place in the
// list, and whether its call dies instead of being made.
type chooser func(running []int, last int) (next int, dies bool)

// task is one state's task. Step Functions begins it again when it died.
type task func(ctx context.Context) error

// execution is tasks, one after the other.
type execution struct {
	tasks []task
	after func() bool // when it begins, if ever; nil means at once
}

// run lets the executions work in the order that choose decides, one call at a
// time, until all have ended. One that waits for what never comes is not begun.
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

// begin starts an execution and returns when it wants to make its first call.
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

// answered performs a task and tells Step Functions its outcome, before which the
// process may die, too.
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
