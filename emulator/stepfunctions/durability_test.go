package stepfunctions_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"triptych/emulator/awsapi"
	"triptych/emulator/eventbridge"
	"triptych/emulator/lambda"
	"triptych/emulator/stepfunctions"
	"triptych/emulator/stepfunctions/asl"
)

// durableMachine uses everything that the death of a process could lose: retries, waits,
// iterations, branches, variables, a timeout, and a failure that is redriven. The
// function's result depends only on its payload, and nothing runs concurrently. So there is
// exactly one correct history.
const durableMachine = `{
	"QueryLanguage": "JSONata", "StartAt": "Flaky", "TimeoutSeconds": 10000,
	"States": {
		"Flaky": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 50,
			"Arguments": {"FunctionName": "f", "Payload": {"state": "Flaky", "fail": "{% $states.context.State.RetryCount < 2 %}"}},
			"Retry": [{"ErrorEquals": ["Again"], "IntervalSeconds": 10, "BackoffRate": 3, "MaxAttempts": 2}],
			"Assign": {"items": ["{% 'a' %}", "b", "c"]}, "Next": "Pause"},
		"Pause": {"Type": "Wait", "Seconds": 600, "Next": "Each"},
		"Each": {"Type": "Map", "Items": "{% $items %}", "MaxConcurrency": 1, "ItemProcessor": {"StartAt": "Item", "States": {
			"Item": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
				"Arguments": {"FunctionName": "f", "Payload": {"state": "Item", "item": "{% $states.input %}", "fail": "{% $states.input = 'b' and $states.context.State.RetryCount < 1 %}"}},
				"Retry": [{"ErrorEquals": ["Again"], "IntervalSeconds": 7}], "Output": "{% $states.result.Payload.item %}", "End": true}}}, "Next": "Both"},
		"Both": {"Type": "Parallel", "Branches": [
			{"StartAt": "Left", "States": {"Left": {"Type": "Wait", "Seconds": 5, "Assign": {"side": "left"}, "Next": "LeftTask"},
				"LeftTask": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "f", "Payload": {"state": "{% $side %}", "fail": false}}, "Output": "{% $side %}", "End": true}}},
			{"StartAt": "Right", "States": {"Right": {"Type": "Wait", "Seconds": 20, "Output": "right", "End": true}}}],
			"Assign": {"sides": "{% $states.result %}"}, "Next": "Last"},
		"Last": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
			"Arguments": {"FunctionName": "f", "Payload": {"state": "Last", "fail": "{% $states.context.Execution.RedriveCount < 1 %}"}},
			"Output": {"items": "{% $items %}", "sides": "{% $sides %}"}, "End": true}
	}
}`

// dyingService is a Step Functions service whose process dies and is started again.
type dyingService struct {
	t          *testing.T
	path       string
	definition string
	// dies decides, for each commit of a process, whether the process dies in it: before
	// the commit is stored, after it, or not at all.
	dies func(commit int) death

	db      *bbolt.DB
	service *stepfunctions.Service

	mu       sync.Mutex
	dead     bool
	commits  int // The number of commits of the current process.
	deaths   int
	statuses []string
}

type death int

const (
	survives death = iota
	diesBefore
	diesAfter
)

var errDead = errors.New("the process is dead")

// live starts a process with the data of the previous one.
func (m *dyingService) live() {
	m.t.Helper()

	db, err := bbolt.Open(m.path, 0o600, &bbolt.Options{NoSync: true, NoFreelistSync: true, Timeout: time.Second})
	if err != nil {
		m.t.Fatal(err)
	}

	m.mu.Lock()
	m.db, m.dead, m.commits = db, false, 0
	m.mu.Unlock()

	m.service, err = stepfunctions.New(stepfunctions.Config{
		DB: db, Region: "us-east-1", Account: "000000000000", Lambda: invoker(m.invoke), Emit: m.emit,
		Machines: []stepfunctions.Machine{{Name: "triptych-pipeline", Definition: []byte(m.definition)}},
		Readers:  map[string]stepfunctions.Reader{asl.ListObjects: list},
	})
	if err != nil {
		m.t.Fatal(err)
	}

	m.service.InterceptUpdates(m.commit)

	if err := m.service.Resume(); err != nil && !m.isDead() {
		m.t.Fatal(err)
	}
}

func (m *dyingService) isDead() bool {
	m.mu.Lock()
	defer m.mu.Unlock()

	return m.dead
}

// runs reports whether the newest emitted status change is to RUNNING.
func (m *dyingService) runs() bool {
	m.mu.Lock()
	defer m.mu.Unlock()

	return len(m.statuses) > 0 && m.statuses[len(m.statuses)-1] == "RUNNING"
}

// die ends the process. Later actions of the process have no effect.
func (m *dyingService) die() {
	m.t.Helper()

	m.deaths++

	_ = m.service.Close() // Close stops its goroutines. None of its commits is stored.

	if err := m.db.Close(); err != nil {
		m.t.Fatal(err)
	}
}

func (m *dyingService) commit(update func() error) error {
	m.mu.Lock()
	defer m.mu.Unlock()

	if m.dead {
		return errDead
	}

	m.commits++

	fate := m.dies(m.commits)
	m.dead = fate != survives

	if fate == diesBefore {
		return errDead
	}

	if err := update(); err != nil {
		return err
	}

	if fate == diesAfter {
		return errDead
	}

	return nil
}

func (m *dyingService) emit(_ context.Context, event eventbridge.Event) error {
	m.mu.Lock()
	defer m.mu.Unlock()

	if m.dead {
		return errDead
	}

	var detail struct{ Status string }
	if err := json.Unmarshal(event.Detail, &detail); err != nil {
		return err
	}

	m.statuses = append(m.statuses, detail.Status)

	return nil
}

// invoke is the function. The call must have been stored before it is made.
func (m *dyingService) invoke(_ context.Context, _ string, payload []byte) (lambda.Result, error) {
	var task struct{ Fail bool }
	if err := json.Unmarshal(payload, &task); err != nil {
		return lambda.Result{}, err
	}

	written := false

	err := m.db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("states.history")).ForEach(func(_, stored []byte) error {
			text, err := m.service.Expand(stored)
			if err != nil {
				return err
			}

			var event struct {
				TaskScheduledEventDetails *struct{ Parameters string }
			}
			if err := json.Unmarshal(text, &event); err != nil {
				return err
			}

			if scheduled := event.TaskScheduledEventDetails; scheduled != nil {
				var parameters struct{ Payload json.RawMessage }
				if err := json.Unmarshal([]byte(scheduled.Parameters), &parameters); err != nil {
					return err
				}

				written = written || string(parameters.Payload) == string(payload)
			}

			return nil
		})
	})
	if err != nil || !written {
		m.t.Errorf("a task was started that is not stored: %s, %v", payload, err)
	}

	if task.Fail {
		return lambda.Result{FunctionError: "Unhandled", Payload: []byte(`{"errorType":"Again"}`)}, nil
	}

	return lambda.Result{Payload: payload, ExecutedVersion: "1"}, nil
}

// until starts processes until accomplish succeeds in a process that did not die meanwhile.
func (m *dyingService) until(accomplish func() bool) {
	m.t.Helper()

	for range 1000 {
		synctest.Wait()

		done := !m.isDead() && accomplish()

		synctest.Wait()

		if !m.isDead() && done {
			return
		}

		if m.isDead() {
			m.die()
			m.live()
		}
	}

	m.t.Fatal("the execution does not end")
}

// refused reports whether an error is neither the death of the process nor one of the
// codes.
func (m *dyingService) refused(err error, codes ...string) bool {
	failure, isRefusal := errors.AsType[*awsapi.Error](err)

	return err != nil && !m.isDead() && (!isRefusal || !slices.Contains(codes, failure.Code))
}

// outcome is all data of the execution that a client can read.
type outcome struct {
	Events   []string
	Result   described
	Statuses []string
	MapRuns  []string // Their item counts, and the statuses of their child executions.
}

// runScenario starts the execution, waits for its failure, redrives it, waits for its end and
// returns the outcome.
func (m *dyingService) runScenario() outcome {
	m.t.Helper()
	m.live()

	const arn = executionARN + "one"

	m.until(func() bool {
		_, _, err := m.service.Start(m.t.Context(), machineARN, "one", json.RawMessage(`{}`))
		if m.refused(err, "ExecutionAlreadyExists") {
			m.t.Fatal(err)
		}

		return !m.isDead()
	})

	ended := func(redrives int) func() bool {
		return func() bool {
			if m.runs() { // A call of the service every second would take most of the test's time.
				time.Sleep(time.Second)

				return false
			}

			var got struct {
				Status       string
				RedriveCount int
			}

			ask(m.t, m.service, "DescribeExecution", map[string]any{"executionArn": arn}, &got)

			if got.Status == "RUNNING" || got.RedriveCount < redrives {
				time.Sleep(time.Second)

				return false
			}

			return true
		}
	}
	m.until(ended(0))

	time.Sleep(time.Until(time.Date(2000, 1, 2, 0, 0, 0, 0, time.UTC))) // One day after the start, regardless of the deaths.

	m.until(func() bool {
		_, err := m.service.API().Operations["RedriveExecution"](m.t.Context(), []byte(`{"executionArn":"`+arn+`", "clientToken": "once"}`))
		if m.refused(err) {
			m.t.Fatal(err)
		}

		return !m.isDead()
	})
	m.until(ended(1))

	out := outcome{Result: describe(m.t, m.service, arn), Statuses: slices.Compact(slices.Clone(m.statuses))}

	var found struct {
		Events []struct {
			ID, PreviousEventID      int64
			Type                     string
			Timestamp                float64
			StateEnteredEventDetails *struct{ Name string }
		}
	}

	ask(m.t, m.service, "GetExecutionHistory", map[string]any{"executionArn": arn, "maxResults": 1000}, &found)

	for _, event := range found.Events {
		line := fmt.Sprintf("%d<%d %.3f %s", event.ID, event.PreviousEventID, event.Timestamp, event.Type)
		if event.StateEnteredEventDetails != nil {
			line += " " + event.StateEnteredEventDetails.Name
		}

		out.Events = append(out.Events, line)
	}

	out.MapRuns = mapRuns(m.t, m.service, arn)

	if err := m.service.Close(); err != nil {
		m.t.Error(err)
	}

	if err := m.db.Close(); err != nil {
		m.t.Error(err)
	}

	return out
}

// runWithDeaths runs the whole scenario in virtual time. It returns the outcome, the number of
// commits of the last process, and the number of deaths.
func runWithDeaths(t *testing.T, definition string, dies func(commit int) death) (out outcome, commits, deaths int) {
	t.Helper()

	path := filepath.Join(t.TempDir(), "state.db")

	synctest.Test(t, func(t *testing.T) {
		m := &dyingService{t: t, path: path, definition: definition, dies: dies}
		out = m.runScenario()
		commits, deaths = m.commits, m.deaths
	})

	return out, commits, deaths
}

// TestService_deathChangesNothing kills the process in every one of its commits, before and
// after the commit is stored, and hundreds of times at random. The client's result must be
// the same as without a death, to the millisecond.
func TestService_deathChangesNothing(t *testing.T) {
	t.Parallel()

	const seeds = 40

	want := killEverywhere(t, durableMachine, seeds)

	if want.Result.Status != "SUCCEEDED" || want.Result.Output != `{"items":["a","b","c"],"sides":["left","right"]}` || len(want.Events) < 60 {
		t.Fatalf("without a death: %+v", want)
	}
}

// killEverywhere kills the process in each of its commits, and at random. It compares each
// outcome with the outcome without a death, and returns the latter.
func killEverywhere(t *testing.T, definition string, seeds uint64) outcome {
	t.Helper()

	want, commits, _ := runWithDeaths(t, definition, func(int) death { return survives })

	check := func(t *testing.T, name string, dies func(int) death) int {
		t.Helper()

		got, _, deaths := runWithDeaths(t, definition, dies)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: after %d deaths (-without +with):\n%s", name, deaths, diff)
		}

		return deaths
	}

	total := 0

	for at := 1; at <= commits; at++ {
		for _, how := range []death{diesBefore, diesAfter} {
			once := false

			total += check(t, fmt.Sprintf("death %d in commit %d", how, at), func(commit int) death {
				if once || commit != at {
					return survives
				}

				once = true

				return how
			})
		}
	}

	for seed := range seeds {
		random := rand.New(rand.NewPCG(seed, seed))

		total += check(t, fmt.Sprintf("seed %d", seed), func(int) death {
			const oneIn = 4
			if random.IntN(oneIn) != 0 {
				return survives
			}

			return diesBefore + death(random.IntN(2))
		})
	}

	t.Logf("%d commits, %d deaths, %s", commits, total, strings.Join(want.Statuses, " "))

	if total < 2*commits {
		t.Errorf("only %d deaths", total)
	}

	return want
}
