package model_test

import (
	"context"
	"errors"

	"triptych/shared/ledger"
)

// errFailed ends an execution, as the error of a step does after all retries.
var errFailed = errors.New("the execution failed")

// fail returns the task that handles the failure event of an upload's execution. redrives
// is the number of redrives before the failure.
func (w *environment) fail(u upload, redrives int) task {
	return func(ctx context.Context) error {
		return w.protocol.Fail(ctx, w.subject(u), version(u.at), ledger.Failure{Execution: u.execution, Redrives: redrives, Code: "Lambda.Unknown"})
	}
}

// resume returns the task that handles the redrive event of an upload's execution.
func (w *environment) resume(u upload, redrives int) task {
	return func(ctx context.Context) error { return w.protocol.Resume(ctx, w.key, u.execution, redrives) }
}

// stops returns an execution that sets stopped and fails after these tasks.
func stops(tasks []task, stopped *bool) execution {
	return execution{tasks: append(tasks, func(context.Context) error {
		*stopped = true

		return errFailed
	})}
}

// failures returns scenarios of executions that fail, and whose events arrive late, in
// any order.
func failures() map[string]scenario {
	one := upload{at: 1, execution: "one"}
	restart := upload{at: 1, execution: "restart", replaces: "one"}
	two := upload{at: 2, execution: "two"}
	erased := func(w *environment) []execution { return []execution{{tasks: w.deleteKey(2)}} }

	return map[string]scenario{
		"a failure": {
			history: history{uploads: []int{1}, failed: []int{1}},
			actors: func(w *environment) []execution {
				stopped := false

				return []execution{stops(w.prepare(one), &stopped), {tasks: []task{w.fail(one, 0)}, after: func() bool { return stopped }}}
			},
		},
		"a failure before the claim": {
			history: history{uploads: []int{1}, failed: []int{1}},
			actors: func(w *environment) []execution {
				return []execution{{tasks: []task{w.fail(one, 0)}}, {tasks: []task{w.fail(one, 0)}}}
			},
		},
		"a failure, and its redrive": {
			history: history{uploads: []int{1}},
			actors: func(w *environment) []execution {
				stopped := false
				fail := func(context.Context) error {
					stopped = true

					return nil
				}
				after := func() bool { return stopped }

				return []execution{
					{tasks: append(append(w.prepare(one), fail), w.resize(one, "small"), w.publish(one))},
					{tasks: []task{w.fail(one, 0)}, after: after}, {tasks: []task{w.resume(one, 1)}, after: after},
				}
			},
		},
		"a failure, its redrive, and another failure": {
			history: history{uploads: []int{1}, failed: []int{1}},
			actors: func(w *environment) []execution {
				stopped := false
				after := func() bool { return stopped }

				return []execution{
					stops(w.prepare(one), &stopped), {tasks: []task{w.fail(one, 0)}, after: after},
					{tasks: []task{w.resume(one, 1)}, after: after}, {tasks: []task{w.fail(one, 1)}, after: after},
				}
			},
		},
		"a failure, and its restart": {
			history: history{uploads: []int{1}},
			actors: func(w *environment) []execution {
				stopped := false
				after := func() bool { return stopped }

				return []execution{
					stops(append(w.prepare(one), w.resize(one, "small")), &stopped),
					{tasks: w.process(restart), after: after}, {tasks: []task{w.fail(one, 0)}, after: after},
				}
			},
		},
		"a failure, and a newer upload": {
			history: history{uploads: []int{1, 2}, failed: []int{1}},
			actors: func(w *environment) []execution {
				stopped := false

				return []execution{
					stops(w.prepare(one), &stopped), {tasks: []task{w.fail(one, 0)}, after: func() bool { return stopped }}, {tasks: w.process(two)},
				}
			},
		},
		"a failure, and a deletion": {
			history: history{uploads: []int{1}, deleted: 2},
			actors: func(w *environment) []execution {
				stopped := false

				return []execution{
					stops(w.prepare(one), &stopped), {tasks: []task{w.fail(one, 0)}, after: func() bool { return stopped }}, {tasks: w.deleteKey(2)},
				}
			},
			late: erased, dead: true,
		},
		"a failure, and a permanent deletion of its version": {
			history: history{uploads: []int{1}, permanent: []int{1}},
			actors: func(w *environment) []execution {
				stopped := false

				return []execution{
					stops(w.prepare(one), &stopped), {tasks: []task{w.fail(one, 0)}, after: func() bool { return stopped }}, {tasks: w.deleteVersion(1)},
				}
			},
			late: func(w *environment) []execution { return []execution{{tasks: w.sweepVersion(1)}} }, dead: true,
		},
		"a failure before the claim, and a deletion": {
			history: history{uploads: []int{1}, deleted: 2},
			actors: func(w *environment) []execution {
				return []execution{{tasks: []task{w.fail(one, 0)}}, {tasks: w.deleteKey(2)}}
			},
			late: erased,
		},
	}
}
