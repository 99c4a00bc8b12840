package asl_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"triptych/emulator/stepfunctions/asl"
	"triptych/statemachine"
)

// FuzzRun runs every definition that Parse accepts. No definition may crash the process,
// and every execution must end.
func FuzzRun(f *testing.F) {
	f.Add(statemachine.Erase(), `{"detail": {}}`)

	files, err := filepath.Glob("testdata/conformance/*.json")
	if err != nil {
		f.Fatal(err)
	}

	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}

		var cases []conformance
		if err := json.Unmarshal(text, &cases); err != nil {
			f.Fatal(err)
		}

		for _, c := range cases {
			if c.EventCount == 0 { // Variations of a full history would all be slow.
				f.Add(`{"QueryLanguage": "JSONata", "StartAt": "A", "States": `+string(c.States)+`}`, string(c.Input))
			}
		}
	}

	f.Fuzz(func(t *testing.T, definition, input string) {
		parsed, err := asl.Parse([]byte(definition))
		if err != nil {
			return
		}

		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()

		calls := 0
		runner := &asl.Runner{Definition: parsed, Tasks: func(_ context.Context, task asl.Task) (json.RawMessage, error) {
			if calls++; calls%3 == 0 {
				return nil, &asl.TaskError{Name: "E"}
			}

			return task.Arguments, nil
		}}

		result, err := runner.Run(ctx, asl.StartOptions{ExecutionARN: executionARN, Input: json.RawMessage(input)})
		if err != nil {
			return // The input is not JSON, or the execution waits for thousands of years.
		}

		if text, err := json.Marshal(result.Execution); err != nil {
			t.Errorf("encode the execution: %v", err)
		} else if err := json.Unmarshal(text, &asl.Execution{}); err != nil {
			t.Errorf("decode the execution: %v", err)
		}

		if len(result.History) > 25_000 || result.History[len(result.History)-1].ID != int64(len(result.History)) {
			t.Errorf("%d events", len(result.History))
		}
	})
}
