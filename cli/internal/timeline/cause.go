package timeline

// Cause returns the state in which a failed, timed-out or stopped execution ended: the
// innermost of the last states. The result is false if no state was entered.
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

		// A Map fails with the error of a state inside it. The other states inside it are
		// stopped.
		if !found || weight(&state) >= weight(&cause) {
			cause, found = state, true
		}
	}

	return cause, found
}

// weight orders states that ended together: failed states before stopped ones, then inner
// states before outer ones.
func weight(state *State) int {
	const failed = 1000 // more than the depth of nested states

	if state.Outcome == Stopped && state.Error == "" {
		return state.Depth
	}

	return failed + state.Depth
}
