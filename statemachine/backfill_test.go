package statemachine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"triptych/emulator/stepfunctions/asl"
	"triptych/statemachine"
)

// batch is the input and the output of the function: see contract.BackfillBatch.
type batch struct {
	BatchInput struct {
		Missing bool      `json:"missing"`
		Since   time.Time `json:"since"`
	}
	Items       []map[string]string
	Round       int            `json:"round"`
	WaitSeconds int            `json:"waitSeconds"`
	Counts      map[string]int `json:"counts"`
}

// backfilling simulates S3 and the function. An original whose execution is started in one
// round is READY in the next round.
type backfilling struct {
	t       *testing.T
	objects int
	idle    bool     // No original needs work.
	faults  []string // The errors of the first calls.
	calls   int
	keys    map[string]int
}

func (b *backfilling) page(_ context.Context, read asl.Read) (asl.Page, error) {
	if read.Resource != asl.ListObjects || string(read.Arguments) != `{"Bucket":"uploads","Prefix":"users/17/"}` {
		b.t.Errorf("the Map reads %s with %s", read.Resource, read.Arguments)
	}

	var page asl.Page

	begin, _ := strconv.Atoi(read.Token)
	end := min(b.objects, begin+read.Limit)

	for i := begin; i < end; i++ {
		page.Items = append(page.Items, json.RawMessage(fmt.Sprintf(`{"Etag": "\"e\"", "Key": "users/17/%d.jpg", "LastModified": 1, "Size": 2, "StorageClass": "STANDARD"}`, i)))
	}

	if end < b.objects {
		page.Next = strconv.Itoa(end)
	}

	return page, nil
}

func (b *backfilling) run(_ context.Context, task asl.Task) (json.RawMessage, error) {
	if b.calls++; b.calls <= len(b.faults) {
		return nil, &asl.TaskError{Name: b.faults[b.calls-1]}
	}

	var arguments struct {
		FunctionName string
		Payload      struct {
			Batch    batch  `json:"batch"`
			Recipe   string `json:"recipe"`
			Pipeline string `json:"pipeline"`
		}
	}

	if err := json.Unmarshal(task.Arguments, &arguments); err != nil {
		b.t.Fatal(err)
	}

	in := arguments.Payload
	if arguments.FunctionName != "backfill:live" || in.Recipe != recipeText || in.Pipeline != "pipeline-arn" || !in.Batch.BatchInput.Missing ||
		!in.Batch.BatchInput.Since.Equal(time.Unix(0, 0)) || len(in.Batch.Items) > 100 {
		b.t.Errorf("unexpected call: %+v", arguments)
	}

	out := in.Batch
	out.Round++
	out.WaitSeconds = 1

	if in.Batch.Round == 0 && !b.idle {
		for _, item := range in.Batch.Items {
			b.keys[item["Key"]]++
		}
	} else {
		out.Counts = map[string]int{"ready": len(in.Batch.Items)}
		out.Items = []map[string]string{}
	}

	answer, err := json.Marshal(out)
	if err != nil {
		b.t.Fatal(err)
	}

	return json.RawMessage(`{"StatusCode": 200, "Payload": ` + string(answer) + `}`), nil
}

// drive runs a backfill to its end.
func (b *backfilling) drive(t *testing.T) *asl.Result {
	t.Helper()

	text, err := statemachine.Render(statemachine.Backfill(), map[string]string{
		"backfill_arn": "backfill:live", "recipe": statemachine.JSONText(recipeText), "uploads_bucket": "uploads", "pipeline_machine_arn": "pipeline-arn",
	})
	if err != nil {
		t.Fatal(err)
	}

	definition, err := asl.Parse([]byte(text))
	if err != nil {
		t.Fatalf("parse:\n%v", err)
	}

	b.t, b.keys = t, map[string]int{}
	runner := &asl.Runner{Definition: definition, Tasks: b.run, Items: b.page}

	result, err := runner.Run(t.Context(), asl.StartOptions{
		ExecutionARN: executionARN, ExecutionName: "one", StateMachineName: "triptych-backfill",
		Input: json.RawMessage(`{"prefix": "users/17/", "missing": true, "batches": 4}`),
	})
	if err != nil {
		t.Fatal(err)
	}

	return result
}

// TestBackfill checks that every original is in one batch, that the function is called for
// a batch until the batch is done, and that the counts add up. Two of the cases are an empty
// bucket and a single batch.
func TestBackfill(t *testing.T) {
	for _, objects := range []int{0, 1, 100, 2350} {
		b := &backfilling{objects: objects}
		result := b.drive(t)

		var counts map[string]int
		if err := json.Unmarshal(result.Outcome.Output, &counts); err != nil {
			t.Fatalf("%d originals: %+v: %v", objects, result.Outcome, err)
		}

		want := map[string]int{"unchanged": 0, "ready": objects, "rejected": 0, "superseded": 0, "failed": 0}
		if diff := cmp.Diff(want, counts); diff != "" {
			t.Errorf("%d originals: %s", objects, diff)
		}

		batches := (objects + 99) / 100
		if len(b.keys) != objects || b.calls != 2*batches || len(result.Children) != batches {
			t.Errorf("%d originals: %d keys in %d calls of %d batches", objects, len(b.keys), b.calls, len(result.Children))
		}

		for _, child := range result.Children {
			if diff := cmp.Diff([]string{"ProcessBatch", "AllProcessed", "Pause", "ProcessBatch", "AllProcessed", "Done"}, child.Path()); diff != "" {
				t.Errorf("%d originals: %s", objects, diff)
			}
		}
	}
}

// TestBackfill_nothingToDo checks that a batch without work costs three state transitions.
func TestBackfill_nothingToDo(t *testing.T) {
	b := &backfilling{objects: 100, idle: true}

	for _, child := range b.drive(t).Children {
		if diff := cmp.Diff([]string{"ProcessBatch", "AllProcessed", "Done"}, child.Path()); diff != "" {
			t.Error(diff)
		}
	}
}

// TestBackfill_toleratesFaults checks that throttles and crashes are retried. If one batch
// fails permanently, a backfill of many batches succeeds, and a backfill of few batches
// fails.
func TestBackfill_toleratesFaults(t *testing.T) {
	b := &backfilling{objects: 100, faults: []string{"Transient", "Lambda.TooManyRequestsException", "Lambda.Unknown"}}
	if result := b.drive(t); result.Outcome.Status != asl.StatusSucceeded {
		t.Errorf("after retried errors: %+v", result.Outcome)
	}

	b = &backfilling{objects: 2500, faults: []string{"Bug"}}
	if result := b.drive(t); result.Outcome.Status != asl.StatusSucceeded || result.MapRuns[len(result.MapRuns)-1].Items.Failed != 100 {
		t.Errorf("one batch of 25: %+v", result.Outcome)
	}

	b = &backfilling{objects: 1000, faults: []string{"Bug"}}
	if result := b.drive(t); result.Outcome.Error != asl.ErrorTolerance {
		t.Errorf("one batch of 10: %+v", result.Outcome)
	}
}
