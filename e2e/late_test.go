package e2e_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// whatHappened describes the events of the executions of a key since a time. It is logged
// for a round that is not consistent in time.
func whatHappened(t *testing.T, against *target, key string, since time.Time) string {
	t.Helper()

	var told strings.Builder

	for _, machine := range racingMachines(against) {
		pages := sfn.NewListExecutionsPaginator(against.sfn(), &sfn.ListExecutionsInput{StateMachineArn: &machine})
		for pages.HasMorePages() {
			page, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}

			for i := range page.Executions {
				if page.Executions[i].StartDate.Before(since) {
					continue
				}

				arn := aws.ToString(page.Executions[i].ExecutionArn)

				one, err := against.sfn().DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: &arn})
				if err != nil {
					t.Fatal(err)
				}

				if !strings.Contains(aws.ToString(one.Input), `"`+key+`"`) {
					continue
				}

				fmt.Fprintf(&told, "%s %s\n", arn, one.Status)

				events := historyOf(t, against, arn, 0, false)
				for j := range events {
					fmt.Fprintf(&told, "  %s  %s%s\n", events[j].Timestamp.Format("05.000"), step(&events[j]), failure(&events[j]))
				}
			}
		}
	}

	return told.String()
}

// racingMachines returns the state machines whose executions change a key in a race.
func racingMachines(against *target) []string {
	return []string{
		against.Stack.PipelineARN,
		strings.TrimSuffix(against.Stack.PipelineARN, "-pipeline") + "-erase",
	}
}

// raceErrors are the errors by which a step of a race may fail. The first two end an
// execution whose work is no longer needed, because of another execution. With the third,
// an erasure waits for the CDN after it has removed the objects.
var raceErrors = []string{"AlreadyDone", "Superseded", "PurgePending"}

// withoutRetries checks that no step of any execution failed for another reason than the
// order of the events. Such a step would be retried seconds later, and its key would be
// inconsistent for longer than the steps need.
//
// A limit of 5 s for each round would measure the machine instead: under load, a few rounds
// of 200 exceeded it without a retry. Most were the first rounds of a scenario, in which
// each step took 2 s to start its function's process. The only retries that this check
// found are those of storeConflicts.
func withoutRetries(t *testing.T, up *emulator) {
	t.Helper()

	executions, against, excused := 0, up.target, storeConflicts(t, up)

	for _, machine := range racingMachines(against) {
		pages := sfn.NewListExecutionsPaginator(against.sfn(), &sfn.ListExecutionsInput{StateMachineArn: &machine})
		for pages.HasMorePages() {
			page, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}

			for i := range page.Executions {
				executions++

				arn := aws.ToString(page.Executions[i].ExecutionArn)
				if status := page.Executions[i].Status; !excused[arn] && status != sfntypes.ExecutionStatusSucceeded && status != sfntypes.ExecutionStatusRunning {
					t.Errorf("%s is %s", arn, status)
				}

				events := historyOf(t, against, arn, 0, false)

				for j := range events {
					if detail := events[j].TaskFailedEventDetails; detail != nil && slices.Contains(raceErrors, aws.ToString(detail.Error)) {
						continue
					}

					if reason := failure(&events[j]); reason != "" && !excused[arn] {
						t.Errorf("%s: %s%s", arn, step(&events[j]), reason)
					}
				}
			}
		}
	}

	if executions < raceRounds {
		t.Errorf("only %d executions were checked", executions)
	}
}

// storeConflicts returns the executions in which the emulator's object store gave an answer
// that S3 does not give, because it keeps objects as files: ExistingObjectIsDirectory to a
// PutObject, while an erasure removes the directory of its last object. The function reports
// Transient, and Step Functions retries it after about 2 s.
func storeConflicts(t *testing.T, up *emulator) map[string]bool {
	t.Helper()

	text, err := os.ReadFile(filepath.Join(up.Data, "logs", "functions.log"))
	if err != nil {
		t.Fatal(err)
	}

	found := map[string]bool{}

	for line := range strings.Lines(string(text)) {
		_, entry, _ := strings.Cut(line, " ")

		var failed struct{ Execution, Error string }
		if json.Unmarshal([]byte(entry), &failed) == nil && strings.Contains(failed.Error, "ExistingObjectIsDirectory") {
			found[failed.Execution] = true
		}
	}

	if len(found) > 0 {
		t.Logf("the object store gave an answer that S3 does not give in %d executions", len(found))
	}

	return found
}

// failure returns the error and cause of an event of a failure.
func failure(event *sfntypes.HistoryEvent) string {
	switch {
	case event.TaskFailedEventDetails != nil:
		return fmt.Sprintf(": %s: %s", aws.ToString(event.TaskFailedEventDetails.Error), aws.ToString(event.TaskFailedEventDetails.Cause))
	case event.TaskTimedOutEventDetails != nil:
		return fmt.Sprintf(": %s: %s", aws.ToString(event.TaskTimedOutEventDetails.Error), aws.ToString(event.TaskTimedOutEventDetails.Cause))
	default:
		return ""
	}
}
