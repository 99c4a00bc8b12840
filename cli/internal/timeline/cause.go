package timeline

import (
	"encoding/json"
	"regexp"
	"strings"
)

// Cause returns the state in which a failed, timed-out or stopped execution ended. If several
// states ended together, it is the innermost of them. The second result is false if no state
// was entered.
func Cause(states []State) (State, bool) {
	var (
		cause State
		found bool
	)

	for _, state := range states {
		switch state.Outcome {
		case Failed, TimedOut, Stopped:
		case Running, Succeeded, Caught:
			continue
		}

		// If a state inside a Map fails, the Map fails with the same error, and the other
		// states inside the Map are stopped. The cause is the failed inner state.
		if !found || weight(&state) >= weight(&cause) {
			cause, found = state, true
		}
	}

	return cause, found
}

// weight is for choosing among states that ended together. A failed state has a larger weight
// than a stopped state. Otherwise, an inner state has a larger weight than an outer state.
func weight(state *State) int {
	const failed = 1000 // more than the depth of nested states

	if state.Outcome == Stopped && state.Error == "" {
		return state.Depth
	}

	return failed + state.Depth
}

// lambdaPrefix matches the prefix of Lambda's messages about a crash or a timeout. The
// request id is not useful to a reader.
var lambdaPrefix = regexp.MustCompile(`^RequestId: [0-9a-f-]{36} Error: `)

// Reason returns the sentence in a cause. Lambda's causes are JSON documents with the
// sentence in errorMessage.
func Reason(cause string) string {
	var document struct {
		Message string `json:"errorMessage"`
	}

	if json.Unmarshal([]byte(cause), &document) == nil && document.Message != "" {
		cause = document.Message
	}

	return strings.TrimSpace(lambdaPrefix.ReplaceAllLiteralString(cause, ""))
}
