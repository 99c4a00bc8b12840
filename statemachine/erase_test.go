package statemachine_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"triptych/emulator/stepfunctions/asl"
	"triptych/statemachine"
)

// deletion is the event that starts the erasure.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
const deletion = `{
  "version": "0", "id": "2ee9cc15-d022-99ea-1fb8-1b1bac4850f9", "detail-type": "Object Deleted", "source": "aws.s3",
  "account": "000000000000", "time": "2026-01-02T03:04:05Z", "region": "us-east-1", "resources": ["arn:aws:s3:::uploads"],
  "detail": {"version": "0", "bucket": {"name": "uploads"}, "object": {"key": "a b,%&<é>.jpg", "version-id": "m1", "sequencer": "0B"}, "reason": "DeleteObject", "deletion-type": "Delete Marker Created"}
}`

// pending is the name of the error after which a purge is retried (see package purge).
const pending = "PurgePending"

func erasure(tb testing.TB) *asl.Definition {
	tb.Helper()

	text, err := statemachine.Render(statemachine.Erase(), map[string]string{"erase_arn": "erase:live", "distribution_id": "E123"})
	if err != nil {
		tb.Fatal(err)
	}

	definition, err := asl.Parse([]byte(text))
	if err != nil {
		tb.Fatalf("parse:\n%v", err)
	}

	return definition
}

// eraser simulates the functions of the erasure. Each call of a state returns the next of
// the state's faults. When there are no more faults, the calls succeed. objects has the
// number of objects that a call of each state removes.
type eraser struct {
	t       testing.TB
	clock   *asl.VirtualClock
	objects map[string]int
	idle    bool // No upload is in progress.
	faults  map[string][]string
	calls   map[string][]call
}

type call struct {
	at        time.Duration // since the execution's start
	arguments map[string]any
}

func (e *eraser) run(_ context.Context, task asl.Task) (json.RawMessage, error) {
	if task.Resource != asl.LambdaInvoke {
		e.t.Errorf("%s calls %s", task.State, task.Resource)
	}

	var arguments map[string]any
	if err := json.Unmarshal(task.Arguments, &arguments); err != nil {
		e.t.Fatal(err)
	}

	e.calls[task.State] = append(e.calls[task.State], call{e.clock.Now().Sub(time.Unix(0, 0)), arguments})

	if answers := e.faults[task.State]; len(answers) > 0 {
		e.faults[task.State] = answers[1:]

		switch answers[0] {
		case well:
		case slow:
			e.clock.Advance(11 * 24 * time.Hour)
		case late:
			e.clock.Advance(task.Timeout + time.Second)
		default:
			return nil, &asl.TaskError{Name: answers[0], Cause: "why"}
		}
	}

	if strings.HasPrefix(task.State, "Purge") {
		return json.RawMessage(`{"Payload": {"purged": 3, "paths": 1}, "StatusCode": 200}`), nil
	}

	given, _ := arguments["Payload"].(map[string]any)
	purge := ""

	if e.objects[task.State] > 0 || given["begunBefore"] == true {
		purge = "@purge." + task.State
	}

	payload, err := json.Marshal(map[string]any{"key": "a b.jpg", "purge": purge, "versions": 1, "objects": e.objects[task.State], "inFlight": !e.idle})
	if err != nil {
		e.t.Fatal(err)
	}

	return json.RawMessage(`{"Payload": ` + string(payload) + `, "StatusCode": 200}`), nil
}

func (e *eraser) erase(tb testing.TB) *asl.Result {
	tb.Helper()

	e.t, e.clock, e.calls = tb, asl.NewVirtualClock(time.Unix(0, 0)), map[string][]call{}
	runner := &asl.Runner{Definition: erasure(tb), Tasks: e.run, Clock: e.clock}

	result, err := runner.Run(tb.Context(), asl.StartOptions{ExecutionARN: executionARN, ExecutionName: "one", Input: json.RawMessage(deletion)})
	if err != nil {
		tb.Fatal(err)
	}

	return result
}

func TestErase_paths(t *testing.T) {
	const (
		short = "Erase CouldBeCached AwaitThePipeline Sweep CouldStillBeCached Erased"
		usual = "Erase CouldBeCached Purge CouldBeInFlight AwaitThePipeline Sweep CouldStillBeCached Erased"
		long  = "Erase CouldBeCached Purge CouldBeInFlight AwaitThePipeline Sweep CouldStillBeCached PurgeAgain Erased"
	)

	tests := map[string]struct {
		eraser eraser
		path   string
		status asl.Status
		error  string
	}{
		"no object exists and no upload is in progress": {eraser: eraser{idle: true}, path: "Erase CouldBeCached Erased", status: asl.StatusSucceeded},
		"objects exist and no upload is in progress": {
			eraser: eraser{idle: true, objects: map[string]int{"Erase": 4}}, path: "Erase CouldBeCached Purge CouldBeInFlight Erased", status: asl.StatusSucceeded,
		},
		"the first call crashes and no upload is in progress": {
			eraser: eraser{idle: true, faults: map[string][]string{"Erase": {"Lambda.Unknown"}}}, path: usual, status: asl.StatusSucceeded,
		},
		"no object existed":                      {path: short, status: asl.StatusSucceeded},
		"variants existed":                       {eraser: eraser{objects: map[string]int{"Erase": 4}}, path: usual, status: asl.StatusSucceeded},
		"an upload in progress leaves an object": {eraser: eraser{objects: map[string]int{"Erase": 4, "Sweep": 1}}, path: long, status: asl.StatusSucceeded},
		"only the sweep finds an object":         {eraser: eraser{objects: map[string]int{"Sweep": 1}}, path: strings.Replace(long, " Purge CouldBeInFlight ", " ", 1), status: asl.StatusSucceeded},
		"the first call crashes":                 {eraser: eraser{faults: map[string][]string{"Erase": {"Lambda.Unknown"}}}, path: usual, status: asl.StatusSucceeded},
		"the sweep crashes": {
			eraser: eraser{objects: map[string]int{"Erase": 1}, faults: map[string][]string{"Sweep": {"Runtime.ExitError"}}},
			path:   long, status: asl.StatusSucceeded,
		},
		"every call is throttled": {
			eraser: eraser{objects: map[string]int{"Erase": 4, "Sweep": 1}, faults: map[string][]string{
				"Erase": {"Transient", "Lambda.TooManyRequestsException"}, "Sweep": {"Sandbox.Timedout", "Transient"},
				"Purge": {pending, "Transient", pending}, "PurgeAgain": {pending},
			}},
			path: long, status: asl.StatusSucceeded,
		},
		"the eraser has a bug":              {eraser: eraser{faults: map[string][]string{"Erase": {"wrapError"}}}, path: "Erase", status: asl.StatusFailed, error: "wrapError"},
		"the sweep fails after all retries": {eraser: eraser{faults: map[string][]string{"Sweep": repeat("Transient", 9)}}, path: "Erase CouldBeCached AwaitThePipeline Sweep", status: asl.StatusFailed, error: "Transient"},
		"the CDN rejects the purge":         {eraser: eraser{objects: map[string]int{"Erase": 1}, faults: map[string][]string{"Purge": repeat("wrapError", 1)}}, path: "Erase CouldBeCached Purge", status: asl.StatusFailed, error: "wrapError"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			result := test.eraser.erase(t)

			if got := strings.Join(result.Path(), " "); got != test.path {
				t.Errorf("path %s, want %s", got, test.path)
			}

			if result.Outcome.Status != test.status || result.Outcome.Error != test.error {
				t.Errorf("%s %s, want %s %s", result.Outcome.Status, result.Outcome.Error, test.status, test.error)
			}
		})
	}
}

// The event provides all arguments of the erasure. Each purge uses the key and the id
// that its erasure returned.
func TestErase_payloads(t *testing.T) {
	e := &eraser{objects: map[string]int{"Erase": 4, "Sweep": 1}}
	e.erase(t)

	var event struct {
		Detail map[string]any `json:"detail"`
	}
	if err := json.Unmarshal([]byte(deletion), &event); err != nil {
		t.Fatal(err)
	}

	erase := func(sweep bool) map[string]any {
		payload := map[string]any{"event": event.Detail, "execution": executionARN, "begunBefore": false}
		if sweep {
			payload["sweep"] = true
		}

		return map[string]any{"FunctionName": "erase:live", "Payload": payload}
	}
	purge := func(id string) map[string]any {
		return map[string]any{"FunctionName": "erase:live", "Payload": map[string]any{
			"purge": map[string]any{"key": "a b.jpg", "id": id, "distribution": "E123"}, "execution": executionARN,
		}}
	}

	for state, want := range map[string]map[string]any{
		"Erase": erase(false), "Sweep": erase(true), "Purge": purge("@purge.Erase"), "PurgeAgain": purge("@purge.Sweep"),
	} {
		if calls := e.calls[state]; len(calls) != 1 || cmp.Diff(want, calls[0].arguments) != "" {
			t.Errorf("%s was called with %v, want once %v", state, calls, want)
		}
	}
}

// The input of a retry after a crash says that it is a retry, because the crashed attempt
// may have removed objects.
func TestErase_retryPayload(t *testing.T) {
	e := &eraser{faults: map[string][]string{"Erase": {"Lambda.Unknown"}, "Sweep": {"Runtime.ExitError"}}}
	e.erase(t)

	for _, state := range []string{"Erase", "Sweep"} {
		var told []any
		for _, call := range e.calls[state] {
			told = append(told, call.arguments["Payload"].(map[string]any)["begunBefore"])
		}

		if diff := cmp.Diff([]any{false, true}, told); diff != "" {
			t.Errorf("%s: %s", state, diff)
		}
	}
}

// CloudFront processes at most 15 wildcards at a time, and each takes minutes. A purge is
// therefore retried for days before its execution fails. Even if the first purge uses all
// its retries, the execution has time for the sweep and its purge.
func TestErase_purgeWaitsForDays(t *testing.T) {
	e := &eraser{
		objects: map[string]int{"Erase": 1, "Sweep": 1},
		faults:  map[string][]string{"Purge": repeat(pending, 1000), "PurgeAgain": repeat(pending, 1000)},
	}

	if result := e.erase(t); result.Outcome.Status != asl.StatusSucceeded {
		t.Fatalf("%s %s", result.Outcome.Status, result.Outcome.Error)
	}

	calls := e.calls["Purge"]
	if waited := calls[len(calls)-1].at; len(calls) != 1001 || waited < 3*24*time.Hour {
		t.Errorf("%d calls in %v", len(calls), waited)
	}

	e = &eraser{objects: map[string]int{"Erase": 1}, faults: map[string][]string{"Purge": repeat(pending, 1001)}}
	if result := e.erase(t); result.Outcome.Error != pending {
		t.Errorf("the purge does not end: %s %s", result.Outcome.Status, result.Outcome.Error)
	}
}

// When the sweep runs, no upload that began before the tombstone may be in progress.
// Therefore the erasure waits longer than the timeout of the pipeline before it sweeps.
func TestErase_sweepAfterPipeline(t *testing.T) {
	var machine struct {
		TimeoutSeconds int `json:"TimeoutSeconds"`
	}
	if err := json.Unmarshal([]byte(statemachine.Pipeline()), &machine); err != nil {
		t.Fatal(err)
	}

	e := &eraser{}
	e.erase(t)

	longest := time.Duration(machine.TimeoutSeconds) * time.Second
	if swept := e.calls["Sweep"][0].at; longest == 0 || swept <= longest {
		t.Errorf("swept after %v; the pipeline may run for %v", swept, longest)
	}
}

// A redriven erasure purges the CDN, even if its last run removed no objects.
func TestErase_redrive(t *testing.T) {
	e := &eraser{faults: map[string][]string{"Erase": {"wrapError"}}}
	result := e.erase(t)
	machine := asl.New(erasure(t), e.clock, nil)

	effects, err := machine.Redrive(result.Execution)
	if err != nil {
		t.Fatal(err)
	}

	output, failure := e.run(t.Context(), effects.Tasks[0])
	if failure != nil {
		t.Fatal(failure)
	}

	if effects, err = machine.TaskSucceeded(result.Execution, effects.Tasks[0].ID, output); err != nil {
		t.Fatal(err)
	}

	if len(effects.Tasks) != 1 || effects.Tasks[0].State != "Purge" {
		t.Errorf("the redrive continues with %+v", effects.Tasks)
	}
}
