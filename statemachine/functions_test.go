package statemachine_test

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"triptych/emulator/stepfunctions/asl"
	"triptych/statemachine"
)

// event is the event that starts the pipeline: EventBridge's envelope with S3's detail.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
const event = `{
  "version": "0", "id": "17793124-05d4-b198-2fde-7ededc63b103", "detail-type": "Object Created", "source": "aws.s3",
  "account": "000000000000", "time": "2026-01-02T03:04:05Z", "region": "us-east-1", "resources": ["arn:aws:s3:::uploads"],
  "detail": {"version": "0", "bucket": {"name": "uploads"}, "object": {"key": "a b+%&<é>.jpg", "size": 1000000, "etag": "e", "version-id": "v1", "sequencer": "0A"}, "reason": "PutObject"}
}`

// recipeText is the text of a recipe. It contains the characters that JSON, HTML and the
// templates escape.
const recipeText = `{"variants": [{"name": "thumbnail"}], "comment": "\"quoted\" \\ <&> ${x} {% 1 %}"}`

const executionARN = "arn:aws:states:us-east-1:000000000000:execution:triptych-pipeline:one"

func pipeline(tb testing.TB) *asl.Definition {
	tb.Helper()

	text, err := statemachine.Render(statemachine.Pipeline(), map[string]string{
		"validate_arn": "validate:live", "sanitize_arn": "sanitize:live", "resize_arn": "resize:live", "record_arn": "record:live",
		"recipe": statemachine.JSONText(recipeText),
	})
	if err != nil {
		tb.Fatal(err)
	}

	definition, err := asl.Parse([]byte(text))
	if err != nil {
		tb.Fatalf("parse:\n%v", err)
	}

	return definition
}

// functions simulates the functions of the pipeline. faults and payloads have one entry for
// each state that calls a function. The first calls of a state return the state's faults,
// one fault for each call. Later calls succeed.
type functions struct {
	t        testing.TB
	clock    *asl.VirtualClock
	variants []string
	faults   map[string][]string
	input    string // the input of the execution; "" means event
	payloads map[string][]map[string]any
}

// These values of functions.faults are not names of errors.
const (
	well = ""     // The function succeeds.
	slow = "slow" // The function does not answer within four days, which is longer than any machine here runs.
	late = "late" // The function answers a second after its state's timeout.
)

func (f *functions) run(_ context.Context, task asl.Task) (json.RawMessage, error) {
	var arguments struct {
		FunctionName string         `json:"FunctionName"`
		Payload      map[string]any `json:"Payload"`
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
			f.clock.Advance(96 * time.Hour)
		case late:
			f.clock.Advance(task.Timeout + time.Second)
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
	variants := make([]any, 0, len(f.variants))
	for _, name := range f.variants {
		variants = append(variants, map[string]any{"name": name, "width": 160.0})
	}

	return map[string]any{"upload": map[string]any{"key": "k"}, "version": "v", "image": map[string]any{"width": 4000.0}, "variants": variants}
}

func runPipeline(tb testing.TB, f *functions) *asl.Result {
	tb.Helper()

	f.t = tb
	f.clock = asl.NewVirtualClock(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	f.payloads = map[string][]map[string]any{}

	if f.variants == nil {
		f.variants = []string{"thumbnail", "medium", "large"}
	}

	runner := &asl.Runner{Definition: pipeline(tb), Tasks: f.run, Clock: f.clock}

	result, err := runner.Run(tb.Context(), asl.StartOptions{ExecutionARN: executionARN, ExecutionName: "one", Input: json.RawMessage(cmp.Or(f.input, event))})
	if err != nil {
		tb.Fatal(err)
	}

	return result
}

func repeat(answer string, times int) []string { return slices.Repeat([]string{answer}, times) }
