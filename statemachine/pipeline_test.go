package statemachine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"triptych/shared/faults"
	"triptych/statemachine"
	"triptych/statemachine/asl"
)

// The event that starts the pipeline: EventBridge's envelope with S3's detail.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
const event = `{
  "version": "0", "id": "17793124-05d4-b198-2fde-7ededc63b103", "detail-type": "Object Created", "source": "aws.s3",
  "account": "000000000000", "time": "2026-01-02T03:04:05Z", "region": "us-east-1", "resources": ["arn:aws:s3:::uploads"],
  "detail": {"version": "0", "bucket": {"name": "uploads"}, "object": {"key": "a b+%&<é>.jpg", "size": 1000000, "etag": "e", "version-id": "v1", "sequencer": "0A"}, "reason": "PutObject"}
}`

// The recipe's text, with everything that JSON escapes.
const recipeText = `{"variants": [{"name": "thumbnail"}], "comment": "\"quoted\" \\ <&> ${x} {% 1 %}"}`

const executionARN = "arn:aws:states:us-east-1:000000000000:execution:triptych-pipeline:one"

func pipeline(t testing.TB) *asl.Definition {
	t.Helper()

	text, err := statemachine.Render(statemachine.Pipeline(), map[string]string{
		"validate_arn": "validate:live", "sanitize_arn": "sanitize:live", "resize_arn": "resize:live", "record_arn": "record:live",
		"recipe": statemachine.JSONText(recipeText),
	})
	if err != nil {
		t.Fatal(err)
	}

	definition, err := asl.Parse([]byte(text))
	if err != nil {
		t.Fatalf("parse:\n%v", err)
	}

	return definition
}

// functions are the pipeline's functions, bound by the state that calls them. Each
// answers by its faults, one a call, and then well.
type functions struct {
	t        testing.TB
	clock    *asl.VirtualClock
	variants []string
	faults   map[string][]string
	payloads map[string][]map[string]any
}

// Answers that are no error names.
const (
	well = ""     // The function succeeds.
	slow = "slow" // It does not answer within an hour.
)

func (f *functions) run(_ context.Context, task asl.Task) (json.RawMessage, error) {
	var arguments struct {
		FunctionName string
		Payload      map[string]any
	}
	if err := json.Unmarshal(task.Arguments, &arguments); err != nil {
		f.t.Fatal(err)
	}

	function := map[string]string{
		"Validate": "validate:live", "Sanitize": "sanitize:live", "MakeVariant": "resize:live", "Record": "record:live", "Rejected": "record:live",
	}[task.State]
	if arguments.FunctionName != function || task.Resource != asl.LambdaInvoke {
		f.t.Errorf("%s calls %s by %s, want %s", task.State, arguments.FunctionName, task.Resource, function)
	}

	f.payloads[task.State] = append(f.payloads[task.State], arguments.Payload)

	if answers := f.faults[task.State]; len(answers) > 0 {
		f.faults[task.State] = answers[1:]

		switch answers[0] {
		case well:
		case slow:
			f.clock.Advance(time.Hour)
		default:
			return nil, &asl.TaskError{Name: answers[0], Cause: `{"errorMessage":"why","errorType":"` + answers[0] + `"}`}
		}
	}

	payload, err := json.Marshal(f.answer(task.State, arguments.Payload))
	if err != nil {
		f.t.Fatal(err)
	}

	return json.RawMessage(`{"ExecutedVersion": "1", "Payload": ` + string(payload) + `, "SdkHttpMetadata": {"HttpStatusCode": 200}, "StatusCode": 200}`), nil
}

func (f *functions) answer(state string, payload map[string]any) any {
	switch state {
	case "Validate":
		return f.plan()
	case "Sanitize":
		return map[string]any{"key": "master"}
	case "MakeVariant":
		variant, _ := payload["variant"].(map[string]any)

		return map[string]any{"name": variant["name"], "bytes": 1000000}
	case "Record":
		return map[string]any{"status": "READY"}
	default:
		return map[string]any{"status": "REJECTED"}
	}
}

func (f *functions) plan() map[string]any {
	variants := []any{}
	for _, name := range f.variants {
		variants = append(variants, map[string]any{"name": name, "width": 160.0})
	}

	return map[string]any{"upload": map[string]any{"key": "k"}, "version": "v", "image": map[string]any{"width": 4000.0}, "variants": variants}
}

func runPipeline(t testing.TB, f *functions) *asl.Result {
	t.Helper()

	f.t = t
	f.clock = asl.NewVirtualClock(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	f.payloads = map[string][]map[string]any{}

	if f.variants == nil {
		f.variants = []string{"thumbnail", "medium", "large"}
	}

	runner := &asl.Runner{Definition: pipeline(t), Tasks: f.run, Clock: f.clock}

	result, err := runner.Run(t.Context(), asl.StartOptions{ExecutionARN: executionARN, ExecutionName: "one", Input: json.RawMessage(event)})
	if err != nil {
		t.Fatal(err)
	}

	return result
}

func repeat(answer string, times int) []string { return slices.Repeat([]string{answer}, times) }

func TestPaths(t *testing.T) {
	const (
		ready    = `{"status":"READY"}`
		rejected = `{"status":"REJECTED"}`
		variants = " MakeVariant MakeVariant MakeVariant"
	)

	fault := func(name string) string {
		return fmt.Sprintf(`{"Cause":"{\"errorMessage\":\"why\",\"errorType\":\"%s\"}","Error":"%s"}`, name, name)
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

		"already done":              {functions: functions{faults: map[string][]string{"Validate": {"AlreadyDone"}}}, path: "Validate AlreadyDone", status: asl.StatusSucceeded, output: fault("AlreadyDone")},
		"superseded at Validate":    {functions: functions{faults: map[string][]string{"Validate": {"Superseded"}}}, path: "Validate Superseded", status: asl.StatusSucceeded, output: fault("Superseded")},
		"superseded at Sanitize":    {functions: functions{faults: map[string][]string{"Sanitize": {"Superseded"}}}, path: "Validate Sanitize Superseded", status: asl.StatusSucceeded, output: fault("Superseded")},
		"superseded at MakeVariant": {functions: functions{faults: map[string][]string{"MakeVariant": {"Superseded"}}}, path: "Validate Sanitize Resize" + variants + " Superseded", status: asl.StatusSucceeded, output: fault("Superseded")},
		"superseded at Record":      {functions: functions{faults: map[string][]string{"Record": {"Superseded"}}}, path: "Validate Sanitize Resize" + variants + " Record Superseded", status: asl.StatusSucceeded, output: fault("Superseded")},

		"retried, then ready": {
			functions: functions{faults: map[string][]string{
				"Validate": {"Lambda.TooManyRequestsException", "Transient"}, "Sanitize": {"Lambda.ServiceException"}, "MakeVariant": {"Sandbox.Timedout", "Transient"}, "Record": {"Lambda.Unknown"},
			}},
			path: "Validate Sanitize Resize" + variants + " Record", status: asl.StatusSucceeded, output: ready,
		},
		"retries of a throttle exhausted": {
			functions: functions{faults: map[string][]string{"Sanitize": repeat("Lambda.TooManyRequestsException", 9)}},
			path:      "Validate Sanitize", status: asl.StatusFailed, error: "Lambda.TooManyRequestsException",
		},
		"retries of a crash exhausted": {
			functions: functions{faults: map[string][]string{"Record": repeat("Lambda.Unknown", 3)}},
			path:      "Validate Sanitize Resize" + variants + " Record", status: asl.StatusFailed, error: "Lambda.Unknown",
		},
		"resize fails for no fault of the picture's": {
			functions: functions{variants: []string{"thumbnail"}, faults: map[string][]string{"MakeVariant": repeat("Transient", 9)}},
			path:      "Validate Sanitize Resize MakeVariant", status: asl.StatusFailed, error: "Transient",
		},
		"a bug is not retried":     {functions: functions{faults: map[string][]string{"Validate": {"wrapError"}}}, path: "Validate", status: asl.StatusFailed, error: "wrapError"},
		"a rejection that fails":   {functions: functions{faults: map[string][]string{"Validate": {"Empty"}, "Rejected": {"wrapError"}}}, path: "Validate Rejected", status: asl.StatusFailed, error: "wrapError"},
		"the machine's time is up": {functions: functions{faults: map[string][]string{"Sanitize": {slow}}}, path: "Validate Sanitize", status: asl.StatusTimedOut, error: "States.Timeout"},
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

// Every code of the table does what its kind says, wherever it comes from.
func TestEveryFault(t *testing.T) {
	for _, entry := range faults.All() {
		for _, state := range []string{"Validate", "Sanitize", "MakeVariant", "Record"} {
			if entry.Kind == faults.Terminal && state == "Record" || entry.Code == faults.AlreadyDone && state != "Validate" {
				continue // Nobody raises it there.
			}

			t.Run(string(entry.Code)+" in "+state, func(t *testing.T) {
				f := &functions{variants: []string{"thumbnail"}, faults: map[string][]string{state: {string(entry.Code)}}}
				result := runPipeline(t, f)
				path := result.Path()
				last := path[len(path)-1]

				want := map[faults.Kind]string{faults.Terminal: "Rejected", faults.Outcome: string(entry.Code), faults.Retryable: "Record"}[entry.Kind]
				if result.Outcome.Status != asl.StatusSucceeded || last != want {
					t.Errorf("%s at %s", result.Outcome.Status, last)
				}

				if calls := len(f.payloads[state]); (calls > 1) != (entry.Kind == faults.Retryable) {
					t.Errorf("%d calls", calls)
				}
			})
		}
	}
}

// The names in ErrorEquals are the table's, Lambda's and the language's: a name that
// is none of them would wait for an error that nobody raises.
func TestErrorNames(t *testing.T) {
	known := []string{
		"Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException", "Lambda.TooManyRequestsException",
		"Lambda.ClientExecutionTimeoutException", "Lambda.Unknown", "Sandbox.Timedout", "States.Timeout",
	}

	var terminal, never []string

	for _, entry := range faults.All() {
		known = append(known, string(entry.Code))

		if entry.Kind == faults.Terminal {
			terminal = append(terminal, string(entry.Code))
		}

		if entry.Kind != faults.Retryable {
			never = append(never, string(entry.Code))
		}
	}

	for state, fields := range states(t) {
		for _, entry := range slices.Concat(fields.Retry, fields.Catch) {
			for _, name := range entry.ErrorEquals {
				if !slices.Contains(known, name) {
					t.Errorf("%s: nobody raises %s", state, name)
				}
			}

			if entry.Next == "Rejected" && cmp.Diff(terminal, entry.ErrorEquals) != "" {
				t.Errorf("%s: Rejected catches %v", state, entry.ErrorEquals)
			}
		}

		if fields.Type != "Task" {
			continue
		}

		if len(fields.Retry) != 3 || cmp.Diff(never, fields.Retry[0].ErrorEquals) != "" || fields.Retry[0].MaxAttempts == nil || *fields.Retry[0].MaxAttempts != 0 {
			t.Errorf("%s: the first retrier is %+v", state, fields.Retry)
		}

		if fields.TimeoutSeconds == 0 {
			t.Errorf("%s has no TimeoutSeconds", state)
		}
	}
}

type handler struct {
	ErrorEquals []string
	MaxAttempts *int
	Next        string
}

type fields struct {
	Type           string
	TimeoutSeconds int
	Retry, Catch   []handler
	ItemProcessor  struct{ States map[string]fields }
}

// states are all states of the pipeline, inner ones too.
func states(t *testing.T) map[string]fields {
	t.Helper()

	var machine struct{ States map[string]fields }
	if err := json.Unmarshal([]byte(statemachine.Pipeline()), &machine); err != nil {
		t.Fatal(err)
	}

	out := map[string]fields{}

	for name, state := range machine.States {
		out[name] = state
		for inner, state := range state.ItemProcessor.States {
			out[inner] = state
		}
	}

	return out
}

// What the functions are given is what the contract says.
func TestPayloads(t *testing.T) {
	f := &functions{variants: []string{"thumbnail"}}
	runPipeline(t, f)

	var input struct{ Detail map[string]any }
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
		"Validate":    {{"event": input.Detail, "execution": executionARN, "recipe": recipeText}},
		"Sanitize":    {{"plan": plan, "execution": executionARN}},
		"MakeVariant": {{"plan": bare, "master": master, "variant": variant, "execution": executionARN}},
		"Record":      {{"plan": plan, "master": master, "variants": []any{map[string]any{"name": "thumbnail", "bytes": 1000000.0}}, "execution": executionARN}},
	}
	if diff := cmp.Diff(want, f.payloads); diff != "" {
		t.Error(diff)
	}

	rejected := &functions{faults: map[string][]string{"MakeVariant": {"Corrupt"}}}
	runPipeline(t, rejected)

	fault := map[string]any{"Error": "Corrupt", "Cause": `{"errorMessage":"why","errorType":"Corrupt"}`}
	reject := []map[string]any{{"event": input.Detail, "execution": executionARN, "recipe": recipeText, "fault": fault}}

	if diff := cmp.Diff(reject, rejected.payloads["Rejected"]); diff != "" {
		t.Error(diff)
	}
}

// A task that hangs is timed out, tried again twice, and then fails the execution.
func TestTaskTimeout(t *testing.T) {
	machine := asl.New(pipeline(t), asl.NewVirtualClock(time.Unix(0, 0)), nil)

	x, effects, err := machine.Start(asl.StartOptions{ExecutionARN: executionARN, Input: json.RawMessage(event)})
	if err != nil {
		t.Fatal(err)
	}

	for attempt := range 3 {
		if len(effects.Tasks) != 1 || effects.Tasks[0].Attempt != attempt || effects.Tasks[0].Timeout != time.Minute {
			t.Fatalf("attempt %d: %+v", attempt, effects.Tasks)
		}

		effects, err = machine.TimerFired(x, effects.Timers[len(effects.Timers)-1].ID) // The task's timeout.
		if err != nil {
			t.Fatal(err)
		}

		if attempt < 2 {
			effects, err = machine.TimerFired(x, effects.Timers[0].ID) // The retry's delay.
			if err != nil {
				t.Fatal(err)
			}
		}
	}

	if outcome := x.Outcome(); outcome == nil || outcome.Status != asl.StatusFailed || outcome.Error != "States.Timeout" {
		t.Errorf("got %+v", outcome)
	}
}

// Redrive runs exactly the step that failed: one variant of three.
func TestRedrive(t *testing.T) {
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
