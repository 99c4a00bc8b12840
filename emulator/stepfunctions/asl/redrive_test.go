package asl_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"triptych/emulator/stepfunctions/asl"
)

// session runs an execution step by step.
type session struct {
	t       *testing.T
	machine *asl.Machine
	x       *asl.Execution
	history []asl.HistoryEvent
	tasks   []asl.Task
	timers  []asl.Timer
}

func begin(t *testing.T, definition *asl.Definition, input string) *session {
	t.Helper()

	s := &session{t: t, machine: asl.New(definition, asl.NewVirtualClock(time.Unix(0, 0)), half{})}

	x, effects, err := s.machine.Start(options(input))
	s.x = x
	s.took(effects, err)

	return s
}

// took records the effects and reloads the execution from its JSON.
func (s *session) took(effects asl.Effects, err error) {
	s.t.Helper()

	if err != nil {
		s.t.Fatal(err)
	}

	s.history = append(s.history, effects.Events...)
	s.x = reload(s.t, s.x)

	pending := s.machine.Pending(s.x)
	s.tasks, s.timers = pending.Tasks, pending.Timers
}

func reload(t interface {
	Helper()
	Fatal(args ...any)
}, x *asl.Execution,
) *asl.Execution {
	t.Helper()

	text, err := json.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}

	again := &asl.Execution{}
	if err := json.Unmarshal(text, again); err != nil {
		t.Fatal(err)
	}

	return again
}

func (s *session) succeed(state string) {
	s.t.Helper()
	s.took(s.machine.TaskSucceeded(s.x, s.find(state), json.RawMessage(`"`+state+`"`)))
}

func (s *session) fail(state, name string) {
	s.t.Helper()
	s.took(s.machine.TaskFailed(s.x, s.find(state), asl.Failure{Error: name, Cause: "why"}))
}

func (s *session) find(state string) string {
	s.t.Helper()

	for _, task := range s.tasks {
		if task.State == state {
			return task.ID
		}
	}

	s.t.Fatalf("no task %s among %v", state, s.tasks)

	return ""
}

func (s *session) redrive() {
	s.t.Helper()
	s.took(s.machine.Redrive(s.x))
}

func (s *session) waitsFor() string {
	names := make([]string, len(s.tasks))
	for i, task := range s.tasks {
		names[i] = task.State
	}

	return strings.Join(names, " ")
}

func plainTask(name, next string) string {
	return `"` + name + `": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {}, ` + next + `}`
}

func TestRedrive_task(t *testing.T) {
	s := begin(t, machine(t, "A", plainTask("A", `"Next": "B"`)+","+
		plainTask("B", `"Retry": [{"ErrorEquals": ["Boom"], "MaxAttempts": 1}], "End": true`)), `{}`)

	s.succeed("A")
	s.fail("B", "Boom")
	s.took(s.machine.TimerFired(s.x, s.timers[0].ID))
	s.fail("B", "Boom")

	if s.x.Status() != asl.StatusFailed || !s.x.Redrivable() {
		t.Fatalf("%s", s.x.Status())
	}

	events := len(s.history)
	s.redrive()

	if s.x.Outcome() != nil || s.x.RedriveCount() != 1 || s.waitsFor() != "B" || s.tasks[0].Attempt != 0 {
		t.Fatalf("%v %d %s %d", s.x.Outcome(), s.x.RedriveCount(), s.waitsFor(), s.tasks[0].Attempt)
	}

	s.fail("B", "Boom") // The retry counts start again.
	s.took(s.machine.TimerFired(s.x, s.timers[0].ID))
	s.succeed("B")

	wantOutcome(t, *s.x.Outcome(), succeeded(`"B"`))

	want := `15<14 ExecutionRedriven
16<15 TaskScheduled
17<16 TaskStarted
18<17 TaskFailed Boom
19<18 TaskScheduled
20<19 TaskStarted
21<20 TaskSucceeded
22<21 TaskStateExited B
23<22 ExecutionSucceeded`
	if diff := cmp.Diff(want, lines(s.history[events:])); diff != "" {
		t.Error(diff)
	}

	if _, err := s.machine.Redrive(s.x); !errors.Is(err, asl.ErrNotRedrivable) {
		t.Errorf("a successful execution was redriven: %v", err)
	}
}

func TestRedrive_map(t *testing.T) {
	s := begin(t, machine(t, "M", `"M": {"Type": "Map", "Items": [0, 1, 2, 3], "MaxConcurrency": 3, "ItemProcessor": {"StartAt": "I", "States": {
		"I": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {}, "Output": "{% $states.input & $states.result %}", "End": true}}}, "End": true}`), `{}`)

	s.succeed("I")      // Item 0; item 3 starts.
	s.fail("I", "Boom") // Item 1; items 2 and 3 are aborted.

	if s.x.Status() != asl.StatusFailed || len(s.tasks) != 0 {
		t.Fatalf("%s %v", s.x.Status(), s.tasks)
	}

	s.redrive()

	if s.waitsFor() != "I I I" {
		t.Fatalf("redriven: %s", s.waitsFor())
	}

	for range 3 {
		s.succeed("I")
	}

	wantOutcome(t, *s.x.Outcome(), succeeded(`["0I", "1I", "2I", "3I"]`))
}

func TestRedrive_otherStates(t *testing.T) {
	tests := map[string]struct {
		states string
		stop   bool
		want   asl.Status
		path   string // The path of the whole history.
	}{
		"Fail fails again":            {`"A": {"Type": "Fail", "Error": "E"}`, false, asl.StatusFailed, "A A"},
		"Pass is entered again":       {`"A": {"Type": "Pass", "Output": "{% $nothing %}", "End": true}`, false, asl.StatusFailed, "A A"},
		"Wait waits on after a stop":  {`"A": {"Type": "Wait", "Seconds": 5, "End": true}`, true, asl.StatusRunning, "A"},
		"Parallel, one branch failed": {`"A": {"Type": "Parallel", "Branches": [{"StartAt": "L", "States": {"L": {"Type": "Pass", "End": true}}}, {"StartAt": "R", "States": {"R": {"Type": "Fail"}}}], "End": true}`, false, asl.StatusFailed, "A L R R"},
		"a Parallel's own Output":     {`"A": {"Type": "Parallel", "Branches": [{"StartAt": "L", "States": {"L": {"Type": "Pass", "End": true}}}], "Output": "{% $nothing %}", "End": true}`, false, asl.StatusFailed, "A L"},
		"a Map that could not begin":  {`"A": {"Type": "Map", "Items": "{% $nothing %}", "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}}, "End": true}`, false, asl.StatusFailed, "A"},
		"a branch on its way to a state": {`"A": {"Type": "Parallel", "Branches": [{"StartAt": "L", "States": {"L": {"Type": "Pass", "Next": "L2"}, "L2": {"Type": "Wait", "Seconds": 1, "End": true}}},
			{"StartAt": "R", "States": {"R": {"Type": "Fail"}}}], "End": true}`, false, asl.StatusFailed, "A L R L2 R"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := begin(t, machine(t, "A", test.states), `{}`)
			if test.stop {
				s.took(s.machine.Stop(s.x, asl.Failure{}))
			}

			s.redrive()

			if got := s.x.Status(); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}

			path := strings.Join((&asl.Result{History: s.history}).Path(), " ")
			if path != test.path {
				t.Errorf("path %s, want %s", path, test.path)
			}
		})
	}
}
