package execution

import (
	"slices"

	"triptych/cli/internal/timeline"
)

// visits contains the visits of states that the page shows. Inside a Map, these are the
// visits of the selected iteration, or of all iterations.
type visits struct {
	states []timeline.State
	choice choice
	byID   map[int64]*timeline.State
}

func newVisits(states []timeline.State, picked choice) *visits {
	found := &visits{states: states, choice: picked, byID: map[int64]*timeline.State{}}
	for i := range states {
		found.byID[states[i].ID] = &states[i]
	}

	return found
}

// pick selects a visit, and the iteration that contains it.
func (v *visits) pick(state *timeline.State) {
	v.choice.state = state.Name

	if around := v.byID[state.Within]; around != nil {
		v.choice.within, v.choice.iteration = around.Name, state.Iteration
	}
}

// in reports whether a state is shown. It is hidden if another iteration of its Map is
// selected.
func (v *visits) in(state *timeline.State) bool {
	around := v.byID[state.Within]

	return around == nil || v.choice.iteration < 0 || around.Name != v.choice.within || state.Iteration == v.choice.iteration
}

// of returns the shown visits of a state.
func (v *visits) of(name string) []*timeline.State {
	var found []*timeline.State

	for i := range v.states {
		if v.states[i].Name == name && v.in(&v.states[i]) {
			found = append(found, &v.states[i])
		}
	}

	return found
}

// outcome returns the combined outcome of visits. A failure takes precedence over a success.
func outcome(of []*timeline.State) timeline.Outcome {
	worst := timeline.Outcome("")

	for _, one := range of {
		if severity(one.Outcome) > severity(worst) {
			worst = one.Outcome
		}
	}

	return worst
}

func severity(outcome timeline.Outcome) int {
	return slices.Index([]timeline.Outcome{
		"", timeline.Succeeded, timeline.Caught, timeline.Stopped, timeline.Running, timeline.TimedOut, timeline.Failed,
	}, outcome)
}

// outcomeTone returns the color class of an outcome; "" means that the state was never
// entered.
func outcomeTone(outcome timeline.Outcome) string {
	switch outcome {
	case timeline.Succeeded:
		return "good"
	case timeline.Failed, timeline.TimedOut:
		return "bad"
	case timeline.Caught, timeline.Stopped:
		return "warning"
	case timeline.Running:
		return "run"
	default:
		return "idle"
	}
}
