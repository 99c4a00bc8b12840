package replay

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"triptych/shared/ledger"
)

const (
	pipeline = "arn:aws:states:us-east-1:000000000000:stateMachine:triptych-pipeline"
	arnOfA   = "arn:aws:states:us-east-1:000000000000:execution:triptych-pipeline:a"
	arnOfB   = "arn:aws:states:us-east-1:000000000000:execution:triptych-pipeline:b"
)

func TestMerge(t *testing.T) {
	early, late := time.Unix(100, 0), time.Unix(200, 0)
	first, second := Message{Queue: "q", ID: "1"}, Message{Queue: "q", ID: "2"}
	upload := &ledger.Item{Key: "a.jpg"}

	tests := map[string]struct {
		seen []Sighting
		want []Entry
	}{
		"nothing": {nil, []Entry{}},
		"all sources list one execution": {
			[]Sighting{
				{Source: Ledger, ExecutionARN: arnOfA, Upload: upload, Input: "of the ledger", At: late},
				{Source: Execution, ExecutionARN: arnOfA, RedriveCount: 1, At: early},
				{Source: DeadLetter, ExecutionARN: arnOfA, Input: "of the message", Message: &first},
			},
			[]Entry{{
				Sighting: Sighting{Source: DeadLetter, ExecutionARN: arnOfA, RedriveCount: 1, Input: "of the message", Upload: upload, At: early},
				Messages: []Message{first},
			}},
		},
		"a message for each of two failures": {
			[]Sighting{
				{Source: DeadLetter, ExecutionARN: arnOfA, RedriveCount: 0, Message: &first, At: early},
				{Source: DeadLetter, ExecutionARN: arnOfA, RedriveCount: 1, Message: &second, At: late},
			},
			[]Entry{{
				Sighting: Sighting{Source: DeadLetter, ExecutionARN: arnOfA, RedriveCount: 1, Message: &first, At: early},
				Messages: []Message{first, second},
			}},
		},
		"the oldest failure first": {
			[]Sighting{{Source: Execution, ExecutionARN: arnOfA, At: late}, {Source: Execution, ExecutionARN: arnOfB, At: early}},
			[]Entry{
				{Sighting: Sighting{Source: Execution, ExecutionARN: arnOfB, At: early}},
				{Sighting: Sighting{Source: Execution, ExecutionARN: arnOfA, At: late}},
			},
		},
		"invalid messages stay separate": {
			[]Sighting{{Source: DeadLetter, Message: &first}, {Source: DeadLetter, Message: &second}},
			[]Entry{
				{Sighting: Sighting{Source: DeadLetter, Message: &first}, Messages: []Message{first}},
				{Sighting: Sighting{Source: DeadLetter, Message: &second}, Messages: []Message{second}},
			},
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, Merge(test.seen)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestOutdated uses several messages about the same execution. All except the last of them
// must be outdated.
func TestOutdated(t *testing.T) {
	got := outdated([]Message{
		{ID: "1", Queue: "q", About: arnOfA, Count: 1}, {ID: "2", Queue: "q", About: arnOfA, Count: 0},
		{ID: "3", Queue: "q", About: arnOfB, Count: 0}, {ID: "4", Queue: "q", About: arnOfA, Count: 2},
		{ID: "5", Queue: "q"}, {ID: "6", Queue: "q"}, {ID: "7", Queue: "other", About: arnOfA}, {ID: "8", Queue: "q", About: arnOfB},
	})

	ids := ""
	for _, message := range got {
		ids += message.ID
	}

	if ids != "218" {
		t.Errorf("the outdated messages are %q", ids)
	}
}

// TestJoin checks that entries about different failures of one upload become one entry if
// they have the same current execution.
func TestJoin(t *testing.T) {
	message := Message{ID: "1"}
	joined := join([]work{
		{Entry: Entry{Sighting: Sighting{Source: Execution, ExecutionARN: arnOfA}}, last: Run{ARN: arnOfB, Exists: true, Status: "FAILED"}, before: []string{arnOfA, arnOfB}},
		{Entry: Entry{Sighting: Sighting{Source: DeadLetter, ExecutionARN: arnOfB}, Messages: []Message{message}}, last: Run{ARN: arnOfB, Exists: true, Status: "FAILED"}, before: []string{arnOfB}},
		{Entry: Entry{Sighting: Sighting{Source: Execution, ExecutionARN: "done"}}, last: Run{ARN: "done", Exists: true, Status: "SUCCEEDED"}},
		{Entry: Entry{Sighting: Sighting{Source: Ledger, ExecutionARN: "alive"}}, last: Run{ARN: "alive", Exists: true, Status: "RUNNING"}},
		{Entry: Entry{Sighting: Sighting{Source: DeadLetter, ExecutionARN: "told"}, Messages: []Message{message}}, last: Run{ARN: "told", Exists: true, Status: "SUCCEEDED"}},
	})

	if len(joined) != 2 || joined[0].Source != DeadLetter || len(joined[0].Messages) != 1 || joined[1].ExecutionARN != "told" {
		t.Errorf("%+v", joined)
	}

	if !joined[0].isNamed("a") || !joined[0].isNamed(arnOfB) || joined[0].isNamed("c") {
		t.Error("the entry must have the names of all executions of its chain, and no other name")
	}
}
