package replay

import (
	"encoding/json"
	"testing"
)

// FuzzMessages checks that any message is either an execution or a problem.
func FuzzMessages(f *testing.F) {
	f.Add(`{"detail":{"executionArn":"`+arnOfA+`","redriveCount":2,"input":"{\"a\":1}","stopDate":1000}}`, pipeline)
	f.Add(`{"id":"e1","detail-type":"Object Created","detail":{"object":{"key":"a b+c%.jpg"}}}`, pipeline)
	f.Add(`{"id":"e2","detail-type":"Step Functions Execution Status Change","detail":{"executionArn":"`+arnOfA+`"}}`, "x")
	f.Add(`null`, "")

	f.Fuzz(func(t *testing.T, body, target string) {
		for _, seen := range []Sighting{
			fromFailedExecution(Message{ID: "7"}, body, []string{pipeline}),
			fromUndelivered(Message{ID: "7"}, body, map[string]string{targetAttribute: target}, []string{pipeline}),
		} {
			if (MachineARN(seen.ExecutionARN) == "") == (seen.Message.Problem == "") {
				t.Errorf("%+v, problem %q", seen, seen.Message.Problem)
			}

			text, err := withReplaces(seen.Input, arnOfA)
			if err == nil && !json.Valid([]byte(text)) {
				t.Errorf("%s is not JSON", text)
			}

			_ = keyOf(seen.Input)
		}
	})
}
