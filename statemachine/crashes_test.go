package statemachine_test

import (
	"regexp"
	"strings"
	"testing"

	"triptych/statemachine"
)

// TestRetriers_crashNames checks that every task of every machine has one retrier for
// crashes. It must list all names that Lambda and Step Functions use for a crash.
func TestRetriers_crashNames(t *testing.T) {
	const crashes = `"Lambda.Unknown", "Runtime.ExitError", "Runtime.OutOfMemory", "Sandbox.Timedout", "States.Timeout"`

	for name, definition := range map[string]string{
		"pipeline": statemachine.Pipeline(), "erase": statemachine.Erase(), "backfill": statemachine.Backfill(), "fail": statemachine.Fail(),
	} {
		tasks := strings.Count(definition, `"arn:aws:states:::lambda:invoke"`)
		retried := 0

		for _, errors := range regexp.MustCompile(`"ErrorEquals": \[([^\]]*)\]`).FindAllStringSubmatch(definition, -1) {
			if errors[1] == crashes {
				retried++
			} else if strings.Contains(errors[1], `"Runtime.`) || strings.Contains(errors[1], `"Lambda.Unknown"`) {
				t.Errorf("%s: a retrier of %s, want all of %s", name, errors[1], crashes)
			}
		}

		if retried != tasks || tasks == 0 {
			t.Errorf("%s: %d of %d functions are retried after a crash", name, retried, tasks)
		}
	}
}
