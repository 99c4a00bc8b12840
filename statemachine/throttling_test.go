package statemachine_test

import (
	"container/heap"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"triptych/emulator/stepfunctions/asl"
)

// burst simulates many uploads in virtual time, in an account with a low concurrency of
// Lambda. It executes the shipped definition of the pipeline. Its Lambda rejects an
// invocation while other invocations use all of the concurrency.
type burst struct {
	t           *testing.T
	clock       *asl.VirtualClock
	machine     *asl.Machine
	functions   *functions
	concurrency int
	running     int
	due         moments
	sequence    int

	refused int
	history []int // the number of events of each execution
	ended   map[asl.Status]int
}

// moment is a simulated event and its time.
type moment struct {
	at       time.Time
	sequence int
	happens  func()
}

type moments []moment

func (m moments) Len() int { return len(m) }
func (m moments) Less(i, j int) bool {
	if !m[i].at.Equal(m[j].at) {
		return m[i].at.Before(m[j].at)
	}

	return m[i].sequence < m[j].sequence
}
func (m moments) Swap(i, j int) { m[i], m[j] = m[j], m[i] }
func (m *moments) Push(x any)   { *m = append(*m, x.(moment)) }
func (m *moments) Pop() any {
	last := (*m)[len(*m)-1]
	*m = (*m)[:len(*m)-1]

	return last
}

func (b *burst) after(delay time.Duration, happens func()) {
	b.sequence++
	heap.Push(&b.due, moment{b.clock.Now().Add(delay), b.sequence, happens})
}

// lasts is the duration of each function for one photo. The values are high estimates, for
// functions of 512 MB.
var lasts = map[string]time.Duration{
	"Validate": 150 * time.Millisecond, "Sanitize": 300 * time.Millisecond, "MakeVariant": 400 * time.Millisecond, "Record": 250 * time.Millisecond,
}

// act applies the effects of one step of an execution: it schedules the timers and invokes
// the tasks.
func (b *burst) act(number int, x *asl.Execution, effects asl.Effects, err error) {
	if errors.Is(err, asl.ErrNotPending) {
		return // A task ended before its timeout.
	}

	if err != nil {
		b.t.Fatal(err)
	}

	b.history[number] += len(effects.Events)

	if effects.Outcome != nil {
		b.ended[effects.Outcome.Status]++

		return
	}

	for _, timer := range effects.Timers {
		b.after(timer.Due.Sub(b.clock.Now()), func() {
			effects, err := b.machine.TimerFired(x, timer.ID)
			b.act(number, x, effects, err)
		})
	}

	for _, task := range effects.Tasks {
		b.invoke(number, x, task)
	}
}

func (b *burst) invoke(number int, x *asl.Execution, task asl.Task) {
	if b.running == b.concurrency {
		b.refused++
		b.after(50*time.Millisecond, func() {
			effects, err := b.machine.TaskFailed(x, task.ID, asl.Failure{Error: "Lambda.TooManyRequestsException", Cause: "Rate Exceeded."})
			b.act(number, x, effects, err)
		})

		return
	}

	b.running++

	b.after(lasts[task.State], func() {
		b.running--

		output, err := b.functions.run(b.t.Context(), task)
		if err != nil {
			b.t.Fatal(err)
		}

		clear(b.functions.payloads)

		effects, err := b.machine.TaskSucceeded(x, task.ID, output)
		b.act(number, x, effects, err)
	})
}

// run starts the uploads within a minute and returns the time until the last one ends.
func (b *burst) run(uploads int) time.Duration {
	b.history = make([]int, uploads)
	began := b.clock.Now()

	for number := range uploads {
		b.after(time.Minute*time.Duration(number)/time.Duration(uploads), func() {
			x, effects, err := b.machine.Start(asl.StartOptions{
				ExecutionARN: executionARN, ExecutionName: fmt.Sprint(number), Input: json.RawMessage(event),
			})
			b.act(number, x, effects, err)
		})
	}

	last := began

	for b.due.Len() > 0 {
		next, _ := heap.Pop(&b.due).(moment)
		b.clock.Advance(next.at.Sub(b.clock.Now()))

		before := len(b.ended)
		ended := b.ended[asl.StatusSucceeded]

		next.happens()

		if b.ended[asl.StatusSucceeded] != ended || len(b.ended) != before {
			last = b.clock.Now()
		}
	}

	return last.Sub(began)
}

// TestThrottling_burst checks that the executions of a burst of uploads wait and do not
// fail, in a new account. Lambda runs ten functions of such an account concurrently.
func TestThrottling_burst(t *testing.T) {
	t.Parallel()

	const (
		concurrency = 10
		maxEvents   = 25_000 // in a history: Step Functions' quota
	)

	for _, uploads := range []int{300, 3000} {
		t.Run(fmt.Sprint(uploads), func(t *testing.T) {
			t.Parallel()

			clock := asl.NewVirtualClock(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
			b := &burst{
				t: t, clock: clock, machine: asl.New(pipeline(t), clock, rand.New(rand.NewPCG(1, 2))), concurrency: concurrency,
				functions: &functions{t: t, clock: clock, variants: []string{"thumbnail", "medium", "large"}, payloads: map[string][]map[string]any{}},
				ended:     map[asl.Status]int{},
			}

			took := b.run(uploads)
			longest := slices.Max(b.history)

			t.Logf("%d uploads at concurrency %d: %v, the last after %v; %.1f rejected invocations each, at most %d events in a history",
				uploads, concurrency, b.ended, took.Round(time.Second), float64(b.refused)/float64(uploads), longest)

			if b.ended[asl.StatusSucceeded] != uploads {
				t.Errorf("%v, want %d succeeded", b.ended, uploads)
			}

			if longest > maxEvents/4 {
				t.Errorf("a history has %d events, the limit is %d", longest, maxEvents)
			}
		})
	}
}

// TestThrottling_longestHistory checks that each step retries for hours, and that the
// longest history stays below the quota of Step Functions. The longest history has 32
// variants, and each is throttled as often as its retrier allows.
func TestThrottling_longestHistory(t *testing.T) {
	t.Parallel()

	const most = 160

	f := &functions{variants: numbered(32), faults: map[string][]string{
		"Validate": repeat("Lambda.TooManyRequestsException", most), "Sanitize": repeat("Lambda.TooManyRequestsException", most),
		"MakeVariant": repeat("Lambda.TooManyRequestsException", 32*most), "Record": repeat("Lambda.TooManyRequestsException", most),
	}}
	began := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	result := runPipeline(t, f)

	t.Logf("%s after %v, %d events", result.Outcome.Status, f.clock.Now().Sub(began).Round(time.Minute), len(result.History))

	if result.Outcome.Error == "States.Runtime" || len(result.History) > 25_000 {
		t.Errorf("%s %s with %d events", result.Outcome.Status, result.Outcome.Error, len(result.History))
	}

	if waited := f.clock.Now().Sub(began); waited < 12*time.Hour {
		t.Errorf("the execution waited only %v", waited)
	}
}
