package stepfunctions_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"triptych/emulator/stepfunctions"
)

// The oldest ended executions are removed when there are more than are kept. A running
// execution stays, regardless of its age.
func TestService_Resume_keepsTheNewest(t *testing.T) {
	const definition = `{"QueryLanguage": "JSONata", "StartAt": "Which", "States": {
		"Which": {"Type": "Choice", "Choices": [{"Condition": "{% $states.input.wait %}", "Next": "Wait"}], "Default": "Done"},
		"Wait": {"Type": "Wait", "Seconds": 3600, "Next": "Done"}, "Done": {"Type": "Succeed"}}}`

	db := newDB(t)
	service := start(t, db, definition, stepfunctions.Config{})
	waiting := run(t, service, "waiting", `{"wait": true}`)

	var arns []string

	for i := range 12 {
		arns = append(arns, run(t, service, fmt.Sprintf("x%d", i), `{"wait": false}`))

		eventually(t, "the execution has ended", func() bool { return describe(t, service, arns[i]).Status != "RUNNING" })
		time.Sleep(2 * time.Millisecond) // So that the next one ends in another millisecond.
	}

	if err := service.Close(); err != nil {
		t.Fatal(err)
	}

	service = start(t, db, definition, stepfunctions.Config{KeepExecutions: 5})

	var listed struct {
		Executions []struct {
			ARN string `json:"executionArn"`
		} `json:"executions"`
	}

	ask(t, service, "ListExecutions", map[string]any{"stateMachineArn": machineARN, "statusFilter": "SUCCEEDED"}, &listed)

	left := map[string]bool{}
	for _, x := range listed.Executions {
		left[x.ARN] = true
	}

	for i, arn := range arns {
		if left[arn] != (i >= 7) {
			t.Errorf("execution %d is there: %v", i, left[arn])
		}
	}

	if got := describe(t, service, waiting); got.Status != "RUNNING" {
		t.Errorf("the running execution is %s", got.Status)
	}
}

// Stored histories are much smaller than their text, and are returned complete.
func TestService_compressesHistories(t *testing.T) {
	db := newDB(t)
	service := start(t, db, oneTask, stepfunctions.Config{})

	input := `{"detail": {"bucket": {"name": "uploads"}, "object": {"key": "users/17/photo.jpg", "size": 4000000, "version-id": "v1"}}, "id": "17793124-05d4-b198-2fde-7ededc63b103"}`
	arn := run(t, service, "one", input)

	eventually(t, "the execution has ended", func() bool { return describe(t, service, arn).Status != "RUNNING" })

	var told struct {
		Events []map[string]any `json:"events"`
	}

	ask(t, service, "GetExecutionHistory", map[string]any{"executionArn": arn}, &told)

	text := 0
	for _, event := range told.Events {
		text += len(fmt.Sprint(event))
	}

	stored := 0

	err := db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("states.history")).ForEach(func(_, v []byte) error {
			stored += len(v)

			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}

	if len(told.Events) < 5 || stored*2 > text {
		t.Errorf("%d events of %d bytes take %d", len(told.Events), text, stored)
	}
}

// A history that an older version stored uncompressed can still be read.
func TestService_readsPlainHistories(t *testing.T) {
	db := newDB(t)
	service := start(t, db, longWait, stepfunctions.Config{})
	arn := run(t, service, "one", `{}`)

	const plain = `{"id": 1, "previousEventId": 0, "timestamp": 1796000000.5, "type": "ExecutionStarted", "executionStartedEventDetails": {"input": "{\"old\":true}"}}`

	err := db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("states.history")).Put([]byte("triptych-pipeline:one\x00\x00\x00\x00\x00\x00\x00\x00\x01"), []byte(plain))
	})
	if err != nil {
		t.Fatal(err)
	}

	var told struct {
		Events []map[string]any `json:"events"`
	}

	ask(t, service, "GetExecutionHistory", map[string]any{"executionArn": arn}, &told)

	if len(told.Events) == 0 || !strings.Contains(fmt.Sprint(told.Events[0]), `"old":true`) {
		t.Errorf("got %v", told.Events)
	}
}
