package stack

import (
	"encoding/json"
	"strings"
	"testing"

	"triptych/shared/recipe"
	"triptych/statemachine"
)

// task has the time limits of a state.
type task struct {
	TimeoutSeconds int
	Arguments      struct{ FunctionName string }
	ItemProcessor  struct{ States map[string]task }
}

// TestTimeLimits_nested checks that the inner time limit ends first: that of the work
// before that of its function, and that of the function before that of its state. The
// owner of the inner limit can report the reason.
func TestTimeLimits_nested(t *testing.T) {
	limits := map[string]int{}
	for _, function := range functions() {
		limits["${"+function.Name+"_arn}"] = function.TimeoutSeconds
	}

	for _, name := range []string{"sanitize", "resize"} {
		if limit := limits["${"+name+"_arn}"]; limit <= recipe.MaxSeconds {
			t.Errorf("%s is stopped after %d s, and a recipe may allow its work %d", name, limit, recipe.MaxSeconds)
		}
	}

	for _, definition := range []string{statemachine.Pipeline(), statemachine.Erase()} {
		var machine struct{ States map[string]task }
		if err := json.Unmarshal([]byte(definition), &machine); err != nil {
			t.Fatal(err)
		}

		seen := 0

		var check func(states map[string]task)

		check = func(states map[string]task) {
			for name, state := range states {
				check(state.ItemProcessor.States)

				if !strings.HasPrefix(state.Arguments.FunctionName, "${") {
					continue
				}

				seen++

				if limit := limits[state.Arguments.FunctionName]; limit == 0 || state.TimeoutSeconds <= limit {
					t.Errorf("the state %s ends after %d s, its function after %d", name, state.TimeoutSeconds, limit)
				}
			}
		}
		check(machine.States)

		if seen < 2 {
			t.Errorf("%d states invoke functions", seen)
		}
	}
}
