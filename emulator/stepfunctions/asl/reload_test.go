package asl_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"triptych/emulator/stepfunctions/asl"
)

// everything is a machine with all state types, nested, and all kinds of waiting.
const everything = `{"QueryLanguage": "JSONata", "TimeoutSeconds": 200, "StartAt": "Begin", "States": {
  "Begin": {"Type": "Pass", "Assign": {"n": [1, 2, 3], "none": null}, "Next": "Work"},
  "Work": {"Type": "Parallel", "Next": "Judge",
    "Retry": [{"ErrorEquals": ["Again"], "MaxAttempts": 1, "JitterStrategy": "FULL"}],
    "Catch": [{"ErrorEquals": ["Caught", "States.Timeout"], "Assign": {"error": "{% $states.errorOutput %}"}, "Next": "Pause"}],
    "Branches": [
      {"StartAt": "Each", "States": {"Each": {"Type": "Map", "Items": "{% $n %}", "MaxConcurrency": 2, "End": true,
        "ItemProcessor": {"StartAt": "Nap", "States": {
          "Nap": {"Type": "Wait", "Seconds": "{% $states.input %}", "Assign": {"item": "{% $states.input %}"}, "Next": "Do"},
          "Do": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"item": "{% $item %}", "id": "{% $uuid() %}"}, "TimeoutSeconds": 30, "HeartbeatSeconds": 7,
            "Retry": [{"ErrorEquals": ["Again", "States.Timeout"], "MaxAttempts": 2, "JitterStrategy": "FULL"}], "End": true}}}}}},
      {"StartAt": "Alone", "States": {"Alone": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {},
        "Catch": [{"ErrorEquals": ["Again"], "Next": "Gone"}], "End": true}, "Gone": {"Type": "Succeed", "Output": "{% $none %}"}}}]},
  "Judge": {"Type": "Choice", "Choices": [{"Condition": "{% $random() < 0.5 %}", "Next": "Pause"}], "Default": "End"},
  "Pause": {"Type": "Wait", "Seconds": 3, "Next": "Last"},
  "Last": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"now": "{% $now() %}"}, "Next": "End"},
  "End": {"Type": "Succeed"}}}`

// twin is one of two machines that receive the same reports. If reloads is set, its
// execution is encoded and decoded after every report.
type twin struct {
	clock   *asl.VirtualClock
	machine *asl.Machine
	x       *asl.Execution
	reloads bool
	history []asl.HistoryEvent
	last    asl.Effects
}

func newTwin(t *rapid.T, definition *asl.Definition, seed uint64, reloads bool) *twin {
	clock := asl.NewVirtualClock(time.Unix(1_700_000_000, 123_456_789))
	w := &twin{clock: clock, reloads: reloads, machine: asl.New(definition, clock, rand.New(rand.NewPCG(seed, seed)))}

	x, effects, err := w.machine.Start(options(`{"key": "a&b", "n": 1000000}`))
	w.x = x
	w.took(t, effects, err)

	return w
}

func (w *twin) took(t *rapid.T, effects asl.Effects, err error) {
	if err != nil {
		t.Fatal(err)
	}

	w.last = effects
	w.history = append(w.history, effects.Events...)

	if w.reloads {
		w.x = reload(t, w.x)
	}
}

// If an execution is encoded and decoded after every step, its history, its result and its
// pending work do not change.
func TestReload(t *testing.T) {
	definition, err := asl.Parse([]byte(everything))
	if err != nil {
		t.Fatal(err)
	}

	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		plain, reloaded := newTwin(t, definition, seed, false), newTwin(t, definition, seed, true)

		open := map[string]bool{} // The work that is pending according to the effects.

		for steps := 0; ; steps++ {
			if diff := cmp.Diff(plain.last, reloaded.last); diff != "" {
				t.Fatalf("effects differ: %s", diff)
			}

			account(open, plain.last)

			pending := reloaded.machine.Pending(reloaded.x)
			if diff := cmp.Diff(plain.machine.Pending(plain.x), pending); diff != "" {
				t.Fatalf("pending differs: %s", diff)
			}

			if diff := cmp.Diff(open, account(map[string]bool{}, pending)); diff != "" {
				t.Fatalf("effects do not add up to what is pending: %s", diff)
			}

			const enough = 500
			if steps > enough {
				t.Fatal("the execution does not end")
			}

			if plain.x.Outcome() != nil && !again(t, plain) {
				break
			}

			act := draw(t, plain.x.Outcome(), pending, open)
			for _, w := range []*twin{plain, reloaded} {
				effects, err := act(w)
				w.took(t, effects, err)
			}
		}

		if diff := cmp.Diff(plain.history, reloaded.history); diff != "" {
			t.Fatalf("histories differ: %s", diff)
		}

		for i, event := range plain.history {
			if event.ID != int64(i)+1 || event.PreviousEventID >= event.ID {
				t.Fatalf("event %d is %s", i+1, line(event))
			}
		}
	})
}

// again decides whether to redrive, up to two times.
func again(t *rapid.T, w *twin) bool {
	const most = 2

	return w.x.Redrivable() && w.x.RedriveCount() < most && rapid.Bool().Draw(t, "redrive")
}

// account adds effects to the pending work.
func account(open map[string]bool, effects asl.Effects) map[string]bool {
	for _, task := range effects.Tasks {
		open[task.ID] = true
	}

	for _, timer := range effects.Timers {
		open[timer.ID] = true
	}

	for _, id := range slices.Concat(effects.CancelledTasks, effects.CancelledTimers) {
		delete(open, id)
	}

	return open
}

// draw chooses the next report and removes it from open.
func draw(t *rapid.T, outcome *asl.Outcome, pending asl.Effects, open map[string]bool) func(*twin) (asl.Effects, error) {
	if outcome != nil {
		return func(w *twin) (asl.Effects, error) { return w.machine.Redrive(w.x) }
	}

	if rapid.IntRange(0, 60).Draw(t, "stop") == 0 {
		return func(w *twin) (asl.Effects, error) { return w.machine.Stop(w.x, asl.Failure{Error: "Stopped"}) }
	}

	if len(pending.Tasks) > 0 && rapid.IntRange(0, 3).Draw(t, "task or timer") > 0 {
		task := rapid.SampledFrom(pending.Tasks).Draw(t, "task")

		answer := rapid.SampledFrom([]string{"", "", "", "heartbeat", "Again", "Caught", "Boom"}).Draw(t, "answer")
		if answer != "heartbeat" {
			delete(open, task.ID)
		}

		return func(w *twin) (asl.Effects, error) {
			w.clock.Advance(time.Second)

			switch answer {
			case "":
				return w.machine.TaskSucceeded(w.x, task.ID, json.RawMessage(`{"Payload": {"z": null, "n": 1e3}}`))
			case "heartbeat":
				return w.machine.TaskHeartbeat(w.x, task.ID)
			default:
				return w.machine.TaskFailed(w.x, task.ID, asl.Failure{Error: answer, Cause: "why"})
			}
		}
	}

	timer := rapid.SampledFrom(pending.Timers).Draw(t, "timer")
	delete(open, timer.ID)

	return func(w *twin) (asl.Effects, error) {
		w.clock.Advance(max(0, timer.Due.Sub(w.clock.Now())))

		return w.machine.TimerFired(w.x, timer.ID)
	}
}
