package statemachine_test

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"triptych/emulator/stepfunctions/asl"
	"triptych/statemachine"
)

// visit is a state machine with fake functions, which make an execution enter a certain
// state.
type visit struct {
	runner *asl.Runner
	input  string
	faults map[string][]string
	calls  func(state string) int
}

func (v *visit) run(t *testing.T) *asl.Result {
	t.Helper()

	result, err := v.runner.Run(t.Context(), asl.StartOptions{ExecutionARN: executionARN, ExecutionName: "one", Input: json.RawMessage(v.input)})
	if err != nil {
		t.Fatal(err)
	}

	return result
}

// visitPipeline returns a visit of a state of the pipeline, with one variant.
func visitPipeline(t *testing.T, state string) *visit {
	t.Helper()

	f := &functions{
		t: t, clock: asl.NewVirtualClock(time.Unix(0, 0)), variants: []string{"thumbnail"},
		faults: map[string][]string{}, payloads: map[string][]map[string]any{},
	}
	if state == "Rejected" {
		f.faults["Validate"] = []string{"Corrupt"}
	}

	return &visit{
		runner: &asl.Runner{Definition: pipeline(t), Tasks: f.run, Clock: f.clock}, input: event,
		faults: f.faults, calls: func(state string) int { return len(f.payloads[state]) },
	}
}

// visitErasure returns a visit of a state of the erasure. Objects exist, and an upload is
// in progress.
func visitErasure(t *testing.T, _ string) *visit {
	t.Helper()

	e := &eraser{
		t: t, clock: asl.NewVirtualClock(time.Unix(0, 0)), objects: map[string]int{"Erase": 1, "Sweep": 1},
		faults: map[string][]string{}, calls: map[string][]call{},
	}

	return &visit{
		runner: &asl.Runner{Definition: erasure(t), Tasks: e.run, Clock: e.clock}, input: deletion,
		faults: e.faults, calls: func(state string) int { return len(e.calls[state]) },
	}
}

// walk is one of the shipped machines. The tests read its definition, so that they cover
// all its retriers, catchers and error names.
type walk struct {
	template string
	visit    func(t *testing.T, state string) *visit
	sequence []string // The tasks on its longest path.
}

func walks() map[string]walk {
	return map[string]walk{
		"pipeline": {statemachine.Pipeline(), visitPipeline, []string{"Validate", "Sanitize", "MakeVariant", "Record"}},
		"erase":    {statemachine.Erase(), visitErasure, []string{"Erase", "Purge", "Sweep", "PurgeAgain"}},
		"fail":     {statemachine.Fail(), visitFail, []string{"Fail"}},
	}
}

// tasks returns a machine's Task states, including inner states. An inner state does not
// have the Catch of its outer state.
func (w walk) tasks(t *testing.T) map[string]fields {
	t.Helper()

	var machine flow
	if err := json.Unmarshal([]byte(w.template), &machine); err != nil {
		t.Fatal(err)
	}

	out := map[string]fields{}

	for name, state := range machine.States {
		all := map[string]fields{name: state}
		maps.Copy(all, state.ItemProcessor.States)

		for name, inner := range all {
			if inner.Type == "Task" {
				out[name] = inner
			}
		}
	}

	return out
}

// before returns the tasks that run before a state on the path to it.
func (w walk) before(state string) []string {
	if state == "Rejected" {
		return w.sequence[:1]
	}

	return w.sequence[:slices.Index(w.sequence, state)]
}

// answer returns the value of faults that makes a call fail with the error name.
func answer(name string) string {
	if name == "States.Timeout" {
		return late
	}

	return name
}

// fails runs an execution, and checks that it ends with a status and an error. Then it
// redrives the execution. The redrive must run the failed state again, must not run the
// earlier states again, and must succeed.
func (w walk) fails(t *testing.T, v *visit, state string, status asl.Status, name string) {
	t.Helper()

	result := v.run(t)
	if result.Outcome.Status != status || result.Outcome.Error != name {
		t.Fatalf("got %s %s, want %s %s", result.Outcome.Status, result.Outcome.Error, status, name)
	}

	w.redriven(t, v, state, result)
}

func (w walk) redriven(t *testing.T, v *visit, state string, result *asl.Result) {
	t.Helper()

	before := map[string]int{}
	for _, earlier := range w.before(state) {
		before[earlier] = v.calls(earlier)
	}

	calls := v.calls(state)
	clear(v.faults)

	again, err := v.runner.Redrive(t.Context(), result)
	if err != nil {
		t.Fatal(err)
	}

	if again.Outcome.Status != asl.StatusSucceeded || v.calls(state) != calls+1 {
		t.Errorf("redriven: %s %s after %d more calls", again.Outcome.Status, again.Outcome.Error, v.calls(state)-calls)
	}

	for _, earlier := range w.before(state) {
		if v.calls(earlier) != before[earlier] {
			t.Errorf("redriven: %s ran again", earlier)
		}
	}
}

// TestEveryRetry tests every error name of every retrier of every task. An execution succeeds
// if the last attempt that the retrier allows succeeds. With one more failure, it fails.
// After a redrive, all attempts are available again.
func TestEveryRetry(t *testing.T) {
	t.Parallel()

	for machine, w := range walks() {
		for state, fields := range w.tasks(t) {
			for _, retrier := range fields.Retry {
				most := 3
				if retrier.MaxAttempts != nil {
					most = *retrier.MaxAttempts
				}

				if most == 0 {
					continue // See TestEveryCatch.
				}

				for _, name := range retrier.ErrorEquals {
					t.Run(machine+"/"+state+"/"+name, func(t *testing.T) {
						t.Parallel()

						raised := name
						if name == "States.TaskFailed" {
							raised = "Whatever"
						}

						v := w.visit(t, state)
						v.faults[state] = repeat(answer(raised), most)

						if result := v.run(t); result.Outcome.Status != asl.StatusSucceeded || v.calls(state) != most+1 {
							t.Errorf("%d failures: %s %s after %d calls", most, result.Outcome.Status, result.Outcome.Error, v.calls(state))
						}

						v = w.visit(t, state)
						v.faults[state] = repeat(answer(raised), most+1)
						w.fails(t, v, state, asl.StatusFailed, raised)

						if v.calls(state) != most+2 {
							t.Errorf("%d failures and a redrive: %d calls", most+1, v.calls(state))
						}
					})
				}
			}
		}
	}
}

// TestEveryCatch tests every error name of every catcher. The catcher of a Map handles the
// errors of its iterations. The execution continues at once with the catcher's Next.
func TestEveryCatch(t *testing.T) {
	t.Parallel()

	for machine, w := range walks() {
		var whole flow
		if err := json.Unmarshal([]byte(w.template), &whole); err != nil {
			t.Fatal(err)
		}

		for state, fields := range whole.States {
			raisers := []string{state}
			if fields.Type == "Map" {
				raisers = slices.Sorted(maps.Keys(fields.ItemProcessor.States))
			}

			for _, catcher := range fields.Catch {
				for _, name := range catcher.ErrorEquals {
					for _, raiser := range raisers {
						t.Run(machine+"/"+raiser+"/"+name, func(t *testing.T) {
							t.Parallel()

							v := w.visit(t, raiser)
							v.faults[raiser] = []string{answer(name)}

							result := v.run(t)
							path := result.Path()

							if result.Outcome.Status != asl.StatusSucceeded || v.calls(raiser) != 1 || path[len(path)-1] != catcher.Next {
								t.Errorf("%s %s by %v after %d calls", result.Outcome.Status, result.Outcome.Error, path, v.calls(raiser))
							}
						})
					}
				}
			}
		}
	}
}

// TestEveryFailure makes the execution fail, time out and stop in every task, and redrives
// it.
func TestEveryFailure(t *testing.T) {
	t.Parallel()

	for machine, w := range walks() {
		for state, fields := range w.tasks(t) {
			t.Run(machine+"/"+state, func(t *testing.T) {
				t.Parallel()

				retriesAll := slices.ContainsFunc(fields.Retry, func(r handler) bool { return slices.Contains(r.ErrorEquals, "States.TaskFailed") })

				bug := w.visit(t, state)
				bug.faults[state] = []string{"wrapError"}

				if !retriesAll {
					w.fails(t, bug, state, asl.StatusFailed, "wrapError")
				}

				timeout := w.visit(t, state)
				timeout.faults[state] = []string{slow}
				w.fails(t, timeout, state, asl.StatusTimedOut, "States.Timeout")

				stopped := w.visit(t, state)
				w.redriven(t, stopped, state, stopped.stoppedIn(t, state))
			})
		}
	}
}

// TestErase_redriveInWait stops an erasure while it waits for the pipeline, and redrives it.
// The erasure must wait again, and must erase no object twice.
func TestErase_redriveInWait(t *testing.T) {
	t.Parallel()

	w := walks()["erase"]
	v := w.visit(t, "Sweep")
	w.redriven(t, v, "Sweep", v.stoppedIn(t, "AwaitThePipeline"))
}

// stoppedIn runs the execution up to a state and stops it there.
func (v *visit) stoppedIn(t *testing.T, state string) *asl.Result {
	t.Helper()

	machine := asl.New(v.runner.Definition, v.runner.Clock, nil)

	x, effects, err := machine.Start(asl.StartOptions{ExecutionARN: executionARN, ExecutionName: "one", Input: json.RawMessage(v.input)})
	if err != nil {
		t.Fatal(err)
	}

	var history []asl.HistoryEvent

	for {
		history = append(history, effects.Events...)

		if effects.Outcome != nil {
			t.Fatalf("the execution ended before %s: %+v", state, effects.Outcome)
		}

		reached := slices.ContainsFunc(effects.Events, func(e asl.HistoryEvent) bool { return e.StateEntered != nil && e.StateEntered.Name == state })
		if reached {
			effects, err = machine.Stop(x, asl.Failure{Error: "Stopped", Cause: "enough"})
			if err != nil || effects.Outcome == nil || effects.Outcome.Status != asl.StatusAborted {
				t.Fatalf("%v: %+v", err, effects.Outcome)
			}

			return &asl.Result{Execution: x, Outcome: *effects.Outcome, History: append(history, effects.Events...)}
		}

		pending := machine.Pending(x)
		if len(pending.Tasks) == 0 {
			timer := slices.MinFunc(pending.Timers, func(a, b asl.Timer) int { return a.Due.Compare(b.Due) })
			v.runner.Clock.Advance(timer.Due.Sub(v.runner.Clock.Now()))
			effects, err = machine.TimerFired(x, timer.ID)
		} else {
			task := pending.Tasks[0]

			output, failure := v.runner.Tasks(t.Context(), task)
			if named, ok := errors.AsType[*asl.TaskError](failure); ok {
				effects, err = machine.TaskFailed(x, task.ID, asl.Failure{Error: named.Name, Cause: named.Cause})
			} else {
				effects, err = machine.TaskSucceeded(x, task.ID, output)
			}
		}

		if err != nil {
			t.Fatal(err)
		}
	}
}
