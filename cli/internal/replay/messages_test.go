package replay

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"triptych/shared/contract"
)

func TestFromFailedExecution(t *testing.T) {
	tests := map[string]struct {
		body       string
		arn, input string
		count      int
		problem    string
	}{
		"a failure":         {`{"detail":{"executionArn":"` + arnOfA + `","redriveCount":2,"input":"{\"a\":1}","stopDate":1000}}`, arnOfA, `{"a":1}`, 2, ""},
		"without its input": {`{"detail":{"executionArn":"` + arnOfA + `","input":null,"inputDetails":{"included":false}}}`, arnOfA, "", 0, ""},
		"not JSON":          {`hello`, "", "", 0, "is not an event"},
		"not an execution":  {`{"detail":{"executionArn":"` + pipeline + `"}}`, "", "", 0, "not about an execution"},
		"another stack":     {`{"detail":{"executionArn":"` + strings.Replace(arnOfA, "triptych", "other", 1) + `"}}`, "", "", 0, "not about an execution of this stack"},
		"an event of S3":    {`{"detail":{"bucket":{"name":"x"}}}`, "", "", 0, "not about an execution"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := fromFailedExecution(Message{ID: "7"}, test.body, []string{pipeline})
			if got.Source != DeadLetter || got.ExecutionARN != test.arn || got.Input != test.input || got.RedriveCount != test.count ||
				!strings.Contains(got.Message.Problem, test.problem) || (test.problem == "") != (got.Message.Problem == "") {
				t.Errorf("%+v, problem %q", got, got.Message.Problem)
			}
		})
	}
}

func TestFromUndelivered(t *testing.T) {
	const event = `{"id":"e1","detail-type":"Object Created","time":"2026-01-02T03:04:05Z","detail":{"object":{"key":"a b+c%.jpg"}}}`

	machines := []string{pipeline, pipeline + "-2"}
	target := func(arn string) map[string]string {
		return map[string]string{targetAttribute: arn, codeAttribute: "NO_PERMISSIONS", messageAttribute: "not allowed"}
	}

	got := fromUndelivered(Message{ID: "7"}, event, target(pipeline), machines)
	if got.ExecutionARN != ExecutionARN(pipeline, EventName("e1", pipeline)) || got.Input != event || got.Why != "NO_PERMISSIONS: not allowed" {
		t.Errorf("%+v", got)
	}

	if keyOf(got.Input) != "a b+c%.jpg" {
		t.Errorf("the key is %q", keyOf(got.Input))
	}

	// EventBridge could not deliver this event to the failed-executions queue.
	change := `{"id":"e2","detail-type":"Step Functions Execution Status Change","detail":{"executionArn":"` + arnOfA + `"}}`
	if got := fromUndelivered(Message{Queue: "q", ID: "7"}, change, target("arn:aws:sqs:x"), machines); got.ExecutionARN != arnOfA || got.Message.Queue != "q" {
		t.Errorf("%+v", got)
	}

	for body, arn := range map[string]string{"hello": pipeline, event: "arn:aws:lambda:other", `{"id":""}`: pipeline} {
		if got := fromUndelivered(Message{ID: "7"}, body, target(arn), machines); got.ExecutionARN != "" || got.Message.Problem == "" {
			t.Errorf("%s for %s: %+v", body, arn, got)
		}
	}
}

func TestWithReplaces(t *testing.T) {
	got, err := withReplaces(`{"detail":{"n":12345678901234567890},"replaces":"another"}`, arnOfA)
	if err != nil || got != `{"detail":{"n":12345678901234567890},"replaces":"`+arnOfA+`"}` {
		t.Errorf("%s, %v", got, err)
	}

	for _, input := range []string{"", "null", "[]", `"text"`, "{"} {
		if _, err := withReplaces(input, arnOfA); err == nil {
			t.Errorf("%q was accepted as a JSON object", input)
		}
	}
}

// TestInputOf checks that uploadOf returns the upload from which inputOf made the input.
func TestInputOf(t *testing.T) {
	want := contract.Upload{
		Bucket: "uploads", Key: "a b.jpg", VersionID: "v", ETag: "e", Bytes: 17, Sequencer: contract.PadSequencer("1A2B"),
	}

	got, ok := uploadOf(inputOf("uploads", want))
	if diff := cmp.Diff(want, got); diff != "" || !ok {
		t.Errorf("(-want +got):\n%s", diff)
	}

	if !json.Valid([]byte(inputOf("uploads", want))) {
		t.Error("the input is not JSON")
	}
}
