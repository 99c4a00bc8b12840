package statemachine_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"triptych/emulator/stepfunctions/asl"
	"triptych/shared/errorcode"
	"triptych/statemachine"
)

func TestPipeline_paths(t *testing.T) {
	const (
		ready    = `{"status":"READY"}`
		rejected = `{"status":"REJECTED"}`
		variants = " MakeVariant MakeVariant MakeVariant"
	)

	rejection := func(name string) string {
		return fmt.Sprintf(`{"Error":"%s","Cause":"{\"errorMessage\":\"why\",\"errorType\":\"%s\"}"}`, name, name)
	}

	tests := map[string]struct {
		functions functions
		path      string
		status    asl.Status
		output    string
		error     string
	}{
		"ready":          {path: "Validate Sanitize Resize" + variants + " Record", status: asl.StatusSucceeded, output: ready},
		"one variant":    {functions: functions{variants: []string{"thumbnail"}}, path: "Validate Sanitize Resize MakeVariant Record", status: asl.StatusSucceeded, output: ready},
		"fifty variants": {functions: functions{variants: numbered(50)}, path: "Validate Sanitize Resize" + strings.Repeat(" MakeVariant", 50) + " Record", status: asl.StatusSucceeded, output: ready},

		"rejected by Validate":    {functions: functions{faults: map[string][]string{"Validate": {"NotAnImage"}}}, path: "Validate Rejected", status: asl.StatusSucceeded, output: rejected},
		"rejected by Sanitize":    {functions: functions{faults: map[string][]string{"Sanitize": {"Truncated"}}}, path: "Validate Sanitize Rejected", status: asl.StatusSucceeded, output: rejected},
		"rejected by MakeVariant": {functions: functions{faults: map[string][]string{"MakeVariant": {well, "Corrupt"}}}, path: "Validate Sanitize Resize" + variants + " Rejected", status: asl.StatusSucceeded, output: rejected},

		"already done":              {functions: functions{faults: map[string][]string{"Validate": {"AlreadyDone"}}}, path: "Validate AlreadyDone", status: asl.StatusSucceeded, output: rejection("AlreadyDone")},
		"superseded at Validate":    {functions: functions{faults: map[string][]string{"Validate": {"Superseded"}}}, path: "Validate Superseded", status: asl.StatusSucceeded, output: rejection("Superseded")},
		"superseded at Sanitize":    {functions: functions{faults: map[string][]string{"Sanitize": {"Superseded"}}}, path: "Validate Sanitize Superseded", status: asl.StatusSucceeded, output: rejection("Superseded")},
		"superseded at MakeVariant": {functions: functions{faults: map[string][]string{"MakeVariant": {"Superseded"}}}, path: "Validate Sanitize Resize" + variants + " Superseded", status: asl.StatusSucceeded, output: rejection("Superseded")},
		"superseded at Record":      {functions: functions{faults: map[string][]string{"Record": {"Superseded"}}}, path: "Validate Sanitize Resize" + variants + " Record Superseded", status: asl.StatusSucceeded, output: rejection("Superseded")},

		"retried, then ready": {
			functions: functions{faults: map[string][]string{
				"Validate": {"Lambda.TooManyRequestsException", "Transient"}, "Sanitize": {"Lambda.ServiceException"}, "MakeVariant": {"Sandbox.Timedout", "Transient"}, "Record": {"Lambda.Unknown"},
			}},
			path: "Validate Sanitize Resize" + variants + " Record", status: asl.StatusSucceeded, output: ready,
		},
		"retries of a throttle exhausted": {
			functions: functions{faults: map[string][]string{"Sanitize": repeat("Lambda.TooManyRequestsException", 161)}},
			path:      "Validate Sanitize", status: asl.StatusFailed, error: "Lambda.TooManyRequestsException",
		},
		"retries of a crash exhausted": {
			functions: functions{faults: map[string][]string{"Record": repeat("Lambda.Unknown", 3)}},
			path:      "Validate Sanitize Resize" + variants + " Record", status: asl.StatusFailed, error: "Lambda.Unknown",
		},
		"out of memory once, then ready": {
			functions: functions{faults: map[string][]string{"Sanitize": {"Runtime.OutOfMemory", "Runtime.ExitError"}}},
			path:      "Validate Sanitize Resize" + variants + " Record", status: asl.StatusSucceeded, output: ready,
		},
		"out of memory each time": { // The execution fails. With more memory or a corrected function, a redrive makes the photo ready.
			functions: functions{faults: map[string][]string{"Sanitize": repeat("Runtime.OutOfMemory", 3)}},
			path:      "Validate Sanitize", status: asl.StatusFailed, error: "Runtime.OutOfMemory",
		},
		"resize fails for a reason outside the photo": {
			functions: functions{variants: []string{"thumbnail"}, faults: map[string][]string{"MakeVariant": repeat("Transient", 9)}},
			path:      "Validate Sanitize Resize MakeVariant", status: asl.StatusFailed, error: "Transient",
		},
		"a bug is not retried":   {functions: functions{faults: map[string][]string{"Validate": {"wrapError"}}}, path: "Validate", status: asl.StatusFailed, error: "wrapError"},
		"a rejection that fails": {functions: functions{faults: map[string][]string{"Validate": {"Empty"}, "Rejected": {"wrapError"}}}, path: "Validate Rejected", status: asl.StatusFailed, error: "wrapError"},
		"the machine times out":  {functions: functions{faults: map[string][]string{"Sanitize": {slow}}}, path: "Validate Sanitize", status: asl.StatusTimedOut, error: "States.Timeout"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			result := runPipeline(t, &test.functions)

			if got := strings.Join(result.Path(), " "); got != test.path {
				t.Errorf("path %s, want %s", got, test.path)
			}

			want := asl.Outcome{Status: test.status, Output: json.RawMessage(test.output), Error: test.error}
			if result.Outcome.Status != want.Status || string(result.Outcome.Output) != string(want.Output) || result.Outcome.Error != want.Error {
				t.Errorf("got %s %s %s", result.Outcome.Status, result.Outcome.Output, result.Outcome.Error)
			}
		})
	}
}

func numbered(count int) []string {
	out := make([]string, count)
	for i := range out {
		out[i] = fmt.Sprint("v", i)
	}

	return out
}

// TestPipeline_everyErrorCode checks every error code in every state that raises it. The
// kind of the code decides the effect: the upload is rejected, the execution ends with an
// outcome, or the call is retried.
func TestPipeline_everyErrorCode(t *testing.T) {
	for _, entry := range errorcode.All() {
		for _, state := range []string{"Validate", "Sanitize", "MakeVariant", "Record"} {
			if entry.Kind == errorcode.Terminal && state == "Record" || entry.Code == errorcode.AlreadyDone && state != "Validate" || entry.Code == errorcode.PurgePending {
				continue // The state does not raise this code.
			}

			t.Run(string(entry.Code)+" in "+state, func(t *testing.T) {
				f := &functions{variants: []string{"thumbnail"}, faults: map[string][]string{state: {string(entry.Code)}}}
				result := runPipeline(t, f)
				path := result.Path()
				last := path[len(path)-1]

				want := map[errorcode.Kind]string{errorcode.Terminal: "Rejected", errorcode.Outcome: string(entry.Code), errorcode.Retryable: "Record"}[entry.Kind]
				if result.Outcome.Status != asl.StatusSucceeded || last != want {
					t.Errorf("%s at %s", result.Outcome.Status, last)
				}

				if calls := len(f.payloads[state]); (calls > 1) != (entry.Kind == errorcode.Retryable) {
					t.Errorf("%d calls", calls)
				}
			})
		}
	}
}

// TestPipeline_errorNames checks the names in ErrorEquals. Each name must be an error code
// of package errorcode, an error of Lambda, or an error of the Amazon States Language. No
// error has any other name, so a retrier or a catcher with such a name would have no
// effect. Lambda kills a function that exceeds its memory. The error is then
// Runtime.ExitError or Runtime.OutOfMemory. AWS documents Runtime.OutOfMemory for the
// report of an invocation, and does not say which of the two names the caller receives.
func TestPipeline_errorNames(t *testing.T) {
	lambda := []string{
		"Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException", "Lambda.TooManyRequestsException",
		"Lambda.ClientExecutionTimeoutException", "Lambda.Unknown", "Runtime.ExitError", "Runtime.OutOfMemory", "Sandbox.Timedout", "States.Timeout",
	}

	var terminal, never []string

	codes := make([]string, 0, len(errorcode.All()))

	for _, entry := range errorcode.All() {
		codes = append(codes, string(entry.Code))

		if entry.Kind == errorcode.Terminal {
			terminal = append(terminal, string(entry.Code))
		}

		if entry.Kind != errorcode.Retryable {
			never = append(never, string(entry.Code))
		}
	}

	known := slices.Concat(lambda, codes)

	for state, fields := range states(t) {
		for _, entry := range slices.Concat(fields.Retry, fields.Catch) {
			for _, name := range entry.ErrorEquals {
				if !slices.Contains(known, name) {
					t.Errorf("%s: no error has the name %s", state, name)
				}
			}

			if entry.Next == "Rejected" && cmp.Diff(terminal, entry.ErrorEquals) != "" {
				t.Errorf("%s: the catcher of Rejected has %v", state, entry.ErrorEquals)
			}
		}

		if fields.Type != "Task" {
			continue
		}

		if len(fields.Retry) != 4 || cmp.Diff(never, fields.Retry[0].ErrorEquals) != "" || fields.Retry[0].MaxAttempts == nil || *fields.Retry[0].MaxAttempts != 0 {
			t.Errorf("%s: the first retrier is %+v", state, fields.Retry)
		}

		if fields.TimeoutSeconds == 0 {
			t.Errorf("%s has no TimeoutSeconds", state)
		}
	}
}

type handler struct {
	ErrorEquals []string `json:"ErrorEquals"`
	MaxAttempts *int     `json:"MaxAttempts"`
	Next        string   `json:"Next"`
}

// flow is a state machine, or the ItemProcessor of a Map.
type flow struct {
	States map[string]fields `json:"States"`
}

type fields struct {
	Type           string    `json:"Type"`
	TimeoutSeconds int       `json:"TimeoutSeconds"`
	Retry          []handler `json:"Retry"`
	Catch          []handler `json:"Catch"`
	ItemProcessor  flow      `json:"ItemProcessor"`
}

// states returns all states of the pipeline, including inner states.
func states(t *testing.T) map[string]fields {
	t.Helper()

	var machine flow
	if err := json.Unmarshal([]byte(statemachine.Pipeline()), &machine); err != nil {
		t.Fatal(err)
	}

	out := map[string]fields{}

	for name, state := range machine.States {
		out[name] = state
		maps.Copy(out, state.ItemProcessor.States)
	}

	return out
}

// TestPipeline_payloads checks that the functions receive the payloads that package
// contract defines.
func TestPipeline_payloads(t *testing.T) {
	f := &functions{variants: []string{"thumbnail"}}
	runPipeline(t, f)

	var input struct {
		Detail map[string]any `json:"detail"`
	}
	if err := json.Unmarshal([]byte(event), &input); err != nil {
		t.Fatal(err)
	}

	f2 := &functions{variants: []string{"thumbnail"}}
	plan := f2.plan()
	bare := f2.plan()
	delete(bare, "variants")

	master := map[string]any{"key": "master"}
	variant := map[string]any{"name": "thumbnail", "width": 160.0}

	want := map[string][]map[string]any{
		"Validate":    {{"event": input.Detail, "execution": executionARN, "recipe": recipeText, "replaces": ""}},
		"Sanitize":    {{"plan": plan, "execution": executionARN}},
		"MakeVariant": {{"plan": bare, "master": master, "variant": variant, "execution": executionARN}},
		"Record":      {{"plan": plan, "master": master, "variants": []any{map[string]any{"name": "thumbnail", "bytes": 1000000.0}}, "uploadedAt": "2026-01-02T03:04:05Z", "execution": executionARN}},
	}
	if diff := cmp.Diff(want, f.payloads); diff != "" {
		t.Error(diff)
	}

	// An execution that was not started by an event has no upload time.
	bareStart := &functions{input: `{"detail": {"object": {"key": "k"}}}`}
	runPipeline(t, bareStart)

	if got := bareStart.payloads["Record"][0]["uploadedAt"]; got != "" {
		t.Errorf("uploadedAt: got %v", got)
	}

	rejected := &functions{faults: map[string][]string{"MakeVariant": {"Corrupt"}}}
	runPipeline(t, rejected)

	rejection := map[string]any{"Error": "Corrupt", "Cause": `{"errorMessage":"why","errorType":"Corrupt"}`}
	reject := []map[string]any{{"event": input.Detail, "execution": executionARN, "recipe": recipeText, "rejection": rejection}}

	if diff := cmp.Diff(reject, rejected.payloads["Rejected"]); diff != "" {
		t.Error(diff)
	}
}

// TestPipeline_replaces checks that Validate receives the ARN of the execution that a
// restart replaces.
func TestPipeline_replaces(t *testing.T) {
	f := &functions{t: t, variants: []string{"thumbnail"}, payloads: map[string][]map[string]any{}}
	runner := &asl.Runner{Definition: pipeline(t), Tasks: f.run}

	input := strings.TrimSuffix(strings.TrimSpace(event), "}") + `, "replaces": "arn:failed"}`

	result, err := runner.Run(t.Context(), asl.StartOptions{ExecutionARN: executionARN, Input: json.RawMessage(input)})
	if err != nil || result.Outcome.Status != asl.StatusSucceeded {
		t.Fatal(err, result)
	}

	if got := f.payloads["Validate"][0]["replaces"]; got != "arn:failed" {
		t.Errorf("got %v", got)
	}
}

// TestPipeline_taskTimeout checks that a task without an answer times out and is retried
// twice. Then the execution fails.
func TestPipeline_taskTimeout(t *testing.T) {
	machine := asl.New(pipeline(t), asl.NewVirtualClock(time.Unix(0, 0)), nil)

	x, effects, err := machine.Start(asl.StartOptions{ExecutionARN: executionARN, Input: json.RawMessage(event)})
	if err != nil {
		t.Fatal(err)
	}

	for attempt := range 3 {
		if len(effects.Tasks) != 1 || effects.Tasks[0].Attempt != attempt || effects.Tasks[0].Timeout != time.Minute {
			t.Fatalf("attempt %d: %+v", attempt, effects.Tasks)
		}

		effects, err = machine.TimerFired(x, effects.Timers[len(effects.Timers)-1].ID) // The timeout of the task.
		if err != nil {
			t.Fatal(err)
		}

		if attempt < 2 {
			effects, err = machine.TimerFired(x, effects.Timers[0].ID) // The delay of the retry.
			if err != nil {
				t.Fatal(err)
			}
		}
	}

	if outcome := x.Outcome(); outcome == nil || outcome.Status != asl.StatusFailed || outcome.Error != "States.Timeout" {
		t.Errorf("got %+v", outcome)
	}
}

// TestPipeline_redrive checks that a redrive runs only the failed step, which makes one of
// three variants.
func TestPipeline_redrive(t *testing.T) {
	f := &functions{faults: map[string][]string{"MakeVariant": {well, well, "wrapError"}}}
	result := runPipeline(t, f)

	machine := asl.New(pipeline(t), f.clock, nil)

	effects, err := machine.Redrive(result.Execution)
	if err != nil {
		t.Fatal(err)
	}

	var called []string

	for result.Execution.Outcome() == nil {
		task := effects.Tasks[0]
		called = append(called, task.State)

		output, failure := f.run(t.Context(), task)
		if failure != nil {
			t.Fatal(failure)
		}

		if effects, err = machine.TaskSucceeded(result.Execution, task.ID, output); err != nil {
			t.Fatal(err)
		}
	}

	if diff := cmp.Diff([]string{"MakeVariant", "Record"}, called); diff != "" {
		t.Error(diff)
	}

	variants, _ := f.payloads["Record"][0]["variants"].([]any)
	if len(variants) != 3 || result.Execution.Status() != asl.StatusSucceeded {
		t.Errorf("%s with %v", result.Execution.Status(), variants)
	}
}

func BenchmarkPipeline(b *testing.B) {
	f := &functions{
		t: b, clock: asl.NewVirtualClock(time.Unix(0, 0)), variants: []string{"thumbnail", "medium", "large"}, payloads: map[string][]map[string]any{},
	}
	runner := &asl.Runner{Definition: pipeline(b), Tasks: f.run, Clock: f.clock}

	b.ReportAllocs()

	for b.Loop() {
		clear(f.payloads)

		result, err := runner.Run(b.Context(), asl.StartOptions{ExecutionARN: executionARN, Input: json.RawMessage(event)})
		if err != nil || result.Outcome.Status != asl.StatusSucceeded {
			b.Fatal(err, result)
		}
	}
}

func BenchmarkExecutionJSON(b *testing.B) {
	machine := asl.New(pipeline(b), asl.NewVirtualClock(time.Unix(0, 0)), nil)

	x, _, err := machine.Start(asl.StartOptions{ExecutionARN: executionARN, Input: json.RawMessage(event)})
	if err != nil {
		b.Fatal(err)
	}

	b.ReportAllocs()

	for b.Loop() {
		text, err := json.Marshal(x)
		if err != nil {
			b.Fatal(err)
		}

		if err := json.Unmarshal(text, &asl.Execution{}); err != nil {
			b.Fatal(err)
		}
	}
}
