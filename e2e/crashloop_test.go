package e2e_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// machineOf creates a state machine with the pipeline's role, starts it once, and returns
// the execution.
func machineOf(t *testing.T, up *emulator, name, definition string) string {
	t.Helper()

	pipeline, err := up.sfn().DescribeStateMachine(t.Context(), &sfn.DescribeStateMachineInput{StateMachineArn: &up.Stack.PipelineARN})
	if err != nil {
		t.Fatal(err)
	}

	created, err := up.sfn().CreateStateMachine(t.Context(), &sfn.CreateStateMachineInput{Name: &name, Definition: &definition, RoleArn: pipeline.RoleArn})
	if err != nil {
		t.Fatal(err)
	}

	started, err := up.sfn().StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: created.StateMachineArn, Name: aws.String("one")})
	if err != nil {
		t.Fatal(err)
	}

	return *started.ExecutionArn
}

// TestExpression_exceedsMemory checks that an expression that would take all memory fails
// only its own execution.
func TestExpression_exceedsMemory(t *testing.T) {
	t.Parallel()

	up := ownEmulator(t, filepath.Join(t.TempDir(), "data"))

	for name, expression := range map[string]string{
		"pad":       `$pad('a',10000000,$pad('b',10000000))`,
		"doubling":  `$reduce([1..40], function($s) { $s & $s }, 'aaaaaaaa')`,
		"lists":     `$reduce([1..40], function($s) { $append($s, $s) }, [1,2,3])`,
		"recursion": `($f := function($n) { 1 + $f($n) }; $f(1))`,
	} {
		arn := machineOf(t, up, name, `{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "Output": "{% `+expression+` %}", "End": true}}}`)

		if ended := finished(t, up.target, arn); ended.Status != sfntypes.ExecutionStatusFailed || aws.ToString(ended.Error) != "States.QueryEvaluationError" {
			t.Errorf("%s: the execution is %s: %s: %s", name, ended.Status, aws.ToString(ended.Error), aws.ToString(ended.Cause))
		}
	}
}

// TestCrashLoop checks that an execution whose evaluation crashed the process twice is
// not evaluated a third time.
func TestCrashLoop(t *testing.T) {
	t.Parallel()

	up := ownEmulator(t, filepath.Join(t.TempDir(), "data"))
	marks := filepath.Join(up.Data, "evaluating")

	arn := machineOf(t, up, "slow", `{"QueryLanguage": "JSONata", "StartAt": "Wait", "States": {
		"Wait": {"Type": "Wait", "Seconds": 1, "Next": "Slow"},
		"Slow": {"Type": "Pass", "Output": "{% ($a := [1..1700]; $count($a[$count($a[$ = 0]) = 1])) %}", "End": true}}}`)

	for range 2 {
		deadline := time.Now().Add(processWithin)

		for text := []byte{}; !bytes.Contains(text, []byte("slow:one\x00")); text, _ = os.ReadFile(marks) {
			if time.Now().After(deadline) {
				t.Fatal("the expression was not evaluated in time")
			}

			time.Sleep(time.Millisecond)
		}

		up.kill()

		up.revive(t)
	}

	ended := finished(t, up.target, arn)
	if ended.Status != sfntypes.ExecutionStatusFailed || !strings.Contains(aws.ToString(ended.Cause), "killed 2 times") {
		t.Errorf("the execution is %s: %s: %s", ended.Status, aws.ToString(ended.Error), aws.ToString(ended.Cause))
	}
}
