package timeline

// Blame finds the state that an execution which failed, timed out or was stopped
// came to its end in: the innermost of the last. It is false where no state was
// entered.
func Blame(states []State) (State, bool) {
	var (
		blamed State
		found  bool
	)

	for _, state := range states {
		switch state.Outcome {
		case Failed, TimedOut, Stopped:
		case Running, Succeeded, Caught:
			continue
		}

		// A Map fails with the error of the state within it, and what else was within
		// it is stopped.
		if !found || weight(&state) >= weight(&blamed) {
			blamed, found = state, true
		}
	}

	return blamed, found
}

// weight orders the states of one end: those that failed before those that were
// only stopped, then the inner before the outer.
func weight(state *State) int {
	const failed = 1000 // More than states stand within each other.

	if state.Outcome == Stopped && state.Error == "" {
		return state.Depth
	}

	return failed + state.Depth
}
